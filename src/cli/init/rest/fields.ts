import { readWrittenInstant } from '../../../interval';
import { isRecord } from '../../../value';
import type { Row } from './rows';

/** A field that is in every row, with its values; a dot leads into an object. */
interface Field {
  readonly path: string;
  readonly values: readonly unknown[];
}

/** The cursor that is proposed, and how sure that is. */
export interface ProposedCursor {
  readonly path: string;
  readonly type: 'datetime' | 'date' | 'unix' | 'unixMs' | 'integer';
  /** What was seen of it, as a comment says it. */
  readonly seen: string;
}

const DAY_MS = 86_400_000;
const CHANGED = /updat|modif|chang|edited|touched|refreshed|last_?(seen|activity)|_ts$|generated/i;
const CREATED =
  /creat|insert|added|publish|posted|occurred|recorded|received|timestamp|^(time|date|ts)$|[_a-z](At|_at|_on|_time|Time|Date|_date)$/;
/** Times that say nothing of when a row became known. */
const NO_CURSOR =
  /expir|due|birth|delet|closed|ended?|_to$|valid|until|schedul|next|start|merged|resolved|cancel/i;
const KEYS = ['id', '_id', 'uuid', 'guid', 'key', 'sha', 'slug', 'code', 'sku', 'number'];

/** Fields that every row has with a value, those within an object too, if it is in every row. */
function fieldsOf(rows: readonly Row[]): readonly Field[] {
  const [first] = rows;
  if (first === undefined) return [];
  const top = Object.keys(first).map((key): Field => ({ path: key, values: rows.map((row) => row[key]) }));
  const inner = top.flatMap(({ path, values }) => {
    const [one] = values;
    if (!isRecord(one) || !values.every(isRecord) || !/^\w+$/.test(path)) return [];
    return Object.keys(one).map((key) => ({
      path: `${path}.${key}`,
      values: values.map((value) => value[key]),
    }));
  });
  return [...top, ...inner].filter(
    ({ path, values }) =>
      /^[\w.]+$/.test(path) && values.every((value) => value !== undefined && value !== null && value !== ''),
  );
}

const isScalar = (value: unknown): boolean => ['string', 'number', 'bigint'].includes(typeof value);

/**
 * The field that tells rows apart: a usual name of one, a scalar in every row, and another in each.
 *
 * @param name of the endpoint, `orders`: `order_id` is its own
 */
export function proposeKey(rows: readonly Row[], name: string): string | undefined {
  const single = name.replace(/ies$/, 'y').replace(/s$/, '');
  const usual = [...KEYS, `${single}_id`, `${single}Id`].map((one) => one.toLowerCase());
  const rank = (path: string): number => {
    const at = usual.indexOf(path.toLowerCase());
    return at < 0 ? usual.length + Number(!/^(gid|pk|ref|.*(_id|Id|ID|_key|_uuid))$/.test(path)) : at;
  };
  return fieldsOf(rows)
    .filter(({ path, values }) => !path.includes('.') && rank(path) <= usual.length && values.every(isScalar))
    .filter(({ values }) => new Set(values.map(String)).size === values.length)
    .map(({ path }) => path)
    .sort((a, b) => rank(a) - rank(b))[0];
}

/**
 * The field by which new rows are found: a time of change, else of creation, else another time; else a whole number that
 * grows or shrinks from row to row. A time beyond `now` and a day is none.
 *
 * @param now epoch milliseconds
 */
export function proposeCursor(rows: readonly Row[], now: number): ProposedCursor | undefined {
  const fields = fieldsOf(rows);
  const times = fields.flatMap((field) => {
    if (NO_CURSOR.test(field.path) && !CHANGED.test(field.path)) return [];
    const rank = CHANGED.test(field.path) ? 0 : CREATED.test(field.path) ? 1 : 2;
    const type = timeType(field, now);
    // a number is a time only by its name, too
    if (type === undefined || (type.startsWith('unix') && rank === 2)) return [];
    const order = rank * 10 + Number(type === 'date') * 2 + Number(field.path.includes('.'));
    return [{ order, path: field.path, type, values: field.values }];
  });
  const [best] = times.sort((a, b) => a.order - b.order);
  if (best !== undefined) {
    const others = times.slice(1).map(({ path }) => `"${path}"`);
    const also = others.length === 0 ? '' : `; other times: ${others.slice(0, 4).join(', ')}`;
    return { path: best.path, type: best.type, seen: `a time in all ${rows.length} rows${also}` };
  }
  for (const wanted of ['grows', 'shrinks'] as const) {
    const growing = fields.find(({ path, values }) => !path.includes('.') && directionOf(values) === wanted);
    if (growing !== undefined)
      return {
        path: growing.path,
        type: 'integer',
        seen: `a whole number that ${wanted} from row to row; no time is in all ${rows.length} rows`,
      };
  }
  return undefined;
}

function timeType({ values }: Field, now: number): 'datetime' | 'date' | 'unix' | 'unixMs' | undefined {
  const latest = now + DAY_MS;
  if (values.every((value) => typeof value === 'string')) {
    const written = values.map((value) => readWrittenInstant(String(value)));
    if (!written.every((one) => one !== undefined && one.wallMs <= latest)) return undefined;
    if (written.every((one) => one?.hasTime === false)) return 'date';
    return written.every((one) => one?.hasTime) ? 'datetime' : undefined;
  }
  if (!values.every(Number.isSafeInteger)) return undefined;
  const within = (unit: number): boolean =>
    values.every((value) => Number(value) * unit > 315_532_800_000 && Number(value) * unit <= latest);
  return within(1000) ? 'unix' : within(1) ? 'unixMs' : undefined;
}

function directionOf(values: readonly unknown[]): 'grows' | 'shrinks' | undefined {
  if (values.length < 2 || !values.every((value) => Number.isSafeInteger(value))) return undefined;
  const steps = values.slice(1).map((value, index) => Number(value) - Number(values[index]));
  if (steps.every((step) => step > 0)) return 'grows';
  return steps.every((step) => step < 0) ? 'shrinks' : undefined;
}
