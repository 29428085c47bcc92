import { isPlainObject } from '../value';

const HIDDEN = '[secret]';

interface Registry {
  /** Every form in which a registered secret could be met in a text. */
  readonly forms: Set<string>;
  pattern: RegExp | undefined;
}

/** Kept for the life of the process, and shared by two copies of the package: either may learn a secret. */
const KEY = Symbol.for('tidemark.redaction');
const shared = globalThis as { [KEY]?: Registry };
shared[KEY] ??= { forms: new Set(), pattern: undefined };
const registry: Registry = shared[KEY];

/** Below this length a value is cut only where it stands alone: else a password "a" would eat every text. */
const SHORT = 4;
/** The same for a plain word: a password "test" is to leave "tests" and "test_pipeline" alone. */
const WORD = /^\p{L}{1,7}$/u;
/** What stands alone may follow an escape: `\n` in JSON, `%20` in an address. */
const ALONE = {
  before: '(?:(?<![\\p{L}\\p{N}_])|(?<=\\\\[bfnrt])|(?<=%[0-9A-Fa-f]{2}))',
  after: '(?![\\p{L}\\p{N}_])',
};

const escapeForPattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

function remember(text: string): void {
  if (text === '' || registry.forms.has(text)) return;
  registry.forms.add(text);
  registry.pattern = undefined;
}

/** Registers a value that no text leaving the process may show, with its URL, form, JSON and base64 spellings. */
export function registerSecretValue(value: string): void {
  if (value === '') return;
  remember(value);
  remember(JSON.stringify(value).slice(1, -1));
  const encoded = encodeURIComponent(Buffer.from(value).toString());
  remember(encoded);
  remember(encoded.replaceAll('%20', '+'));
  remember(new URLSearchParams([['', value]]).toString().slice(1));
  if (value.length < SHORT) return;
  const base64 = Buffer.from(value).toString('base64');
  remember(base64);
  remember(base64.replace(/=+$/, ''));
}

function compiled(): RegExp | undefined {
  if (registry.forms.size === 0) return undefined;
  if (registry.pattern === undefined) {
    const longestFirst = [...registry.forms].sort((a, b) => b.length - a.length);
    const alternatives = longestFirst.map((form) =>
      form.length < SHORT || WORD.test(form)
        ? `${ALONE.before}${escapeForPattern(form)}${ALONE.after}`
        : escapeForPattern(form),
    );
    // what is hidden already stays as it is, whatever the secret
    registry.pattern = new RegExp([escapeForPattern(HIDDEN), ...alternatives].join('|'), 'gu');
  }
  return registry.pattern;
}

/**
 * Cuts the value of every secret met so far out of a text. The one outlet: whatever leaves the process as text (logs,
 * errors, payloads, ledger rows) goes through it.
 */
export function redact(text: string): string {
  const known = compiled();
  return known === undefined ? text : text.replace(known, HIDDEN);
}

/** {@link redact} for JSON-like data: every text in it, keys included. Anything else than plain data is returned as it is. */
export function redactData<T>(data: T): T {
  return (compiled() === undefined ? data : walk(data)) as T;
}

function walk(data: unknown): unknown {
  if (typeof data === 'string') return redact(data);
  if (Array.isArray(data)) return data.map(walk);
  if (!isPlainObject(data)) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [redact(key), walk(value)]));
}
