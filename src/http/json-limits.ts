import { TidemarkError } from '../errors';

/** JSON that is valid and more than can be worked with. */
export class JsonLimitError extends TidemarkError {
  constructor(readonly problem: string) {
    super('EXTRACT_FAILED', `The JSON ${problem}.`, { retryable: false });
  }
}

/** Digits of one integer: to read one costs the square of its length. */
const MAX_DIGITS = 10_000;
/** Levels of lists and objects: what walks them does it by recursion. */
const MAX_DEPTH = 5000;

const LIST = 0x5b;
const OBJECT = 0x7b;
const CLOSED_OBJECT = 0x7d;
/** With this bit `[` is `{` and `]` is `}`. */
const EITHER = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

interface Level {
  readonly isList: boolean;
  index: number;
  key: string;
}

const SHOWN_LEVELS = 8;

function pathOf(levels: readonly Level[]): string {
  const shown = levels
    .slice(0, SHOWN_LEVELS)
    .map(({ isList, index, key }) => (isList ? `[${index}]` : `.${key.slice(0, 40)}`));
  return `$${shown.join('')}${levels.length > SHOWN_LEVELS ? '…' : ''}`;
}

interface Stop {
  readonly offset?: number;
  readonly depth?: number;
}

/** The path of the value at an offset of a text, or of the first one so deep; undefined if there is none. */
function placeIn(
  text: string,
  { offset = Number.POSITIVE_INFINITY, depth = Number.POSITIVE_INFINITY }: Stop,
) {
  const levels: Level[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (at >= offset) return pathOf(levels);
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const from = at + 1;
      for (at = from; at < text.length && text.charCodeAt(at) !== QUOTE; at += 1)
        if (text.charCodeAt(at) === BACKSLASH) at += 1;
      const level = levels.at(-1);
      if (level?.isList === false && /^\s*:/.test(text.slice(at + 1, at + 40)))
        level.key = text.slice(from, at);
    } else if ((code | EITHER) === OBJECT) {
      if (levels.length >= depth) return pathOf(levels);
      levels.push({ isList: code === LIST, index: 0, key: '' });
    } else if ((code | EITHER) === CLOSED_OBJECT) levels.pop();
    else if (code === COMMA && levels.length > 0) levels.at(-1)!.index += 1;
  }
  return undefined;
}

const SAMPLED = 32;
const SAMPLES = 64;

/**
 * Whether a text may be so deep: whether it seems to have some thousand closing brackets in a row. Only every 32nd character is
 * looked at, a few hundredths of what parsing costs.
 */
function mayBeDeep(text: string): boolean {
  let inRow = 0;
  for (let at = SAMPLED; at < text.length; at += SAMPLED) {
    const code = text.charCodeAt(at);
    inRow = (code | EITHER) === CLOSED_OBJECT || code <= EITHER ? inRow + 1 : 0;
    if (inRow >= SAMPLES) return true;
  }
  return false;
}

const tooDeep = (place: string | undefined): JsonLimitError =>
  new JsonLimitError(
    `is nested more than ${MAX_DEPTH} levels deep${place === undefined ? '' : `, at ${place}`}`,
  );

/** @throws JsonLimitError for a text with a depth that is not worked with */
export function checkDepth(text: string): void {
  if (!mayBeDeep(text)) return;
  const place = placeIn(text, { depth: MAX_DEPTH });
  if (place !== undefined) throw tooDeep(place);
}

/** What a parser's failure is: it has no room for a depth that {@link checkDepth} may not have seen. */
export const parseFailure = (error: unknown, text: string): unknown =>
  error instanceof RangeError ? tooDeep(placeIn(text, { depth: MAX_DEPTH })) : error;

/** @throws JsonLimitError for an integer of too many digits, naming its place in the text */
export function checkDigits(digits: string, text: string): void {
  if (digits.length <= MAX_DIGITS) return;
  const place = placeIn(text, { offset: text.indexOf(digits) }) ?? '$';
  throw new JsonLimitError(
    `has a number of ${digits.length} digits at ${place}, of which at most ${MAX_DIGITS} are read`,
  );
}
