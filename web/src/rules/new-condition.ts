import { type FieldInfo, fieldOf, type RuleCatalogue } from './catalogue';
import { type ActivityRule, type FieldRule, newId } from './tree';
import { fitValue, shapeOf } from './values';

/** What most people want of a type; the first of these that the field offers. */
const usual = ['contains', 'has_any', 'in', 'last', 'gte', 'is'];

function usualOp(field: FieldInfo): string {
  return usual.find((op) => field.operators.includes(op)) ?? field.operators[0] ?? '';
}

export function emptyCondition(): FieldRule {
  return { kind: 'field', id: newId(), field: '', op: '' };
}

export function newCondition(field: FieldInfo, id = newId()): FieldRule {
  const op = usualOp(field);
  return withOperator({ kind: 'field', id, field: field.field, op }, field, op);
}

export function newActivity(id = newId()): ActivityRule {
  return { kind: 'activity', id, types: [], op: 'at_least', count: 1, since: '-30d' };
}

/** The condition with another operator; what fits of its value stays. */
export function withOperator(rule: FieldRule, field: FieldInfo, op: string): FieldRule {
  const value = fitValue(shapeOf(field, op), rule.value);
  const { kind, id } = rule;
  return { kind, id, field: field.field, op, ...(value === undefined ? {} : { value }) };
}

/** The condition about another field. Operator and value stay where both fields are of one kind. */
export function withField(rule: { id: string }, catalogue: RuleCatalogue, field: FieldInfo): FieldRule {
  const before = 'kind' in rule && rule.kind === 'field' ? (rule as FieldRule) : undefined;
  const was = before && fieldOf(catalogue, before.field);
  if (before === undefined || was === undefined) return newCondition(field, rule.id);
  const alike = was.type === field.type && was.ref === field.ref && !was.enum && !field.enum;
  if (!alike || !field.operators.includes(before.op)) return newCondition(field, rule.id);
  return { ...before, field: field.field };
}
