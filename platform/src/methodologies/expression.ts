import type { Rational } from './rational.ts';
import { isLess, minus, over, parseDecimal, plus, reduce, times, zero } from './rational.ts';
import type { Dimensions } from './units.ts';
import { areEqual, combine, dimensionless } from './units.ts';

/**
 * A CEL subset: decimal literals, names, `+ - * /`, parentheses, `min(a, b)`, `max(a, b)`. No loops and no calls out, so the cost of an
 * evaluation is the length of its text. Units are checked when it is compiled; docs/adr/0003-expressions.md says why it is ours.
 */
export interface Expression {
  readonly dimensions: Dimensions;
  /** Value in base units of names given in base units. */
  readonly evaluate: (values: Readonly<Record<string, Rational>>) => Rational;
}

export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

type Scope = Readonly<Record<string, { readonly dimensions: Dimensions; readonly constant?: Rational }>>;
type Node = Expression & { readonly constant?: Rational };

const tokenPattern = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|([-+*/(),]))/y;
const maxLength = 500;

interface Cursor {
  readonly tokens: readonly string[];
  at: number;
  readonly scope: Scope;
}

/** Compiles a text; throws `ExpressionError` that says what does not fit. */
export function compileExpression(text: string, scope: Scope): Expression {
  const cursor: Cursor = { tokens: tokenise(text), at: 0, scope };
  const node = parseSum(cursor);
  if (cursor.at !== cursor.tokens.length) throw new ExpressionError(`unexpected ${cursor.tokens[cursor.at] ?? 'end'}`);
  return node;
}

function tokenise(text: string): string[] {
  if (text.length > maxLength) throw new ExpressionError(`longer than ${String(maxLength)} characters`);
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  const end = text.trimEnd().length;
  while (tokenPattern.lastIndex < end) {
    const at = tokenPattern.lastIndex;
    const found = tokenPattern.exec(text);
    if (found === null) throw new ExpressionError(`cannot read from "${text.slice(at, at + 10)}"`);
    tokens.push(found[0].trim());
  }
  return tokens;
}

function parseSum(cursor: Cursor): Node {
  let left = parseProduct(cursor);
  for (let sign = cursor.tokens[cursor.at]; sign === '+' || sign === '-'; sign = cursor.tokens[cursor.at]) {
    cursor.at += 1;
    const right = parseProduct(cursor);
    if (!areEqual(left.dimensions, right.dimensions)) throw new ExpressionError(`${sign} joins different units`);
    left = binary({ left, right, dimensions: left.dimensions, apply: sign === '+' ? plus : minus });
  }
  return left;
}

function parseProduct(cursor: Cursor): Node {
  let left = parseAtom(cursor);
  for (let sign = cursor.tokens[cursor.at]; sign === '*' || sign === '/'; sign = cursor.tokens[cursor.at]) {
    cursor.at += 1;
    const right = parseAtom(cursor);
    const dimensions = combine(left.dimensions, right.dimensions, sign === '*' ? 1 : -1);
    left = binary({ left, right, dimensions, apply: sign === '*' ? times : over });
  }
  return left;
}

function parseAtom(cursor: Cursor): Node {
  const token = cursor.tokens[cursor.at];
  cursor.at += 1;
  if (token === undefined) throw new ExpressionError('ends too early');
  if (token === '(') return closed(cursor, parseSum(cursor));
  if (token === '-') return negated(parseAtom(cursor));
  const number = parseDecimal(token);
  if (number !== undefined) return constantNode(number, dimensionless);
  if (token === 'min' || token === 'max') return parseChoice(cursor, token);
  const found = Object.hasOwn(cursor.scope, token) ? cursor.scope[token] : undefined;
  if (found === undefined) throw new ExpressionError(`unknown name ${token}`);
  if (found.constant !== undefined) return constantNode(found.constant, found.dimensions);
  return { dimensions: found.dimensions, evaluate: (values) => values[token] ?? zero };
}

function closed(cursor: Cursor, node: Node): Node {
  expectToken(cursor, ')');
  return node;
}

function expectToken(cursor: Cursor, token: string): void {
  if (cursor.tokens[cursor.at] !== token) throw new ExpressionError(`expected ${token}`);
  cursor.at += 1;
}

function parseChoice(cursor: Cursor, name: 'min' | 'max'): Node {
  expectToken(cursor, '(');
  const left = parseSum(cursor);
  expectToken(cursor, ',');
  const right = closed(cursor, parseSum(cursor));
  if (!areEqual(left.dimensions, right.dimensions)) throw new ExpressionError(`${name} compares different units`);
  const apply = (first: Rational, second: Rational) => (isLess(first, second) === (name === 'min') ? first : second);
  return binary({ left, right, dimensions: left.dimensions, apply });
}

function constantNode(constant: Rational, dimensions: Dimensions): Node {
  return { dimensions, constant, evaluate: () => constant };
}

function negated(node: Node): Node {
  return binary({ left: constantNode(zero, node.dimensions), right: node, dimensions: node.dimensions, apply: minus });
}

/** Folds constants when it is compiled, so that distance × factor stays one product. */
function binary(operation: {
  readonly left: Node;
  readonly right: Node;
  readonly dimensions: Dimensions;
  readonly apply: (first: Rational, second: Rational) => Rational;
}): Node {
  const { left, right, dimensions, apply } = operation;
  if (left.constant !== undefined && right.constant !== undefined) {
    return constantNode(reduce(apply(left.constant, right.constant)), dimensions);
  }
  return { dimensions, evaluate: (values) => apply(left.evaluate(values), right.evaluate(values)) };
}
