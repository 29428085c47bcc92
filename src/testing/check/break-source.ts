import { isSource, type Resource, type Source } from '../../source';
import type { TestSource } from '../load/test-dataset';

/** A source whose extraction can be made to break. */
export interface BreakableSource {
  readonly source: TestSource;
  /** Items that came out of each resource so far, before incrementals saw them. */
  counts(): ReadonlyMap<string, number>;
  /** From here on each resource breaks at its last item of those that were counted; `mend` ends that. */
  breakAtLast(counted: ReadonlyMap<string, number>): void;
  mend(): void;
}

/** Passes the items of every resource through a counter that throws where it is told to. */
export function breakable(source: TestSource): BreakableSource {
  let counts = new Map<string, number>();
  let breaking: ReadonlyMap<string, number> | undefined;
  const step =
    (name: string) =>
    (item: unknown): unknown => {
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      if (breaking?.get(name) === count) throw new Error('the test breaks the extraction here');
      return item;
    };
  const passed = isSource(source)
    ? source.resourceNames.reduce<Source>((all, name) => all.map(name, step(name)), source)
    : (source.map(step(source.name)) as Resource);
  return {
    source: passed,
    counts: () => counts,
    breakAtLast(counted) {
      counts = new Map();
      breaking = counted;
    },
    mend() {
      counts = new Map();
      breaking = undefined;
    },
  };
}
