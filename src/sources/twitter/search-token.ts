/** Where a search that was interrupted continues. */
interface SearchToken {
  readonly term: string;
  /** The API's token of the next page; it does not expire. */
  readonly next: string;
  /** What the search began with: the state knows its newest post by now. */
  readonly since: bigint | undefined;
}

export const writeToken = ({ term, next, since }: SearchToken): string =>
  JSON.stringify([term, next, since === undefined ? null : String(since)]);

export function readToken(text: string | undefined): SearchToken | undefined {
  if (text === undefined) return undefined;
  const [term, next, since] = JSON.parse(text) as [string, string, string | null];
  return { term, next, since: since === null ? undefined : BigInt(since) };
}
