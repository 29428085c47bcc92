/**
 * A model of a deployment: what each load needs (Temporal's actions, a place in a worker, the source's time, CPU, the dataset's
 * lock) and how much of each there is. It is stepped through load by load, deterministically; what a load costs is measured
 * (docs/capacity.md says how), what is waited for comes out.
 */
export interface Deployment {
  /** Loads of one period: pipelines × resources, or intervals of a backfill. */
  readonly loads: number;
  /** Loads begin spread evenly over so many seconds; 0: all at once, as the same cron has it. */
  readonly spreadSeconds: number;
  /** Actions a load costs, and those that a second bears (Temporal Cloud: a limit of the namespace). */
  readonly actions: number;
  readonly actionsPerSecond: number;
  readonly workers: number;
  /** `maxConcurrentActivities`. */
  readonly activities: number;
  readonly cores: number;
  /** Seconds of a load that wait for its source. */
  readonly sourceSeconds: number;
  readonly cpuSeconds: number;
  readonly datasets: number;
  /** Seconds that a commit holds its dataset's lock. */
  readonly lockSeconds: number;
}

/** Something that so many loads can have at a time; who waits for it goes in the order of coming. */
class Station {
  readonly #waiting: (() => void)[] = [];
  #first = 0;
  #free: number;
  readonly places: number;
  /** Seconds that places were in use, added up. */
  busy = 0;
  longestWait = 0;

  constructor(places: number) {
    this.places = places;
    this.#free = places;
  }

  take(now: () => number, go: () => void): void {
    const since = now();
    const begin = (): void => {
      this.longestWait = Math.max(this.longestWait, now() - since);
      go();
    };
    if (this.#free > 0) {
      this.#free -= 1;
      begin();
    } else this.#waiting.push(begin);
  }

  give(): void {
    const next = this.#waiting[this.#first];
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#first += 1;
    next();
  }
}

/** What limits a deployment. */
export type Limit = 'actions' | 'activities' | 'cpu' | 'lock';

export interface Outcome {
  /** From the first load's time to the end of the last. */
  readonly seconds: number;
  /** Which part of that each was in use: the one near 1 is what breaks first. */
  readonly use: Readonly<Record<Limit, number>>;
  /** Longest that a load waited for it, in seconds. */
  readonly longestWait: Readonly<Record<Limit, number>>;
}

/** The least that a deployment needs, by each limit alone: no order of the loads can do it faster. */
export function leastSeconds(d: Deployment): Readonly<Record<Limit, number>> {
  const inActivity = d.sourceSeconds + d.cpuSeconds + d.lockSeconds;
  return {
    actions: (d.loads * d.actions) / d.actionsPerSecond,
    activities: (d.loads * inActivity) / (d.workers * d.activities),
    cpu: (d.loads * d.cpuSeconds) / (d.workers * d.cores),
    lock: Math.ceil(d.loads / d.datasets) * d.lockSeconds,
  };
}

/** Steps through all loads of a deployment. */
export function simulate(d: Deployment): Outcome {
  const events = new EventQueue();
  const temporal = new Station(1);
  const activities = new Station(d.workers * d.activities);
  const cpu = new Station(d.workers * d.cores);
  const locks = Array.from({ length: d.datasets }, () => new Station(1));
  const now = (): number => events.now;
  const hold = (station: Station, seconds: number, then: () => void): void =>
    station.take(now, () => {
      station.busy += seconds;
      events.after(seconds, () => {
        station.give();
        then();
      });
    });
  for (let load = 0; load < d.loads; load += 1) {
    const lock = locks[load % d.datasets]!;
    events.after((d.spreadSeconds * load) / d.loads, () =>
      hold(temporal, d.actions / d.actionsPerSecond, () =>
        activities.take(now, () => {
          const since = now();
          events.after(d.sourceSeconds, () =>
            hold(cpu, d.cpuSeconds, () =>
              hold(lock, d.lockSeconds, () => {
                activities.busy += now() - since;
                activities.give();
              }),
            ),
          );
        }),
      ),
    );
  }
  const seconds = events.run();
  const useOf = (stations: readonly Station[]): number =>
    Math.max(...stations.map(({ busy, places }) => busy / (places * seconds)));
  return {
    seconds,
    use: {
      actions: useOf([temporal]),
      activities: useOf([activities]),
      cpu: useOf([cpu]),
      lock: useOf(locks),
    },
    longestWait: {
      actions: temporal.longestWait,
      activities: activities.longestWait,
      cpu: cpu.longestWait,
      lock: Math.max(...locks.map(({ longestWait }) => longestWait)),
    },
  };
}

const LIMITS: readonly Limit[] = ['actions', 'activities', 'cpu', 'lock'];

/** What a deployment comes to, as a table: what is in use all the time is what breaks first. */
export function capacityTable(d: Deployment): string {
  const least = leastSeconds(d);
  const { seconds, use, longestWait } = simulate(d);
  const rows = LIMITS.map(
    (limit) =>
      `| ${limit} | ${least[limit].toFixed(0)} s | ${(100 * use[limit]).toFixed(0)} % | ${longestWait[limit].toFixed(1)} s |`,
  );
  return [
    `${d.loads.toLocaleString('en')} loads end after ${seconds.toFixed(0)} s.`,
    '',
    '| limit | least, by it alone | in use | longest wait |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

interface Event {
  readonly at: number;
  readonly order: number;
  readonly go: () => void;
}

/** What is to happen, earliest first, and of one instant in the order of asking: a binary heap. */
class EventQueue {
  readonly #heap: Event[] = [];
  #asked = 0;
  now = 0;

  after(seconds: number, go: () => void): void {
    const heap = this.#heap;
    const event = { at: this.now + seconds, order: this.#asked++, go };
    let at = heap.push(event) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(event, heap[above]!)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = event;
  }

  /** Runs all that is to happen; gives the time of the last. */
  run(): number {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.now = next.at;
      next.go();
    }
    return this.now;
  }

  #next(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below += 1;
      if (!isBefore(heap[below]!, last)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
    return first;
  }
}

const isBefore = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
