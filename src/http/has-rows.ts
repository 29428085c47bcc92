import { isRecord } from '../value';

const isFilled = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

/** Whether a body has a list with something in it: itself, a field, or a field of a field. */
export function hasRows(body: unknown): boolean {
  if (isFilled(body)) return true;
  if (!isRecord(body)) return false;
  return Object.values(body).some(
    (value) => isFilled(value) || (isRecord(value) && Object.values(value).some(isFilled)),
  );
}
