import type { Clock, HttpWait } from '../../src/http';
import type { SchedulerContext } from '../../src/incremental';
import {
  bindComponent,
  components,
  extractComponent,
  nodesOf,
  type PreparedSource,
  stateFor,
} from '../../src/source';
import { Timestamp } from '../../src/value';

export interface Extraction {
  readonly rows: readonly Record<string, unknown>[];
  readonly waits: readonly HttpWait[];
  /** Milliseconds that went by on the clock. */
  readonly waited: number;
}

/** One extraction of one resource, by a clock that makes nobody wait; `onTime` is told when it moves. */
export async function extractOnce(
  source: PreparedSource,
  resource: string,
  options: {
    readonly now: string;
    readonly context?: SchedulerContext;
    readonly onTime?: (now: number) => void;
  },
): Promise<Extraction> {
  const begun = Date.parse(options.now);
  let now = begun;
  const clock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
      options.onTime?.(now);
    },
  };
  const [component] = components(source, [resource]);
  const waits: HttpWait[] = [];
  const rows: Record<string, unknown>[] = [];
  const pages = extractComponent({
    source,
    component: component!,
    incrementals: bindComponent({
      component: component!,
      stored: () => undefined,
      context: () => options.context,
      now: Timestamp.fromMillis(begun),
      warn: (message) => {
        throw new Error(message);
      },
    }),
    states: Object.fromEntries(
      nodesOf(component!.root).map(({ definition }) => [definition.name, stateFor(definition, undefined)]),
    ),
    sourceState: {},
    run: { pipeline: 'test', interval: undefined, now: options.now, mode: 'interval', attempt: 1 },
    signal: new AbortController().signal,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    onWait: (wait) => waits.push(wait),
    clock,
  });
  for await (const page of pages) rows.push(...(page.rows as Record<string, unknown>[]));
  return { rows, waits, waited: now - begun };
}
