import type { Destination } from '../../src';

/** Where a case loads to, when its kind loads: a destination of its own in a folder that goes after the case. */
export type MakeDestination = (folder: string) => Destination;

/** One kind of conformance case: how its input runs through tidemark's own code. */
export interface Kind {
  readonly name: string;
  /**
   * Runs one case; the result has the shape of the case's `expect`. Throwing is a failing case.
   * @param destination where it loads to. @default a DuckDB file
   */
  run(input: unknown, destination?: MakeDestination): unknown;
  /** A short text that says what differs, undefined if nothing does. Default: deep equality. */
  matches?(actual: unknown, expected: unknown): string | undefined;
}
