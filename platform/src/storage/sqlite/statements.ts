import type { SQLInputValue } from 'node:sqlite';
import type { Bound, QueryPlan, Stretch } from '../queries.ts';

/** One stretch of a query's plan as a statement. */
export function statementOf(
  table: string,
  plan: QueryPlan,
  { equal, bound }: Stretch,
): { readonly text: string; readonly values: SQLInputValue[] } {
  const values: SQLInputValue[] = [];
  const conditions = plan.presentField === undefined ? [] : [`"${plan.presentField}" IS NOT NULL`];
  for (const [field, value] of equal) {
    conditions.push(value === null ? `"${field}" IS NULL` : `"${field}" = ?`);
    if (value !== null) values.push(value);
  }
  for (const [condition, value] of conditionsOf(bound)) {
    conditions.push(condition);
    if (value !== undefined) values.push(value);
  }
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const order = plan.fields.map((field) => `"${field}" ${plan.isDescending ? 'DESC' : 'ASC'}`).join(', ');
  return { text: `SELECT key, version, value FROM "${table}"${where} ORDER BY ${order} LIMIT ?`, values };
}

const operators = { from: '>=', before: '<', above: '>', below: '<' } as const;

function conditionsOf(bound: Bound): [condition: string, value?: string | number][] {
  const found: [string, (string | number)?][] = bound.isPresent === true ? [[`"${bound.field}" IS NOT NULL`]] : [];
  for (const [name, operator] of Object.entries(operators)) {
    const value = bound[name as keyof typeof operators];
    if (value !== undefined) found.push([`"${bound.field}" ${operator} ?`, value]);
  }
  return found;
}
