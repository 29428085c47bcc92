import { type ApiError, invalidQuery } from '../api-error';
import { RESERVED } from './reserved';

/** A piece of SQL. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'bytes' | 'integer' | 'float' | 'symbol' | 'end';
  /** A word as it is written, the value of a string, a number's digits. Bytes are in Latin-1. */
  readonly text: string;
  /** A word in upper case, a symbol; empty for what is quoted. */
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** Longest first. */
const SYMBOLS = ['=>', '<=', '>=', '<>', '!=', '||', '@@', '<<', '>>', ...'()[]{},.;:+-*/=<>?@&|^~%'];

/** The tokens of a text, the last one is its end. @throws ApiError invalidQuery */
export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  const fail = (message: string, at: number): ApiError =>
    invalidQuery(`Syntax error: ${message}`, placeOf(sql, at));
  for (let at = 0; at < sql.length; ) {
    const rest = /[\s\u00a0]+|#[^\n]*|--[^\n]*|\/\*[\s\S]*?\*\//y;
    rest.lastIndex = at;
    const blank = rest.exec(sql);
    if (blank !== null) {
      at = rest.lastIndex;
      continue;
    }
    const token = textAt(sql, at, fail) ?? plainAt(sql, at);
    if (token === undefined) throw fail(`Illegal input character ${JSON.stringify(sql[at])}`, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', text: '', key: '', start: sql.length, end: sql.length });
  return tokens;
}

/** `[line:column]` of an offset, both from 1. */
export function placeOf(sql: string, offset: number): string {
  const before = sql.slice(0, offset).split('\n');
  return `[${before.length}:${before.at(-1)!.length + 1}]`;
}

function plainAt(sql: string, at: number): Token | undefined {
  const word = matchAt(/[A-Za-z_]\w*/y, sql, at);
  if (word !== undefined)
    return { kind: 'word', text: word, key: word.toUpperCase(), start: at, end: at + word.length };
  const float = matchAt(/(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+/y, sql, at);
  if (float !== undefined) return { kind: 'float', text: float, key: '', start: at, end: at + float.length };
  const integer = matchAt(/0[xX][0-9a-fA-F]+|\d+/y, sql, at);
  if (integer !== undefined)
    return { kind: 'integer', text: integer, key: '', start: at, end: at + integer.length };
  const symbol = SYMBOLS.find((each) => sql.startsWith(each, at));
  return symbol === undefined
    ? undefined
    : { kind: 'symbol', text: symbol, key: symbol, start: at, end: at + symbol.length };
}

const matchAt = (pattern: RegExp, sql: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0];
};

/** A name in backticks, a string or bytes: text between two double quotes is a string, too. */
function textAt(sql: string, at: number, fail: (message: string, at: number) => ApiError): Token | undefined {
  const opening = /(?:[rR][bB]?|[bB][rR]?)?("""|'''|"|')|`/y;
  opening.lastIndex = at;
  const open = opening.exec(sql);
  if (open === null) return undefined;
  const quote = open[1] ?? '`';
  const prefix = open[1] === undefined ? '' : open[0].slice(0, -quote.length).toLowerCase();
  let end = opening.lastIndex;
  while (!sql.startsWith(quote, end)) {
    if (end >= sql.length || (quote.length === 1 && sql[end] === '\n'))
      throw fail(quote === '`' ? 'Unclosed identifier literal' : 'Unclosed string literal', at);
    end += sql[end] === '\\' ? 2 : 1;
  }
  const inner = sql.slice(opening.lastIndex, end);
  const isBytes = prefix.includes('b');
  const text = prefix.includes('r') ? inner : unescaped(inner, isBytes, (message) => fail(message, at));
  if (quote === '`' && text === '') throw fail('Invalid empty identifier', at);
  const kind = quote === '`' ? 'quoted' : isBytes ? 'bytes' : 'string';
  const value = isBytes && !prefix.includes('r') ? text : isBytes ? latin1(text) : text;
  return { kind, text: value, key: '', start: at, end: end + quote.length };
}

const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '?': '?',
  '"': '"',
  "'": "'",
  '`': '`',
};

const ESCAPE =
  /\\(?:([0-3][0-7]{2})|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))|[^\\]+/g;

/** @param isBytes escapes are bytes then, all else is UTF-8; the result is Latin-1 */
function unescaped(text: string, isBytes: boolean, fail: (message: string) => ApiError): string {
  return text.replace(ESCAPE, (whole, octal, hex, short, long, plain) => {
    if (whole[0] !== '\\') return isBytes ? latin1(whole) : whole;
    const byte = octal === undefined ? hex : Number.parseInt(octal, 8).toString(16);
    if (byte !== undefined) return String.fromCharCode(Number.parseInt(byte, 16));
    const point = short ?? long;
    if (point !== undefined) {
      const code = Number.parseInt(point, 16);
      if (isBytes) throw fail('Unicode escapes are not allowed in bytes literals');
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        throw fail(`Illegal escape sequence: ${whole}`);
      return String.fromCodePoint(code);
    }
    const known = ESCAPES[plain];
    if (known === undefined) throw fail(`Illegal escape sequence: ${whole}`);
    return known;
  });
}

/** Whether a token may be a name where names are wanted. */
export const isName = ({ kind, key }: Token): boolean =>
  kind === 'quoted' || (kind === 'word' && !RESERVED.has(key));
