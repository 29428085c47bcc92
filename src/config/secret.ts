import { inspect } from 'node:util';
import { z } from 'zod';
import { TidemarkError } from '../errors';
import { registerSecretValue } from '../redaction';

const HIDDEN = '[secret]';
const BRAND = Symbol.for('tidemark.secret');

/**
 * A value that prints, serializes and inspects as `[secret]`. `reveal()` gives the text; call it only
 * where it is sent.
 */
export class Secret {
  readonly #reveal: () => string;
  /** Its key in the config, `credentials.password`: what an error may name. */
  readonly key: string;
  /** Where it was found, `environment variable ZENDESK_PASSWORD`. */
  readonly place: string;

  /** `value` may be a function for a secret that isn't there yet; it throws when it is asked for. */
  constructor(value: string | (() => string), { key = 'secret', place = 'code' } = {}) {
    this.key = key;
    this.place = place;
    if (typeof value === 'string') registerSecretValue(value);
    this.#reveal =
      typeof value === 'function'
        ? value
        : () => {
            if (typeof value === 'string') return value;
            throw noText(value, { key, place });
          };
    Object.defineProperty(this, BRAND, { value: true, enumerable: false });
  }

  /** The text itself. Never put it into a message, a log, a state or a row. */
  reveal(): string {
    return this.#reveal();
  }
  toString(): string {
    return HIDDEN;
  }
  toJSON(): string {
    return HIDDEN;
  }
  [Symbol.toPrimitive](): string {
    return HIDDEN;
  }
  [inspect.custom](): string {
    return HIDDEN;
  }
}

export function isSecret(value: unknown): value is Secret {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** The text of a secret, or the text itself; what is given as plain text is registered as a secret too. */
export function revealSecret(value: string | Secret): string {
  if (isSecret(value)) return value.reveal();
  if (typeof value !== 'string') throw noText(value, { key: 'secret', place: 'code' });
  registerSecretValue(value);
  return value;
}

/** The error of a secret that is no text: mostly an environment variable that isn't set. */
function noText(
  value: unknown,
  { key, place }: { readonly key: string; readonly place: string },
): TidemarkError {
  return new TidemarkError(
    'SECRET_MISSING',
    `The secret "${key}" (from ${place}) is ${value === undefined ? 'not set' : `a ${value === null ? 'null' : typeof value}, not a text`}. ` +
      'Set the environment variable that it is read from, or declare it in the config of the source as secret(z.string()), which says where it is looked for.',
    { details: { key, place } },
  );
}

const secretSchemas = new WeakSet<object>();

/** Whether a zod schema was made by {@link secret}, so that its values are looked up and reported as secrets. */
export function isSecretSchema(schema: object): boolean {
  return secretSchemas.has(schema);
}

type SecretSchema = z.ZodType<Secret, string | Secret>;

/**
 * A config field that holds a secret: `password: secret(z.string())`. It is given in code, or looked up in the
 * environment, `.env` and `.dlt/secrets.toml`; what the source gets is a {@link Secret}.
 *
 * @throws SECRET_MISSING when extraction starts and it is found nowhere, naming every place looked at
 */
export function secret(schema: z.ZodType<string, string> = z.string()): SecretSchema {
  const wrapped = z.unknown().transform((value, context): Secret => {
    const text = isSecret(value) ? value.reveal() : value;
    const parsed = schema.safeParse(text);
    if (parsed.success) return isSecret(value) ? value : new Secret(parsed.data);
    // zod's own messages can quote the value: say what is accepted instead
    context.addIssue({ code: 'custom', message: 'a secret text is expected', input: HIDDEN });
    return z.NEVER;
  }) as unknown as SecretSchema;
  secretSchemas.add(wrapped);
  return wrapped;
}
