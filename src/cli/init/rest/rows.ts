import { TidemarkError } from '../../../errors';
import { isRecord } from '../../../value';

export type Row = Readonly<Record<string, unknown>>;

/** Where an answer has its rows. */
export interface FoundRows {
  /** As `data` takes it; undefined where the answer is the list. */
  readonly path: string | undefined;
  readonly rows: readonly Row[];
  /** Other lists of objects in the answer, by path. */
  readonly others: readonly string[];
}

/** Where APIs put rows, the commonest first. */
const USUAL = [
  'data',
  'items',
  'results',
  'records',
  'rows',
  'entries',
  'values',
  'value',
  'content',
  'hits',
  'nodes',
];
const DEEPEST = 4;

interface Candidate {
  readonly path: readonly string[];
  readonly rows: readonly Row[];
}

/**
 * The list of objects in an answer that is most likely its rows: one that isn't empty, under a usual name or that of the
 * endpoint, the longest, the least deep.
 *
 * @throws USAGE where there is no list of objects
 */
export function findRows(body: unknown, name: string): FoundRows {
  if (Array.isArray(body)) return { path: undefined, rows: objectsOnly(body), others: [] };
  if (!isRecord(body)) throw noRows(`is ${body === undefined ? 'empty' : JSON.stringify(body)}`);
  const found = listsIn(body, []);
  const usual = [name, ...USUAL];
  const rank = ({ path }: Candidate): number => {
    const at = usual.indexOf(path.at(-1) ?? '');
    return at < 0 ? usual.length : at;
  };
  const [best, ...others] = [...found].sort(
    (a, b) =>
      Number(b.rows.length > 0) - Number(a.rows.length > 0) ||
      Math.floor(rank(a) / usual.length) - Math.floor(rank(b) / usual.length) ||
      a.path.length - b.path.length ||
      rank(a) - rank(b) ||
      b.rows.length - a.rows.length,
  );
  if (best === undefined) throw noRows(`is one object, with "${Object.keys(body).join('", "')}"`);
  return { path: pathText(best.path), rows: best.rows, others: others.map(({ path }) => pathText(path)) };
}

function listsIn(value: Row, path: readonly string[]): Candidate[] {
  if (path.length >= DEEPEST) return [];
  return Object.entries(value).flatMap(([key, inner]): Candidate[] => {
    const at = [...path, key];
    if (Array.isArray(inner)) return inner.every(isRecord) ? [{ path: at, rows: inner }] : [];
    return isRecord(inner) ? listsIn(inner, at) : [];
  });
}

/** A path as `data` and paginators read it; a key that is no plain name makes it a JSONPath. */
function pathText(path: readonly string[]): string {
  if (path.every((key) => /^[A-Za-z_]\w*$/.test(key))) return path.join('.');
  return `$${path.map((key) => `['${key.replace(/[\\']/g, '\\$&')}']`).join('')}`;
}

function objectsOnly(list: readonly unknown[]): readonly Row[] {
  if (list.every(isRecord)) return list;
  const wrong = list.find((one) => !isRecord(one));
  throw noRows(`is a list of ${Array.isArray(wrong) ? 'lists' : `values such as ${JSON.stringify(wrong)}`}`);
}

const noRows = (what: string): TidemarkError =>
  new TidemarkError(
    'USAGE',
    `The answer ${what.slice(0, 300)}; a list of objects is needed, here or in a field. Name the address of a list, such as https://api.example.com/items; for another shape begin with --source own.`,
  );
