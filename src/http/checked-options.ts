import { TidemarkError } from '../errors';
import { decoderOf } from './body-text';
import type { HttpOptions } from './options';

const shown = (value: unknown): string => `"${String(value).slice(0, 60)}"`;

function checkCount(name: string, value: number | undefined): void {
  if (value === undefined || value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && value > 0))
    return;
  throw new TidemarkError(
    'SOURCE_INVALID',
    `"http.${name}" is ${shown(value)}; a whole number from 1 on is accepted, or Infinity.`,
  );
}

/**
 * Checks what would otherwise show with the first answers only.
 *
 * @throws SOURCE_INVALID naming the option and its value
 */
export function checkHttpValues({ charset, maxPages, maxBodySize }: HttpOptions): void {
  checkCount('maxBodySize', maxBodySize);
  checkCount('maxPages', maxPages);
  if (charset !== undefined && decoderOf(String(charset)) === undefined)
    throw new TidemarkError(
      'SOURCE_INVALID',
      `"http.charset" is ${shown(charset)}, which is not a known charset; write 'utf-8', 'iso-8859-1', 'shift_jis'.`,
    );
}
