import { expect, it } from 'vitest';
import type { Pipeline } from '@/api/types';
import { draftsOf, isComplete, moved, problemOf, stageDraft, stagesOf } from './pipeline-draft';

const pipeline = {
  stages: [
    { id: 's1', name: 'Lead', stage: 'open', probability: 0.125, rotDays: 14 },
    { id: 's2', name: 'Won', stage: 'won', probability: 1, rotDays: null },
    { id: 's3', name: 'Lost', stage: 'lost', probability: 0, rotDays: null },
  ],
} as Pipeline;

it('sends a pipeline as it was read', () => {
  expect(stagesOf(draftsOf(pipeline))).toEqual([
    { id: 's1', name: 'Lead', stage: 'open', probability: 0.125, rotDays: 14 },
    { id: 's2', name: 'Won', stage: 'won' },
    { id: 's3', name: 'Lost', stage: 'lost' },
  ]);
});

it('says what is wrong with a stage', () => {
  const all = draftsOf(pipeline);
  const [lead] = all;
  const wrong = (change: object) => problemOf({ ...lead!, ...change }, all);
  expect(wrong({})).toBeNull();
  expect(wrong({ name: ' ' })).toBe('pipelines.problem.name');
  expect(wrong({ name: 'won' })).toBe('pipelines.problem.twice');
  expect(wrong({ probability: '120' })).toBe('pipelines.problem.probability');
  expect(wrong({ probability: '12,5 %' })).toBeNull();
  expect(wrong({ rotDays: '0' })).toBe('pipelines.problem.days');
  expect(wrong({ stage: 'won', probability: 'x' })).toBeNull();
});

it('needs a beginning and both ends', () => {
  const all = draftsOf(pipeline);
  expect(isComplete(all)).toBe(true);
  expect(isComplete(all.slice(1))).toBe(false);
  expect(isComplete(all.slice(0, 2))).toBe(false);
  expect(isComplete([...all.slice(1), stageDraft('Talk', 'negotiating')])).toBe(true);
});

it('moves a stage by one place', () => {
  const names = (by: -1 | 1, at: number) => moved(draftsOf(pipeline), at, by).map(({ name }) => name);
  expect(names(1, 0)).toEqual(['Won', 'Lead', 'Lost']);
  expect(names(-1, 2)).toEqual(['Lead', 'Lost', 'Won']);
});
