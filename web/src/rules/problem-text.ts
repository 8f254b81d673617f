import type { Rule } from './use-rule';

export interface ProblemText {
  /** `danger`: refused; `warning`: taken, but holds for nothing; `quiet`: not finished yet. */
  readonly tone: 'danger' | 'warning' | 'quiet';
  readonly text: string;
}

/** What is wrong with a node, in words; the page's own finding first, since it is in the person's language. */
export function problemText(rule: Rule, id: string): ProblemText | null {
  const { t, locale } = rule.words;
  const list = (names: readonly string[]) =>
    new Intl.ListFormat(locale).format(names.slice(0, 5).map((text) => t('rule.say.quoted', { text })));
  const problem = rule.problems.get(id);
  switch (problem?.kind) {
    case 'incomplete':
      return { tone: 'quiet', text: t('rule.problem.incomplete') };
    case 'field':
      return { tone: 'danger', text: t('rule.problem.field', { field: problem.field }) };
    case 'operator':
      return { tone: 'danger', text: t('rule.problem.operator', { op: problem.op }) };
    case 'value':
      return { tone: 'danger', text: t('rule.problem.value') };
    case 'type':
      return { tone: 'danger', text: t('rule.problem.type', { names: list(problem.names) }) };
    case 'raw':
      return { tone: 'danger', text: t('rule.problem.raw') };
    default:
  }
  const fault = rule.faults.get(id);
  if (fault !== undefined) return { tone: 'danger', text: t('rule.problem.refused', { message: fault }) };
  const note = rule.notes.get(id);
  if (problem?.kind === 'archived') return { tone: 'warning', text: note ?? t('rule.problem.archived') };
  if (problem?.kind !== 'gone') return note === undefined ? null : { tone: 'warning', text: note };
  const { names } = problem;
  return { tone: 'warning', text: t('rule.problem.gone', { names: list(names), count: names.length }) };
}
