import { redact } from '../redaction';

/** An answer as JSON. Secrets are cut out of every text in it; a bigint that no number holds is a text. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'string') return redact(item);
    if (typeof item !== 'bigint') return item;
    const number = Number(item);
    return Number.isSafeInteger(number) ? number : item.toString();
  });
}
