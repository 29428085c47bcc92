/** Resources whose tables and state go, of one source as one pipeline keeps its state. */
export interface DropPart {
  /** Whose state it is. */
  readonly pipeline: string;
  /** The schema's name. */
  readonly source: string;
  readonly resources: readonly string[];
}

/** What is dropped of a dataset, all in one transaction. */
export interface ResourceDrop {
  readonly parts: readonly DropPart[];
  /** Whether their tables go, with those of their children. */
  readonly tables: boolean;
  /** Whether their cursors and own values go. */
  readonly state: boolean;
  readonly clock: () => number;
  /** Says what would go, and changes nothing. @default false */
  readonly dryRun?: boolean | undefined;
}

/**
 * What becomes of a table: it goes, it stays without rows (where a database drops no table in a transaction), or only the rows of
 * these resources go, since others write it, too.
 */
export type TableFate = 'dropped' | 'emptied' | 'own rows deleted';

/** One table of a drop. */
export interface DroppedTable {
  readonly source: string;
  readonly table: string;
  readonly fate: TableFate;
  /** How many rows go: as counted before, so that a load that was under way then isn't in it. */
  readonly rows: number;
}

/** What a resource of a drop has besides tables. */
export interface DroppedResource {
  readonly pipeline: string;
  readonly source: string;
  readonly resource: string;
  readonly cursors: readonly { readonly cursor: string; readonly lastValue: unknown }[];
  /** Whether it keeps values of its own beside cursors. */
  readonly keepsMore: boolean;
  /** Loads in the ledger that count until then. */
  readonly loads: number;
  /** Of these: what they cover, from the first start to the last end; undefined where no load has a time. */
  readonly covered: { readonly start: string; readonly end: string } | undefined;
}

/** What a drop does, or did. */
export interface ResourceDropReport {
  readonly status: 'planned' | 'dropped';
  readonly dataset: string;
  /** Parents before their children. */
  readonly tables: readonly DroppedTable[];
  readonly resources: readonly DroppedResource[];
}
