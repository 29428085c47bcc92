import type { Clock, HttpWait } from '../../src/http';
import type { CursorState } from '../../src/incremental';
import type { Interval } from '../../src/interval';
import {
  bindComponent,
  components,
  extractComponent,
  nodesOf,
  type PreparedSource,
  stateFor,
} from '../../src/source';
import { Timestamp } from '../../src/value';
import { silent } from '../silent-log';

export interface Extraction {
  readonly rows: readonly Record<string, unknown>[];
  /** By cursor, what a run that goes on from here gets as `stored`. */
  readonly cursors: Readonly<Record<string, CursorState>>;
  readonly waits: readonly HttpWait[];
  /** Milliseconds that went by on the clock. */
  readonly waited: number;
}

export interface ExtractOptions {
  readonly now: string;
  /** The data interval. @default none */
  readonly interval?: Interval;
  readonly stored?: Readonly<Record<string, CursorState>>;
  /** When its clock begins. @default `now` */
  readonly clockFrom?: string;
  /** Told when its clock moves. */
  readonly onTime?: (now: number) => void;
}

/** One extraction of one resource, by a clock that makes nobody wait. */
export async function extractOnce(
  source: PreparedSource,
  resource: string,
  options: ExtractOptions,
): Promise<Extraction> {
  const begun = Date.parse(options.clockFrom ?? options.now);
  let time = begun;
  const clock: Clock = {
    now: () => time,
    sleep: async (ms) => {
      time += ms;
      options.onTime?.(time);
    },
  };
  const [component] = components(source, [resource]);
  const now = Timestamp.fromMillis(Date.parse(options.now));
  const incrementals = bindComponent({
    component: component!,
    stored: () => options.stored,
    range: () => ({ mode: 'interval', interval: options.interval ?? null, now: now.toString() }),
    warn: (message) => {
      throw new Error(message);
    },
  });
  const waits: HttpWait[] = [];
  const rows: Record<string, unknown>[] = [];
  const pages = extractComponent({
    source,
    component: component!,
    incrementals,
    states: Object.fromEntries(
      nodesOf(component!.root).map(({ definition }) => [definition.name, stateFor(definition, undefined)]),
    ),
    sourceState: {},
    run: { pipeline: 'test', interval: undefined, now: now.toString(), mode: 'interval', attempt: 1 },
    signal: new AbortController().signal,
    log: silent,
    onWait: (wait) => waits.push(wait),
    clock,
  });
  for await (const page of pages) rows.push(...(page.rows as Record<string, unknown>[]));
  const cursors: Record<string, CursorState> = {};
  for (const bound of Object.values(incrementals.get(resource) ?? {})) {
    const state = bound.state();
    if (state !== undefined) cursors[bound.cursor] = state;
  }
  return { rows, cursors, waits, waited: time - begun };
}
