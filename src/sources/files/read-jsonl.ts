import { parseJsonExactly } from '../../http';
import { isRecord } from '../../value';
import { brokenFile } from './file-errors';
import type { FileRow, StoredFile } from './types';

/** The most that a page holds, in rows and in characters of their lines. */
export interface PageSize {
  readonly rows: number;
  readonly characters: number;
}

/** The longest line that is accepted; a longer one most likely means that the file has no line breaks at all. */
export const LONGEST_LINE = 1 << 28;

/**
 * The rows of JSON lines in pages. Integers beyond ±2^53 keep every digit; blank lines are passed over.
 *
 * @throws FILE_INVALID for a line that is not a JSON object, naming it
 */
export async function* readJsonl(
  file: StoredFile,
  text: AsyncGenerator<string, void, void>,
  size: PageSize,
): AsyncGenerator<FileRow[], void, void> {
  let rows: FileRow[] = [];
  let characters = 0;
  let line = 0;
  for await (const lines of linesOf(file, text))
    for (const lineText of lines) {
      line += 1;
      const row = rowOf(file, lineText, line);
      if (row === undefined) continue;
      rows.push(row);
      characters += lineText.length;
      if (rows.length < size.rows && characters < size.characters) continue;
      yield rows;
      rows = [];
      characters = 0;
    }
  if (rows.length > 0) yield rows;
}

/** The lines that each piece of text completes. */
async function* linesOf(
  file: StoredFile,
  text: AsyncGenerator<string, void, void>,
): AsyncGenerator<readonly string[], void, void> {
  let pieces: string[] = [];
  let held = 0;
  for await (const chunk of text) {
    const [first = '', ...others] = chunk.split('\n');
    pieces.push(first);
    held += first.length;
    if (held > LONGEST_LINE)
      throw brokenFile(
        file,
        `has a line of over ${LONGEST_LINE} characters: JSON lines have one object a line`,
      );
    if (others.length === 0) continue;
    const last = others.pop()!;
    yield [pieces.join(''), ...others];
    pieces = [last];
    held = last.length;
  }
  yield [pieces.join('')];
}

function rowOf(file: StoredFile, text: string, line: number): FileRow | undefined {
  if (text === '' || text.trim() === '') return undefined;
  let row: unknown;
  try {
    row = parseJsonExactly(text);
  } catch (cause) {
    const list = line === 1 && text.trimStart().startsWith('[');
    const problem = list
      ? "begins a JSON list, where one object a line is wanted (for a file that is one JSON value: format: 'json')"
      : 'is not JSON';
    throw brokenFile(file, problem, {
      line,
      text: text.trim(),
      cause,
    });
  }
  if (isRecord(row)) return row;
  throw brokenFile(file, 'is not a JSON object', { line, text: text.trim() });
}
