import type { Criterion, CriterionParams, CriterionType, Filter, NewCriterion } from '@/api/types';
import { parseScore } from '@/record/fit/parse-score';

/** A line of a table of what counts how much. */
export interface WeightDraft {
  readonly key: number;
  readonly name: string;
  readonly weight: string;
}

/** A rule of a profile; what its conditions say is held by their own editor, which tells of it. */
export interface RuleDraft {
  readonly key: number;
  readonly label: string;
  readonly score: string;
  readonly initial: unknown;
  readonly when: Filter | undefined;
  readonly ready: boolean;
}

/** A criterion while it is edited; numbers are text as people write them. */
export interface Draft {
  readonly name: string;
  readonly type: CriterionType;
  readonly weight: string;
  readonly rules: readonly RuleDraft[];
  readonly otherwise: string;
  readonly windowDays: string;
  readonly halfLifeDays: string;
  readonly scale: string;
  readonly events: readonly WeightDraft[];
  readonly signals: readonly WeightDraft[];
  readonly prompt: string;
}

let lastKey = 0;
export const newKey = () => ++lastKey;

export function draftOf(criterion: Criterion | null, written: (value: number) => string): Draft {
  const params = criterion?.params;
  const line = (name: string, weight: number): WeightDraft => ({
    key: newKey(),
    name,
    weight: written(weight),
  });
  const draft: Draft = {
    name: criterion?.name ?? '',
    type: criterion?.type ?? 'profile',
    weight: written(criterion?.weight ?? 0.5),
    rules: [],
    otherwise: written(0),
    windowDays: written(90),
    halfLifeDays: written(30),
    scale: written(3),
    events: [line('', 1)],
    signals: [line('', 1)],
    prompt: '',
  };
  if (params === undefined) return { ...draft, rules: [newRule(written)] };
  if ('rules' in params)
    return {
      ...draft,
      otherwise: written(params.otherwise),
      rules: params.rules.map(({ when, score, label }) => ({
        key: newKey(),
        label: label ?? '',
        score: written(score),
        initial: when,
        when: when as unknown as Filter,
        ready: true,
      })),
    };
  if ('prompt' in params) return { ...draft, prompt: params.prompt };
  if ('signals' in params)
    return { ...draft, signals: params.signals.map(({ name, weight }) => line(name, weight)) };
  return {
    ...draft,
    windowDays: written(params.windowDays),
    halfLifeDays: written(params.halfLifeDays),
    scale: written(params.scale),
    events: params.weights.map(({ type, weight }) => line(type, weight)),
  };
}

export function newRule(written: (value: number) => string): RuleDraft {
  return { key: newKey(), label: '', score: written(1), initial: undefined, when: undefined, ready: false };
}

/** A number as somebody writes it, with the decimal sign of their language; null for anything else. */
export function parseNumber(text: string, locale: string): number | null {
  const decimal = new Intl.NumberFormat(locale).format(1.5).charAt(1);
  const plain = text.trim().replace('−', '-').replace(decimal, '.');
  return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(plain) ? Number(plain) : null;
}

export type Problem = 'name' | 'weight' | 'rules' | 'score' | 'positive' | 'lines' | 'prompt';

/** What the API is told, or the first thing that is wrong with it. */
export function bodyOf(draft: Draft, locale: string): NewCriterion | Problem {
  const name = draft.name.trim();
  const weight = parseScore(draft.weight, locale);
  if (name === '') return 'name';
  if (weight === null || weight < 0) return 'weight';
  const params = paramsOf(draft, locale);
  return typeof params === 'string' ? params : { name, type: draft.type, weight, params };
}

function paramsOf(draft: Draft, locale: string): CriterionParams | Problem {
  if (draft.type === 'profile') {
    const otherwise = parseScore(draft.otherwise, locale);
    const rules = draft.rules.map(({ label, score, when }) => ({
      when: when as unknown as Record<string, unknown>,
      score: parseScore(score, locale),
      ...(label.trim() === '' ? {} : { label: label.trim() }),
    }));
    if (draft.rules.some(({ when, ready }) => !ready || when === undefined)) return 'rules';
    if (otherwise === null || rules.some(({ score }) => score === null)) return 'score';
    return { otherwise, rules: rules.map((rule) => ({ ...rule, score: rule.score ?? 0 })) };
  }
  if (draft.type === 'conversation') {
    const prompt = draft.prompt.trim();
    return prompt === '' ? 'prompt' : { prompt };
  }
  const lines = (draft.type === 'intent' ? draft.signals : draft.events).map((line) => ({
    name: line.name.trim(),
    weight: parseNumber(line.weight, locale),
  }));
  if (lines.length === 0 || lines.some(({ name, weight }) => name === '' || weight === null)) return 'lines';
  const weights = lines.map(({ name, weight }) => ({ name, weight: weight ?? 0 }));
  if (draft.type === 'intent') return { signals: weights };
  const [windowDays, halfLifeDays, scale] = [draft.windowDays, draft.halfLifeDays, draft.scale].map((text) =>
    parseNumber(text, locale),
  );
  if (!windowDays || !halfLifeDays || !scale || windowDays < 0 || halfLifeDays < 0 || scale < 0)
    return 'positive';
  return {
    windowDays,
    halfLifeDays,
    scale,
    weights: weights.map(({ name: type, weight }) => ({ type, weight })),
  };
}
