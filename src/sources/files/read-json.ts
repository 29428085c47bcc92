import { parseJsonExactly } from '../../http';
import { isRecord } from '../../value';
import { brokenFile } from './file-errors';
import { type ListElement, listScanner, valueAt } from './json-list';
import { LONGEST_LINE, type PageSize } from './read-jsonl';
import type { FileRow, StoredFile } from './types';

interface ReadJsonOptions {
  /** Where the list of rows is, `result.items`. @default the whole file */
  readonly data: string | undefined;
  readonly size: PageSize;
}

/**
 * The rows of a file that is one JSON value, in pages: the elements of a list, which is the value or stands in it at `data`. What is no
 * list is one row if it is an object, none if it is null. The list is never whole in memory; what is around it is. Integers beyond
 * ±2^53 keep every digit.
 *
 * @throws FILE_INVALID for what is not JSON or ends early, for an element that is no object, for a file without `data`
 */
export async function* readJson(
  file: StoredFile,
  text: AsyncGenerator<string, void, void>,
  { data, size }: ReadJsonOptions,
): AsyncGenerator<FileRow[], void, void> {
  const path = data === undefined ? [] : data.split('.');
  const scanner = listScanner(path);
  let rows: FileRow[] = [];
  let characters = 0;
  for await (const piece of text) {
    for (const element of scanner.push(piece)) {
      rows.push(rowOf(file, element));
      characters += element.text.length;
      if (rows.length < size.rows && characters < size.characters) continue;
      yield rows;
      rows = [];
      characters = 0;
    }
    if (scanner.held > LONGEST_LINE)
      throw brokenFile(
        file,
        `has a row of over ${LONGEST_LINE} characters, or as many around ${data === undefined ? 'its list' : `"${data}"`}`,
      );
  }
  const rest = scanner.rest();
  if (rest.trim() !== '') rows.push(...rowsOfRest(file, rest, { data, path, found: scanner.found }));
  if (rows.length > 0) yield rows;
}

function rowOf(file: StoredFile, { text, line }: ListElement): FileRow {
  const row = parsed(file, text, line);
  if (isRecord(row)) return row;
  throw brokenFile(file, 'is not a JSON object, as each element of the list should be', {
    line,
    text: text.trim(),
  });
}

function parsed(file: StoredFile, text: string, line?: number): unknown {
  try {
    return parseJsonExactly(text);
  } catch (cause) {
    const problem = line === undefined ? 'is not JSON, or ends early' : 'is not JSON';
    throw brokenFile(file, problem, { line, text: line === undefined ? undefined : text.trim(), cause });
  }
}

/** What a file has besides the list: nothing, or a row where there is no list. */
function rowsOfRest(
  file: StoredFile,
  rest: string,
  { data, path, found }: { data: string | undefined; path: readonly string[]; found: boolean },
): FileRow[] {
  const whole = parsed(file, rest);
  const value = valueAt(whole, path);
  const isEmptyList = Array.isArray(value) && value.length === 0;
  if (found) {
    if (isEmptyList) return [];
    // of two fields of one name a parser takes the last
    throw brokenFile(file, `has "${data}" more than once, or a bracket that is not closed`);
  }
  if (value === null) return [];
  if (isRecord(value)) return [value];
  const fields = isRecord(whole) ? Object.keys(whole).join('", "') : '';
  throw brokenFile(
    file,
    data === undefined
      ? 'is neither a JSON list nor an object'
      : `has no list in "${data}", which "data" names; it has "${fields}"`,
  );
}
