/** A resource as planning sees it. */
export interface EntryResource {
  readonly name: string;
  /** Whether its table is replaced by each load. */
  readonly replaces: boolean;
  /** Whether a data interval reaches it: an incremental of it lets the scheduler join. */
  readonly joins: boolean;
}

/** A component of an entry's source as planning sees it. Listing it needs no secret. */
export interface EntryComponent {
  readonly source: string;
  readonly name: string;
  /** Those that are loaded, parents first. */
  readonly resources: readonly EntryResource[];
}

/**
 * Parts the components that an interval reaches from those that it does not: what is replaced as a whole, or has no
 * incremental that joins, is left to live runs by backfill and catch-up.
 */
export function partByReach(components: readonly EntryComponent[]): {
  readonly reached: readonly EntryComponent[];
  readonly leftOut: readonly string[];
} {
  const isReached = ({ resources }: EntryComponent): boolean =>
    resources.some(({ joins, replaces }) => joins && !replaces);
  return {
    reached: components.filter(isReached),
    leftOut: components
      .filter((component) => !isReached(component))
      .flatMap(({ resources }) => resources.map(({ name }) => name)),
  };
}

/**
 * What a run without a date loads in mode `interval`: what has no incremental that joins. For the others its interval
 * would be (now, now), in which there is nothing.
 */
export function partByDate(components: readonly EntryComponent[]): {
  readonly undated: readonly EntryComponent[];
  /** Resources that are loaded by interval. */
  readonly dated: readonly string[];
} {
  const isDated = ({ resources }: EntryComponent): boolean => resources.some(({ joins }) => joins);
  return {
    undated: components.filter((component) => !isDated(component)),
    dated: components.filter(isDated).flatMap(({ resources }) => resources.map(({ name }) => name)),
  };
}
