/** What goes wrong, by the number of the request; a request that is tried again has a new number. */
export interface Faults {
  /** Every n-th request is answered with 429. */
  readonly rateLimitEvery?: number;
  /** What its Retry-After says, in seconds; a text stands as it is. @default 1 */
  readonly retryAfter?: number | string;
  /** Every n-th request is answered with `errorStatus`. */
  readonly errorEvery?: number;
  /** @default 503 */
  readonly errorStatus?: number;
  /** Every n-th request breaks off without an answer. */
  readonly dropEvery?: number;
  /** Every n-th request is answered with a page of HTML and status 200. */
  readonly notJsonEvery?: number;
  /** Every n-th answer lacks the field with the rows. */
  readonly missingFieldEvery?: number;
  /** Requests that begin in this time, in unix seconds and half open, are answered with 422, as often as they are tried. */
  readonly failsDuring?: { readonly from: number; readonly to: number };
  /** Milliseconds before each answer. */
  readonly latencyMs?: number;
}

export type Fault = 'rateLimit' | 'error' | 'drop' | 'notJson' | 'missingField';

const isNth = (number: number, every: number | undefined): boolean =>
  every !== undefined && number % every === 0;

/** Whether a request by its `start_time` begins where nothing can be read. */
export function failsAt({ failsDuring }: Faults, startTime: number): boolean {
  return failsDuring !== undefined && startTime >= failsDuring.from && startTime < failsDuring.to;
}

/** The fault of a request, if it has one. */
export function faultOf(faults: Faults, number: number): Fault | undefined {
  if (isNth(number, faults.rateLimitEvery)) return 'rateLimit';
  if (isNth(number, faults.errorEvery)) return 'error';
  if (isNth(number, faults.dropEvery)) return 'drop';
  if (isNth(number, faults.notJsonEvery)) return 'notJson';
  return isNth(number, faults.missingFieldEvery) ? 'missingField' : undefined;
}
