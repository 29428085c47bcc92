import type { DatabaseServer } from './database-server';
import type { Command } from './measure';
import type { PageContent } from './pages';

/** One way to do what a workload asks for. */
export interface Contender {
  readonly name: string;
  /** What it runs, in a folder of its own that may hold an earlier load. */
  command(folder: string): Command;
  /** What it runs first in the folder, unmeasured: the load that comes before. */
  readonly before?: ((folder: string) => Command) | undefined;
  /** Contenders of one name share that earlier load. @default the contender's name */
  readonly beforeOf?: string | undefined;
}

/** What all contenders do in turns, to be compared. */
export interface Workload {
  readonly name: string;
  /** One line for people. */
  readonly title: string;
  /** Rows of the root table that a run brings; of a backfill of nothing, its intervals. */
  readonly rows: number;
  readonly unit: 'rows' | 'intervals';
  /** The contender that the others are compared with. */
  readonly base: string;
  /** What the tables hold at the end, and the column of the root that is summed up; undefined: nothing. */
  readonly expected: PageContent | undefined;
  readonly summed: string;
  readonly contenders: readonly Contender[];
  /** The server that they load to; undefined: a DuckDB file in their folder. */
  readonly server?: DatabaseServer | undefined;
  /** How often each contender runs; one run suffices where it takes long. @default that of the benchmark */
  readonly rounds?: number | undefined;
}
