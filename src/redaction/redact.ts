import { base64Of, escapeForPattern, isCommon, partsOf, spellingsOf } from './spellings';

export const HIDDEN = '[secret]';

/** Kept for the life of the process, and shared by two copies of the package: either may learn a secret. */
const KEY = Symbol.for('tidemark.secrets');
const shared = globalThis as { [KEY]?: Set<string> };
shared[KEY] ??= new Set();
const secrets: Set<string> = shared[KEY];

interface Patterns {
  /** Of how many secrets it was made; they only ever become more. */
  readonly size: number;
  /** Its first group is what may stand in the middle of base64, which is cut whole. */
  readonly all: RegExp;
  /** Of secrets that don't stand in a text by chance; undefined if there are none. */
  readonly telling: RegExp | undefined;
}

let patterns: Patterns | undefined;

/**
 * Registers a value that no text leaving the process may show, in whatever spelling. What is no text is no secret: an
 * environment variable that isn't set must not make every later text fail.
 */
export function registerSecretValue(value: string): void {
  if (typeof value !== 'string') return;
  for (const part of partsOf(value)) secrets.add(part);
}

function compiled(): Patterns | undefined {
  if (secrets.size === 0) return undefined;
  if (patterns?.size !== secrets.size) {
    const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
    const spelt = longestFirst.map(spellingsOf);
    const encoded = longestFirst.flatMap(base64Of);
    const telling = longestFirst.filter((value) => !isCommon(value)).map(spellingsOf);
    // what is hidden already stays as it is, whatever the secret
    const all = [
      escapeForPattern(HIDDEN),
      ...spelt,
      ...(encoded.length > 0 ? [`(${encoded.join('|')})`] : []),
    ];
    patterns = {
      size: secrets.size,
      all: new RegExp(all.join('|'), 'gu'),
      telling: telling.length > 0 ? new RegExp(telling.join('|'), 'u') : undefined,
    };
  }
  return patterns;
}

/** Whether there is anything to cut. */
export const knowsSecrets = (): boolean => secrets.size > 0;

/** Whether a text holds a secret that doesn't stand there by chance, as a short one or a plain word may. */
export const holdsSecret = (text: string): boolean => compiled()?.telling?.test(text) ?? false;

/**
 * Cuts the value of every secret met so far out of a text. The one outlet: whatever leaves the process as text (logs,
 * errors, payloads, ledger rows) goes through it.
 */
export function redact(text: string): string {
  const known = compiled()?.all;
  if (known === undefined) return text;
  let kept = '';
  let from = 0;
  known.lastIndex = 0;
  for (let found = known.exec(text); found !== null; found = known.exec(text)) {
    let [start, end] = [found.index, known.lastIndex];
    if (found[1] !== undefined) {
      while (start > from && BASE64.test(text.charAt(start - 1))) start--;
      while (end < text.length && BASE64.test(text.charAt(end))) end++;
    }
    kept += text.slice(from, start) + HIDDEN;
    from = end;
    known.lastIndex = end;
  }
  return from === 0 ? text : kept + text.slice(from);
}

const BASE64 = /[A-Za-z0-9+/_=-]/;
