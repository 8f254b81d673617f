import type { Import, ImportState } from '@/api/types';

export const steps = ['file', 'columns', 'check', 'run', 'result'] as const;
export type Step = (typeof steps)[number];

/** Steps that the person chooses between; from the run on the state alone decides. */
export type ChosenStep = Extract<Step, 'file' | 'columns' | 'check'>;

/** Where the work stands when nobody asked for another step. */
const stands: Record<ImportState, Step> = {
  uploaded: 'file',
  planning: 'check',
  planned: 'check',
  running: 'run',
  completed: 'result',
  canceled: 'result',
  failed: 'result',
  undoing: 'result',
  undone: 'result',
};

type Stage = Pick<Import, 'state' | 'startedAt'>;

/** A check that was stopped or broke has written nothing: the person goes on from there. */
export function isBeforeRun({ state, startedAt }: Stage): boolean {
  if (state === 'failed' || state === 'canceled') return startedAt === null;
  return state === 'uploaded' || state === 'planning' || state === 'planned';
}

/** Nothing is known of what would happen. */
function isUnchecked({ state }: Stage): boolean {
  return state === 'uploaded' || state === 'canceled';
}

/** Steps that may be opened now, in order. */
export function openSteps(stage: Stage): Step[] {
  if (!isBeforeRun(stage)) return [stands[stage.state]];
  return isUnchecked(stage) ? ['file', 'columns'] : ['file', 'columns', 'check'];
}

/** The step to show: the one in the address where the state allows it, else where the work stands. */
export function shownStep(stage: Stage, asked: Step | undefined): Step {
  const open = openSteps(stage);
  if (asked && open.includes(asked)) return asked;
  if (!isBeforeRun(stage)) return stands[stage.state];
  if (!isUnchecked(stage)) return 'check';
  // The columns are what is missing for a check.
  return asked === 'check' || stage.state === 'canceled' ? 'columns' : 'file';
}

/** The server is at work and the answer changes by itself. */
export function isActive(state: ImportState): boolean {
  return state === 'planning' || state === 'running' || state === 'undoing';
}

/** Nothing was written and the server is not at it, so the file may be dropped. */
export function mayDiscard(stage: Stage): boolean {
  return isBeforeRun(stage) && !isActive(stage.state);
}

/** Something was written, so there is something to look at and to take back. */
export function mayUndo({ state, startedAt, created, updated }: Import): boolean {
  if (state !== 'completed' && state !== 'canceled' && state !== 'failed') return false;
  return startedAt !== null && created + updated > 0;
}
