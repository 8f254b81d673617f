/** The form of a pipeline. Pure. */
import type { DealStage, NewStage, Pipeline } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';

export interface StageDraft {
  /** Stays the same while stages change their places. */
  readonly key: string;
  readonly id: string | null;
  readonly name: string;
  readonly stage: DealStage;
  /** In percent, as it is written; empty for what is usual. */
  readonly probability: string;
  /** In days, as it is written; empty for never. */
  readonly rotDays: string;
}

let keys = 0;
export function stageDraft(name = '', stage: DealStage = 'open'): StageDraft {
  keys += 1;
  return { key: `new${keys}`, id: null, name, stage, probability: '', rotDays: '' };
}

export function draftsOf(pipeline: Pipeline): StageDraft[] {
  return pipeline.stages.map(({ id, name, stage, probability, rotDays }) => ({
    key: id,
    id,
    name,
    stage,
    probability: isClosing(stage) ? '' : String(Math.round(probability * 1000) / 10),
    rotDays: rotDays === null ? '' : String(rotDays),
  }));
}

/** Deals that are won or lost have one probability, and do not rot. */
export function isClosing(stage: DealStage): boolean {
  return stage === 'won' || stage === 'lost';
}

export function percentOf(text: string): number | null {
  const plain = text.replace('%', '').replace(',', '.').trim();
  const number = /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN;
  return number >= 0 && number <= 100 ? number / 100 : null;
}

export function daysOf(text: string): number | null {
  const number = /^\d{1,4}$/.test(text.trim()) ? Number(text) : 0;
  return number >= 1 && number <= 3650 ? number : null;
}

/** What the server is sent. */
export function stagesOf(drafts: readonly StageDraft[]): NewStage[] {
  return drafts.map(({ id, name, stage, probability, rotDays }) => ({
    ...(id === null ? {} : { id }),
    name: name.trim(),
    stage,
    ...(isClosing(stage) || probability.trim() === '' ? {} : { probability: percentOf(probability) }),
    ...(isClosing(stage) || rotDays.trim() === '' ? {} : { rotDays: daysOf(rotDays) }),
  }));
}

/** What is wrong with a stage; null when it can be sent. */
export function problemOf(draft: StageDraft, all: readonly StageDraft[]): MessageId | null {
  const name = draft.name.trim().toLowerCase();
  if (name === '') return 'pipelines.problem.name';
  if (all.some((other) => other.key !== draft.key && other.name.trim().toLowerCase() === name))
    return 'pipelines.problem.twice';
  if (isClosing(draft.stage)) return null;
  if (draft.probability.trim() !== '' && percentOf(draft.probability) === null)
    return 'pipelines.problem.probability';
  if (draft.rotDays.trim() !== '' && daysOf(draft.rotDays) === null) return 'pipelines.problem.days';
  return null;
}

/** Deals must be able to begin, to be won and to be lost. */
export function isComplete(drafts: readonly StageDraft[]): boolean {
  const has = (stage: DealStage) => drafts.some((draft) => draft.stage === stage);
  return (has('open') || has('negotiating')) && has('won') && has('lost');
}

/** One place up or down. */
export function moved(drafts: readonly StageDraft[], at: number, by: -1 | 1): StageDraft[] {
  const next = [...drafts];
  const [one] = next.splice(at, 1);
  if (one) next.splice(at + by, 0, one);
  return next;
}
