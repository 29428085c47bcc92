/** A fenced block of a page. */
export interface Block {
  /** The word after the fence: `ts`, `sh`; empty for output. */
  readonly language: string;
  readonly text: string;
  /** Of its first line of text, from 1. */
  readonly line: number;
  /** Comments right before the block, of the form `<!-- KIND` … `-->`: what a reader doesn't see. */
  readonly hidden: readonly Hidden[];
}

export interface Hidden {
  /** `context`, or `file NAME`. */
  readonly kind: string;
  readonly text: string;
}

export interface Link {
  readonly target: string;
  readonly line: number;
}

/** What tests ask of a page. */
export interface Page {
  readonly blocks: readonly Block[];
  readonly links: readonly Link[];
  /** Ids of its headings, as GitHub and the site make them. */
  readonly anchors: ReadonlySet<string>;
  /** Code within lines of text and tables. */
  readonly inlineCode: readonly Link[];
}

const FENCE = /^(\s*)(`{3,})(\S*)/;

/** Reads the parts of Markdown that the pages use. */
export function parsePage(text: string): Page {
  const blocks: Block[] = [];
  const prose: string[] = [];
  let hidden: Hidden[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const [, indent = '', fence, language = ''] = FENCE.exec(line) ?? [];
    const [, kind, rest = ''] = /^<!-- ?(context|stays up|file \S+)(.*)$/.exec(line) ?? [];
    if (fence !== undefined) {
      const end = lines.findIndex((one, index) => index > at && one.trim() === fence);
      if (end < 0) throw new Error(`The block of line ${at + 1} has no end.`);
      const body = lines.slice(at + 1, end).map((one) => one.slice(indent.length));
      blocks.push({ language, text: `${body.join('\n')}\n`, line: at + 2, hidden });
      hidden = [];
      at = end;
    } else if (kind !== undefined) {
      const end = lines.findIndex((one, index) => index >= at && one.includes('-->'));
      if (end < 0) throw new Error(`The comment of line ${at + 1} has no end.`);
      const body = end === at ? [rest.replace('-->', '')] : lines.slice(at + 1, end);
      hidden.push({ kind, text: `${body.join('\n')}\n` });
      at = end;
    } else {
      if (line.trim() !== '' && hidden.length > 0)
        throw new Error(`Before line ${at + 1} a context stands that no block follows.`);
      prose[at] = line;
    }
  }
  return { blocks, links: linksOf(prose), anchors: anchorsOf(prose), inlineCode: codeOf(prose) };
}

const each = (prose: readonly string[], find: (line: string) => Iterable<string>): Link[] =>
  prose.flatMap((text, index) => [...find(text ?? '')].map((target): Link => ({ target, line: index + 1 })));

const withoutCode = (line: string): string => line.replace(/(`+)[^`].*?\1/g, '');

function linksOf(prose: readonly string[]): Link[] {
  return each(prose, (line) =>
    [...withoutCode(line.replace(/\[`[^`]*`\]/g, '[x]')).matchAll(/\]\(([^)\s]+)\)/g)].map(
      ([, target = '']) => target,
    ),
  );
}

const codeOf = (prose: readonly string[]): Link[] =>
  each(prose, (line) => [...line.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));

/** `## What a run *loads*` → `what-a-run-loads`; a second one of that name gets `-1`. */
function anchorsOf(prose: readonly string[]): Set<string> {
  const anchors = new Set<string>();
  for (const line of prose) {
    const [, title] = /^#{1,6} (.*)$/.exec(line ?? '') ?? [];
    if (title === undefined) continue;
    const plain = title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replace(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
    let name = slug;
    for (let count = 1; anchors.has(name); count += 1) name = `${slug}-${count}`;
    anchors.add(name);
  }
  return anchors;
}
