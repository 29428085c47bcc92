import { TidemarkError } from '../errors';
import { decoderOf } from './body-text';
import type { HttpOptions } from './options';

const shown = (value: unknown): string => `"${String(value).slice(0, 60)}"`;

/**
 * Checks what would otherwise show with the first answers only.
 *
 * @throws SOURCE_INVALID naming the option and its value
 */
export function checkOptions({ charset }: HttpOptions): void {
  if (charset !== undefined && decoderOf(String(charset)) === undefined)
    throw new TidemarkError(
      'SOURCE_INVALID',
      `"http.charset" is ${shown(charset)}, which is not a known charset; write 'utf-8', 'iso-8859-1', 'shift_jis'.`,
    );
}
