import { isPlainObject, MOST_LEVELS } from '../value';
import { RowFault } from './row-fault';
import { storedScalar, textOf } from './stored-value';
import { noData, plainJson, valueType } from './value-type';

/**
 * A value as the text of a json column: compact, keys in their order, typed values as plain JSON (instants by
 * `isoformat`, decimals and bytes as text), integers of any size with every digit, NaN and the infinities as text.
 * @throws RowFault for what can't be stored, and beyond the levels that a row may have
 */
export function jsonText(value: unknown): string {
  return isPlainJson(value, 0) ? JSON.stringify(value) : render(value, 0);
}

function isPlainJson(value: unknown, depth: number): boolean {
  if (depth > MOST_LEVELS) throw new RowFault();
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      break;
    default:
      return false;
  }
  if (value === null) return true;
  if (Array.isArray(value)) return value.every((item) => isPlainJson(item, depth + 1));
  if (!isPlainObject(value)) return false;
  for (const key of Object.keys(value)) if (!isPlainJson(value[key], depth + 1)) return false;
  return true;
}

function render(value: unknown, depth: number): string {
  const type = valueType(value);
  if (depth > MOST_LEVELS || noData(value) !== undefined) throw new RowFault();
  switch (type) {
    case undefined:
      return 'null';
    case 'json':
      return renderNested(value as object, depth + 1);
    case 'bool':
      return JSON.stringify(value);
    case 'double':
      // JSON has no such numbers.
      return JSON.stringify(Number.isFinite(value) ? value : String(value));
    case 'bigint':
    case 'wei':
      return String(value);
    default:
      return JSON.stringify(textOf(storedScalar(value, type), type));
  }
}

function renderNested(value: object, depth: number): string {
  const plain = plainJson(value);
  if (Array.isArray(plain)) return `[${plain.map((item) => render(item, depth)).join(',')}]`;
  const fields = Object.entries(plain).filter(([, field]) => field !== undefined);
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${render(field, depth)}`).join(',')}}`;
}
