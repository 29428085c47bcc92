export type { RateAsk, RateBudgets, RateGrant } from '../http';

/** Who was given requests of an account, and which may still count. Times are epoch milliseconds of the limiter's clock. */
export interface RateState {
  readonly holders: readonly {
    readonly id: string;
    /** Of its last ask. */
    readonly number: number;
    readonly requests: number;
    readonly perMs: number;
    /** When it asked last; what had started then, by age in slices of its window. */
    readonly asOf: number;
    readonly started: readonly number[];
    /** What it may start until then. */
    readonly budget: number;
    readonly until: number;
    /** Since when it waits for a request, if it does, and how long after its last ask that counts. */
    readonly waitingSince: number | undefined;
    readonly patienceMs: number;
  }[];
  /** The API told somebody to wait till then. */
  readonly pausedUntil: number;
}

/** Input of `tidemarkRates`. `carried` is set by continue-as-new only. */
export interface RatesInput {
  readonly version: 1;
  /** Asks after which it continues as new, besides the server's own advice. @default 500 */
  readonly continueAfter?: number;
  readonly carried?: RateState;
}
