import { TidemarkError } from '../../errors';

/** The parts of a date that a path may hold, coarse to fine. */
export const DATE_PARTS = ['yyyy', 'MM', 'dd', 'HH', 'mm'] as const;
export type DatePart = (typeof DATE_PARTS)[number];

/** What a part of a date looks like. */
const DIGITS: Readonly<Record<DatePart, string>> = {
  yyyy: '\\d{4}',
  MM: '0[1-9]|1[0-2]',
  dd: '0[1-9]|[12]\\d|3[01]',
  HH: '[01]\\d|2[0-3]',
  mm: '[0-5]\\d',
};

/** A glob, read. */
export interface PathPattern {
  readonly glob: string;
  /** Matches a whole path; what a date part matched is a group of its name. */
  readonly regex: RegExp;
  readonly dateParts: readonly DatePart[];
  /** What every path begins with: texts and date parts up to the first wildcard. */
  readonly start: readonly (string | { readonly part: DatePart })[];
}

type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'part'; readonly part: DatePart }
  | { readonly kind: 'wild'; readonly regex: string };

const isDatePart = (text: string): text is DatePart => (DATE_PARTS as readonly string[]).includes(text);
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

const invalid = (glob: string, problem: string): TidemarkError =>
  new TidemarkError(
    'CONFIG_INVALID',
    `The glob "${glob}" ${problem}. Accepted are "*" and "?" within a folder, "**/" for any folders, "{a,b}", "[a-z]", and the date parts {${DATE_PARTS.join('}, {')}}, as in "events/{yyyy}/{MM}/{dd}/*.jsonl.gz".`,
    { details: { glob } },
  );

/**
 * Reads a glob of paths below a location. `*`, `?` and `[…]` stay within one folder and don't match a leading dot; `**`
 * stands for any number of folders. Case counts.
 *
 * @throws CONFIG_INVALID
 */
export function parsePathPattern(glob: string): PathPattern {
  if (glob === '' || glob.startsWith('/') || glob.split('/').includes('..'))
    throw invalid(glob, 'is not a path below the location');
  const tokens = tokensOf(glob);
  const seen = new Set<DatePart>();
  const source = tokens.map((token) => {
    if (token.kind === 'text') return escaped(token.text);
    if (token.kind === 'wild') return token.regex;
    // a part that comes again must be the same
    if (seen.has(token.part)) return `\\k<${token.part}>`;
    seen.add(token.part);
    return `(?<${token.part}>${DIGITS[token.part]})`;
  });
  const parts = DATE_PARTS.filter((part) => seen.has(part));
  const gap = DATE_PARTS.slice(0, parts.length).find((part) => !seen.has(part));
  if (gap !== undefined) throw invalid(glob, `has {${parts.at(-1)}} without {${gap}}`);
  const wild = tokens.findIndex(({ kind }) => kind === 'wild');
  const start = tokens.slice(0, wild < 0 ? tokens.length : wild);
  return {
    glob,
    regex: new RegExp(`^${source.join('')}$`, 'u'),
    dateParts: parts,
    start: start.map((token) =>
      token.kind === 'part' ? { part: token.part } : (token as { text: string }).text,
    ),
  };
}

function tokensOf(glob: string): Token[] {
  const tokens: Token[] = [];
  const wild = (regex: string): void => {
    tokens.push({ kind: 'wild', regex });
  };
  for (let at = 0; at < glob.length; ) {
    const rest = glob.slice(at);
    const visible = at === 0 || glob[at - 1] === '/' ? '(?!\\.)' : '';
    const braces = /^\{([^{}]*)\}/.exec(rest);
    const set = /^\[(!?)([^\]/]+)\]/.exec(rest);
    if (rest.startsWith('**/') && (at === 0 || glob[at - 1] === '/')) {
      wild('(?:(?!\\.)[^/]+/)*');
      at += 3;
    } else if (rest.startsWith('**')) {
      if (rest !== '**') throw invalid(glob, 'has "**" beside other letters');
      wild('(?:(?!\\.)[^/]+/)*(?!\\.)[^/]+');
      at += 2;
    } else if (rest.startsWith('*')) {
      wild(`${visible}[^/]*`);
      at += 1;
    } else if (rest.startsWith('?')) {
      wild(`${visible}[^/]`);
      at += 1;
    } else if (braces !== null) {
      tokens.push(bracesOf(glob, braces[1]!));
      at += braces[0].length;
    } else if (set !== null) {
      wild(`${visible}[${set[1] === '!' ? '^/' : ''}${set[2]!.replace(/[\\^]/g, '\\$&')}]`);
      at += set[0].length;
    } else if ('{}['.includes(rest[0]!)) {
      throw invalid(glob, `has a "${rest[0]}" without its pair`);
    } else {
      const text = /^[^*?{}[]+/.exec(rest)![0];
      tokens.push({ kind: 'text', text });
      at += text.length;
    }
  }
  return tokens;
}

function bracesOf(glob: string, inside: string): Token {
  if (isDatePart(inside)) return { kind: 'part', part: inside };
  if (!inside.includes(',')) throw invalid(glob, `has the part "{${inside}}", which is not a date part`);
  return { kind: 'wild', regex: `(?:${inside.split(',').map(escaped).join('|')})` };
}
