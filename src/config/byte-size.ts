import { shown, TidemarkError } from '../errors';

const UNITS: Readonly<Record<string, number>> = { KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 };

/**
 * Bytes of a size such as `512MB` or `1.5GB`; a KB is 1024 bytes.
 * @throws CONFIG_INVALID
 * @example parseByteSize('1.5GB') // 1610612736
 */
export function parseByteSize(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([KMG]B)$/i.exec(text.trim()) ?? [];
  const bytes = Number(number) * (UNITS[unit.toUpperCase()] ?? 0);
  if (bytes > 0) return Math.round(bytes);
  throw new TidemarkError('CONFIG_INVALID', `"${shown(text)}" is not a valid size; write 512MB or 2GB.`);
}
