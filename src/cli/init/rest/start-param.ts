import { bodyReader, type PageAnswer } from '../../../http';
import { readWrittenInstant } from '../../../interval';
import type { Ask } from './ask';
import type { ProposedCursor } from './fields';
import { type FoundRows, findRows, type Row } from './rows';

/** A parameter that asks for later rows only. */
export interface StartParam {
  readonly param: string;
  /** Whether a row at the start itself came, too. */
  readonly atStart: boolean;
}

/** Parameters that APIs take a start by; `updated_at` and the like bring their own. */
const USUAL = ['since', 'updated_since', 'updated_after', 'modified_since', 'start_time'];
const MOST = 6;

interface StartParamOptions {
  readonly ask: Ask;
  readonly found: FoundRows;
  readonly cursor: ProposedCursor;
  readonly name: string;
}

/**
 * Finds the parameter by which an API gives later rows only: it is asked with the middle one of the times that came, and a
 * parameter is taken if no earlier row comes any more. Without such a one, undefined.
 */
export async function findStartParam(options: StartParamOptions): Promise<StartParam | undefined> {
  const { ask, found, cursor } = options;
  const read = bodyReader(cursor.path);
  const times = found.rows.map((row) => ({ raw: read(row), at: timeOf(read(row)) }));
  const sorted = [...times].sort((a, b) => a.at - b.at);
  const middle = sorted[Math.floor(sorted.length / 2)];
  // a text that is sent otherwise than it came may be read otherwise
  if (middle === undefined || !isSent(middle.raw, cursor) || !(sorted[0]!.at < middle.at)) return undefined;
  const field = cursor.path.split('.').at(-1) ?? cursor.path;
  const stem = field.replace(/_?at$/i, '');
  const own = /_at$/.test(field)
    ? [`${stem}_since`, `${stem}_after`, `${field}_gte`, `${field}[gte]`]
    : [`${field}_gte`];
  for (const param of [...new Set([...USUAL.slice(0, 1), ...own, ...USUAL])].slice(0, MOST)) {
    const rows = rowsOf(await ask.attempt({ [param]: middle.raw as string | number }), options);
    const at = rows.map((row) => timeOf(read(row)));
    if (at.length > 0 && at.every((time) => time >= middle.at))
      return { param, atStart: at.includes(middle.at) };
  }
  return undefined;
}

const isSent = (raw: unknown, { type }: ProposedCursor): boolean =>
  type === 'datetime' ? typeof raw === 'string' && /^\d{4}-\d\d-\d\dT.*Z$/.test(raw) : type !== 'integer';

/** Milliseconds, or whatever unit a number has: they are compared with each other only. */
function timeOf(value: unknown): number {
  if (typeof value !== 'string') return Number(value);
  const written = readWrittenInstant(value);
  return written === undefined
    ? Number.NaN
    : written.wallMs + written.micros / 1000 - (written.offsetMs ?? 0);
}

function rowsOf(answer: PageAnswer | number, { name, found }: StartParamOptions): readonly Row[] {
  if (typeof answer === 'number') return [];
  try {
    const there = findRows(answer.body, name);
    return there.path === found.path ? there.rows : [];
  } catch {
    return [];
  }
}
