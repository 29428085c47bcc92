/** Part of a commit, in their order. Where a database is given a transaction as one script, most of it is `finish`. */
export type CommitPhase = 'stage' | 'lock' | 'plan' | 'ddl' | 'delete' | 'insert' | 'records' | 'finish';

/** Part of a load: before its commit, and those of its commit. */
export type LoadPhase = 'turn' | 'again' | 'begin' | 'extract' | 'normalize' | CommitPhase;

/** What the HTTP client did. Requests that are under way at the same time each count with all of their time. */
export interface HttpTimings {
  readonly requests: number;
  /** Of the bodies, as they came. */
  readonly bytes: number;
  /** Milliseconds from sending a request to the end of its answer, redirects and renewed credentials included. */
  readonly answeringMs: number;
  /** Milliseconds of reading JSON. */
  readonly parsingMs: number;
  /** Milliseconds of waiting, by reason; what nothing waited for isn't there. */
  readonly waitingMs: { readonly [reason in HttpWaitReason]?: number };
}

/** `concurrency`: for other requests to the same API to end. */
export type HttpWaitReason = 'retry-after' | 'backoff' | 'rate-limit' | 'requested' | 'concurrency';

/**
 * Where the time of a load went, by the clock on the wall: of all that was extracted and committed together. Whole milliseconds;
 * what took less than half of one isn't there.
 */
export interface LoadTimings {
  readonly totalMs: number;
  /**
   * They come to the total. `turn`: waited for another load of the same resources in the process; `again`: begun, and begun anew since
   * another load committed first; `begin`: looked at what is stored; `extract`: waited for pages, HTTP included; `normalize`: made tables
   * of them; `stage`: brought rows to the database; `lock`: waited for the database, or for others to write; `plan`; `ddl`: changed
   * tables; `delete` and `insert`: removed and wrote rows; `records`: wrote schema, state and ledger; `finish`: committed.
   */
  readonly phasesMs: { readonly [phase in LoadPhase]?: number };
  /** Undefined where no request was made. */
  readonly http?: HttpTimings | undefined;
}
