import type { Dataset, Destination } from '../destination';
import { isTidemarkError } from '../errors';
import { difference, show } from './compare';

/** Where one check works: a dataset of its own in the destination that is asked. */
export interface Place {
  readonly destination: Destination;
  /** The name of its dataset. */
  readonly dataset: string;
  /** A folder that goes after the check. */
  readonly workDir: string;
  /** What lies in the folder that the destination was given, but for `workDir`. */
  files(): Promise<readonly string[]>;
  /** Opens it, as often as wanted; the suite closes it. */
  open(): Promise<Dataset>;
}

/** One thing that a destination must do. */
export interface Check {
  /** A sentence that says what holds. */
  readonly name: string;
  /** @throws Mismatch, or whatever the destination throws: the check has failed */
  run(place: Place): Promise<void>;
}

/** Checks of one kind, which `--only` names. */
export interface CheckKind {
  readonly kind: string;
  readonly checks: readonly Check[];
}

/** What a check found is not what it expected. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
  readonly expected: string;
  readonly found: string;
  constructor(what: string, expected: string, found: string) {
    super(what);
    this.expected = expected;
    this.found = found;
  }
}

/** @throws Mismatch where the two differ, with the place where */
export function expectSame(what: string, found: unknown, expected: unknown): void {
  const differs = difference(found, expected);
  if (differs !== undefined)
    throw new Mismatch(`${what}: ${differs}`, show(readable(expected)), show(readable(found)));
}

/** A value as a person reads it: bytes as hexadecimal digits. */
function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, readable(one)]));
}

/** @throws Mismatch if the work is done, or fails with another code; without a code any failure will do */
export async function expectFailure(what: string, work: Promise<unknown>, code?: string): Promise<void> {
  const expected = code === undefined ? 'an error' : `an error with the code ${code}`;
  try {
    await work;
  } catch (error) {
    if (code === undefined || isTidemarkError(error, code as never)) return;
    throw new Mismatch(what, expected, errorText(error));
  }
  throw new Mismatch(what, expected, 'no error');
}

/** An error on one line, with its code. */
export function errorText(error: unknown): string {
  if (isTidemarkError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Rows of a query of the dataset. */
export const rowsOf = async (
  dataset: Dataset,
  sql: string,
  params?: readonly unknown[],
): Promise<readonly Readonly<Record<string, unknown>>[]> => (await dataset.query(sql, params)).rows;
