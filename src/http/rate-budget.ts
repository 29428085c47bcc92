/** Slices of a window in which a worker tells when its requests started. */
export const RATE_SLICES = 20;

/** A worker asks for requests of an account's limit. With it, what it was given before is over. */
export interface RateAsk {
  readonly version: 1;
  /** The process that asks. */
  readonly holder: string;
  /** Grows with each ask of a holder, so that a late one changes nothing. */
  readonly number: number;
  /** The limit as the holder's config has it. */
  readonly requests: number;
  readonly perMs: number;
  /** Requests that it started within the last window, by age: the youngest of {@link RATE_SLICES} slices first. */
  readonly started: readonly number[];
  /** Requests of its last budget, and whether it wanted more. */
  readonly used: number;
  readonly ranOut: boolean;
  /** How long the API told it to wait, from now. */
  readonly pausedMs: number;
}

/** So many requests may start within so many milliseconds from when it was asked for. */
export interface RateGrant {
  readonly budget: number;
  readonly forMs: number;
  /** Without a budget: when to ask again. */
  readonly askAfterMs: number;
  /** How long the API told anybody to wait, from now. */
  readonly pausedMs: number;
}

/** Who gives out the requests of accounts to all workers. */
export interface RateBudgets {
  /** Where the workers are that share it: one limiter a place. */
  readonly place: string;
  ask(scope: string, ask: RateAsk): Promise<RateGrant>;
}
