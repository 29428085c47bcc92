import { TidemarkError } from '../errors';
import { holdsSecret } from '../redaction';
import { encodeTyped } from './typed-value';
import type { StateObject } from './types';

/**
 * Refuses a state in which an author's code put a secret: it is stored in the destination, where nothing can cut it. One
 * that is short, or a plain word, may be there by chance and is let through.
 *
 * @param owner whose state it is, for the message: `resource "users"`
 * @throws TidemarkError STATE_INVALID
 */
export function refuseSecrets(owner: string, state: StateObject): void {
  const at = placeOfSecret(encodeTyped(state), []);
  if (at === undefined) return;
  const place = at.join('.');
  throw new TidemarkError(
    'STATE_INVALID',
    `The state of ${owner} holds a secret at "${place}". State is stored in the destination as it is, so a secret can't be in it: ` +
      'delete it there, and read it from the config in each run.',
    { details: { place } },
  );
}

function placeOfSecret(value: unknown, at: readonly string[]): readonly string[] | undefined {
  if (typeof value === 'string') return holdsSecret(value) ? at : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (holdsSecret(key)) return [...at, '[secret]'];
    const found = placeOfSecret(inner, [...at, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
