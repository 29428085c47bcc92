import type { MakeDestination } from '../../src/conformance';

export type { MakeDestination };

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
