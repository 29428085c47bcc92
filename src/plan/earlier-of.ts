/** The earlier of two instants; without the first there is none, without the second it is the first. */
export function earlierOf<A extends string | null>(a: A, b: string | undefined): A | string {
  if (a === null || b === undefined) return a;
  return Date.parse(b) < Date.parse(a) ? b : a;
}
