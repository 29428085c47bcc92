import { isPlainObject } from '../value';
import { storedScalar, textOf } from './stored-value';
import { plainJson, valueType } from './value-type';

/**
 * A value as the text of a json column: compact, keys in their order, typed values as plain JSON (instants by
 * `isoformat`, decimals and bytes as text), integers of any size with every digit.
 */
export function jsonText(value: unknown): string {
  return isPlainJson(value) ? JSON.stringify(value) : render(value);
}

function isPlainJson(value: unknown): boolean {
  if (typeof value === 'bigint' || value === undefined) return false;
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isPlainJson);
  if (!isPlainObject(value)) return false;
  for (const key of Object.keys(value)) if (!isPlainJson(value[key])) return false;
  return true;
}

function render(value: unknown): string {
  const type = valueType(value);
  switch (type) {
    case undefined:
      return 'null';
    case 'json':
      return renderNested(value as object);
    case 'bool':
    case 'double':
      return JSON.stringify(value);
    case 'bigint':
    case 'wei':
      return String(value);
    default:
      return JSON.stringify(textOf(storedScalar(value, type), type));
  }
}

function renderNested(value: object): string {
  const plain = plainJson(value);
  if (Array.isArray(plain)) return `[${plain.map(render).join(',')}]`;
  const fields = Object.entries(plain).filter(
    ([, field]) => field !== undefined && typeof field !== 'function',
  );
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${render(field)}`).join(',')}}`;
}
