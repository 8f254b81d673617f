import { expect, test } from 'vitest';
import type { Translate } from '@/i18n/use-t';
import { evidenceText } from './evidence';

const t = ((id: string, values?: object) => (values ? `${id} ${JSON.stringify(values)}` : id)) as Translate;
const score = (value: number) => value.toFixed(1);

test('a profile names the rule that held, by its label where it has one', () => {
  const part = { type: 'profile', source: 'rule' } as const;
  expect(evidenceText(t, score, { ...part, evidence: { rule: 0, label: 'In Europe' } })).toBe('In Europe');
  expect(evidenceText(t, score, { ...part, evidence: { rule: 1 } })).toBe('leads.evidence.rule {"place":2}');
  expect(evidenceText(t, score, { ...part, evidence: {} })).toBe('leads.evidence.otherwise');
});

test('behaviour and intent name what counted, and say so where nothing did', () => {
  const events = { types: [{ type: 'unheard.of', count: 3, points: 1 }] };
  expect(evidenceText(t, score, { type: 'behavioral', source: 'rule', evidence: events })).toBe(
    'leads.evidence.events {"what":"unheard.of","count":3}',
  );
  expect(evidenceText(t, score, { type: 'behavioral', source: 'rule', evidence: { types: [] } })).toBe(
    'leads.evidence.nothingHappened',
  );
  expect(evidenceText(t, score, { type: 'intent', source: 'rule', evidence: {} })).toBe(
    'leads.evidence.noSignal',
  );
});

test('what a person said stands before what the type would say; nothing is said of what nobody assessed', () => {
  expect(
    evidenceText(t, score, {
      type: 'profile',
      source: 'manual',
      evidence: { reason: 'Met them', from: 0.1, delta: 0.2 },
    }),
  ).toBe('leads.evidence.adjusted {"from":"0.1","delta":"0.2"} · Met them');
  expect(evidenceText(t, score, { type: 'profile', source: null, evidence: null })).toBe('');
});

test('a conversation gives its quotes, how sure the model is, and what it made up', () => {
  const evidence = {
    quotes: [{ text: 'wants to buy', kind: 'note', id: '1', at: '2026-01-01T00:00:00Z' }],
    invented: 1,
    confidence: 0.856,
  };
  expect(evidenceText(t, score, { type: 'conversation', source: 'llm', evidence })).toBe(
    '“wants to buy” · model.evidence.sure {"share":"86%"} · model.evidence.invented {"count":1}',
  );
});
