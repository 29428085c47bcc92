/** The task of a contender: one JSON text, its only argument. Every contender gets the same one. */
export interface LoadTask {
  readonly shape: Shape;
  readonly disposition: 'append' | 'merge';
  /** Page files: each holds a JSON list of {@link PAGE_ROWS} rows. */
  readonly pages: PageRange;
  /** Where the pages are served; only for who is asked to read them over HTTP. */
  readonly url?: string;
  /** The contender's own folder: its database is {@link DATABASE} there. It may hold an earlier load. */
  readonly folder: string;
  /** Connection string of the Postgres database that it loads to, in place of that file. */
  readonly postgres?: string | undefined;
}

type Shape = 'events' | 'flat';

/** Files `first` to `first + count - 1` of a folder. */
export interface PageRange {
  readonly folder: string;
  readonly first: number;
  readonly count: number;
}

/** Several resources of flat rows, each with pages of its own, from an API that takes its time for each page. */
export interface ResourcesTask {
  readonly resources: readonly { readonly name: string; readonly pages: PageRange }[];
  readonly url: string;
  readonly delayMs: number;
  /** Resources at a time. */
  readonly parallel: number;
  readonly folder: string;
}

/** A backfill of a number of days, of flat rows or of none. */
export interface BackfillTask {
  readonly days: number;
  /** Undefined: every interval is empty, so that only the orchestration is left. */
  readonly pages?: PageRange;
  /** Intervals that one workflow loads, each by itself. @default 1 */
  readonly group?: number;
  /** Days that one load takes together. @default 1 */
  readonly chunk?: number;
  /** Without Temporal. @default false */
  readonly local?: boolean;
  readonly folder: string;
}

/** Small loads by one of several processes that load into the same dataset of a Postgres. */
export interface SmallLoads {
  readonly postgres: string;
  readonly folder: string;
  /** The number of this process, from 0 on, of how many. */
  readonly worker: number;
  readonly workers: number;
  readonly loads: number;
  readonly rows: number;
  /** Loads, or only the claims that a workflow's loads begin with. */
  readonly what: 'load' | 'claim';
}

/** What such a process prints at its end. */
export interface SmallLoadsReport {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** Of each transaction, how long it held the dataset's lock, and how often the server was asked meanwhile. */
  readonly heldMs: readonly number[];
  readonly roundTrips: readonly number[];
  /** Connections at a time, and how many were made. */
  readonly connections: number;
  readonly connected: number;
}

/** What a contender prints as its last line of output. */
export interface ContenderReport {
  /** Highest resident memory of the process. */
  readonly peakBytes: number;
  /** User and system time of the process itself. */
  readonly cpuSeconds: number;
  /** If only a part of the process is what is measured: that part, with the CPU seconds of its server. */
  readonly measured?: { readonly wallSeconds: number; readonly cpuSeconds: number } | undefined;
}

export const DATABASE = 'bench.duckdb';
export const DATASET = 'loaded';

export function pageFile({ folder }: Pick<PageRange, 'folder'>, page: number): string {
  return `${folder}/${String(page).padStart(5, '0')}.json`;
}

/** The numbers of the pages of a range. */
export function pageNumbers({ first, count }: PageRange): number[] {
  return Array.from({ length: count }, (_, at) => first + at);
}
