/** Tables, columns and when each came; cursors; what intervals brought. */
export interface SchemaHistory {
  readonly pipeline: string;
  /** The schedule's, for showing times. */
  readonly zone: string;
  readonly sources: readonly SourceHistory[];
  /** What the newest intervals brought, oldest first. */
  readonly intervals: readonly {
    readonly start: string;
    readonly end: string;
    readonly rows: number;
    /** From the start of its run to its end; undefined where Temporal has the run no more. */
    readonly seconds: number | undefined;
  }[];
}

export interface SourceHistory {
  readonly source: string;
  readonly tables: readonly {
    readonly table: string;
    /** Of a child table. */
    readonly parent: string | undefined;
    readonly resource: string | undefined;
    readonly writeDisposition: string | undefined;
    /** The schema version with which it came. */
    readonly since: SchemaVersion | undefined;
    readonly columns: readonly {
      readonly column: string;
      readonly type: string;
      readonly nullable: boolean;
      /** Such as `primary key`, `merge key`, `cursor`, `unique`. */
      readonly hints: readonly string[];
      readonly since: SchemaVersion | undefined;
    }[];
  }[];
  /** Oldest first. */
  readonly versions: readonly SchemaVersion[];
  /** Whose state is kept, and what: cursors first. */
  readonly states: readonly {
    readonly pipeline: string;
    /** Empty for what the source's resources share. */
    readonly resource: string;
    readonly cursors: readonly {
      readonly cursor: string;
      readonly lastValue: string;
      readonly initialValue: string;
    }[];
    /** What else it keeps, as JSON; undefined where there is nothing. */
    readonly other: string | undefined;
  }[];
}

/** One version of a schema as it was stored. */
export interface SchemaVersion {
  readonly version: number;
  readonly at: string;
}
