/** A half-open range of time on the wire, both ends UTC ISO text with Z. */
export interface WireInterval {
  readonly start: string;
  readonly end: string;
}
