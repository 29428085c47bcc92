import { ApiError } from './api-error';

const KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;

/** Google's rules for labels. @throws ApiError invalid */
export function checkLabels(labels: Readonly<Record<string, string>> | undefined): void {
  const pairs = Object.entries(labels ?? {});
  if (pairs.length > 64) throw new ApiError('invalid', `Too many labels: ${pairs.length}, the most are 64`);
  for (const [key, value] of pairs) {
    if (!KEY.test(key))
      throw new ApiError(
        'invalid',
        `Invalid label key "${key}". Keys start with a lower case letter and have lower case letters, digits, underscores and dashes, 63 at the most.`,
      );
    if (!VALUE.test(value))
      throw new ApiError(
        'invalid',
        `Invalid label value "${value}" of "${key}". Values have lower case letters, digits, underscores and dashes, 63 at the most.`,
      );
  }
}
