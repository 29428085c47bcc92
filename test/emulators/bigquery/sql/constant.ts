import type { Expression } from './ast';
import { analyze } from './expression';
import type { Scope } from './scope';

/** The value of an expression of whole numbers and comparisons that needs no database, undefined for all others. */
export function constantOf(scope: Scope, expression: Expression): bigint | boolean | undefined {
  if (expression.kind === 'literal' && expression.type === 'BOOL') return expression.text === 'true';
  if (expression.kind === 'literal' || expression.kind === 'path' || expression.kind === 'system') {
    const { type, text } = analyze(scope, expression);
    return type.name === 'INT64' && text !== undefined ? BigInt(text) : undefined;
  }
  if (expression.kind !== 'binary') return undefined;
  const left = constantOf(scope, expression.left);
  const right = constantOf(scope, expression.right);
  if (typeof left !== 'bigint' || typeof right !== 'bigint') return undefined;
  switch (expression.operator) {
    case '=':
      return left === right;
    case '<>':
      return left !== right;
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '<=':
      return left <= right;
    case '>=':
      return left >= right;
    case '+':
      return within(left + right);
    case '-':
      return within(left - right);
    default:
      return undefined;
  }
}

/** What overflows is left to DuckDB, which refuses it. */
const within = (value: bigint): bigint | undefined =>
  BigInt.asIntN(64, value) === value ? value : undefined;
