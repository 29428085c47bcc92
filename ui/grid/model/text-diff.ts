/** A line of a comparison; `skipped` stands for lines that are the same and not shown, how many its text says. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed' | 'skipped';
  readonly text: string;
}

/** Lines that are the same are shown so far around a change. */
const AROUND = 3;
/** Texts with more lines in their middles are not compared line by line: it would take too long. */
const MOST_LINES = 600;

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+|"/gs;

/** JSON with a line for each value. It is not read, only laid out: digits stay as they are. */
export function layOutJson(text: string): string {
  let out = '';
  let depth = 0;
  let before = '';
  const newLine = (): string => `\n${'  '.repeat(Math.max(0, depth))}`;
  for (const [token] of text.matchAll(TOKEN)) {
    const closes = token === '}' || token === ']';
    const wasOpen = before === '{' || before === '[';
    if (closes) depth -= 1;
    if (closes !== wasOpen || (before === ',' && !closes)) out += newLine();
    out += token === ':' ? ': ' : token;
    if (token === '{' || token === '[') depth += 1;
    before = token;
  }
  return out;
}

/** What was taken out of a text and what came, line by line. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  const rest = Math.min(old.length, now.length) - start;
  while (end < rest && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const middle = diffMiddle(old.slice(start, old.length - end), now.slice(start, now.length - end));
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind: 'same', text }));
  return skipSame([...same(old.slice(0, start)), ...middle, ...same(end === 0 ? [] : old.slice(-end))]);
}

function diffMiddle(old: readonly string[], now: readonly string[]): DiffLine[] {
  if (old.length > MOST_LINES || now.length > MOST_LINES)
    return [
      ...old.map((text) => ({ kind: 'removed', text }) as const),
      ...now.map((text) => ({ kind: 'added', text }) as const),
    ];
  const common = commonLengths(old, now);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ kind: 'same', text: old[i]! });
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      lines.push({ kind: 'removed', text: old[i]! });
      i += 1;
    } else {
      lines.push({ kind: 'added', text: now[j]! });
      j += 1;
    }
  }
  return lines;
}

/** For each pair of places how many lines the rests have in common, at most. */
function commonLengths(old: readonly string[], now: readonly string[]): Uint16Array[] {
  const table = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      table[i]![j] =
        old[i] === now[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
  return table;
}

/** Lines that are the same are left out where no change is near. */
function skipSame(lines: readonly DiffLine[]): DiffLine[] {
  const near = new Set<number>();
  for (const [index, { kind }] of lines.entries())
    if (kind !== 'same') for (let at = index - AROUND; at <= index + AROUND; at += 1) near.add(at);
  const shown: DiffLine[] = [];
  let skipped = 0;
  const tell = (): void => {
    if (skipped > 0)
      shown.push({ kind: 'skipped', text: `${skipped} ${skipped === 1 ? 'line' : 'lines'} unchanged` });
    skipped = 0;
  };
  for (const [index, line] of lines.entries()) {
    if (!near.has(index)) skipped += 1;
    else {
      tell();
      shown.push(line);
    }
  }
  tell();
  return shown;
}
