import type { ResultReader } from '../result-reader';

/** What has a turn, or waits for one. */
export interface Turn {
  /** Who reads a result for as long as the turn takes. @default it ends by itself */
  readonly reader?: ResultReader | undefined;
}

/** Who may do something of which only so much may be done at a time, in the order of asking. */
interface Turns {
  /** Waits for a turn. @throws what `stuck` makes, where only readers have turns and none of them goes on */
  take(turn: Turn): Promise<void>;
  /** Ends a turn, if it had begun. */
  give(turn: Turn): void;
}

interface TurnsOptions {
  readonly most: number;
  /** Milliseconds in which no reader took a row: whoever they wait for waits for one of them. */
  readonly stuckAfter: number;
  readonly stuck: () => Error;
}

/**
 * Waiting for work ends with that work. Waiting for readers may be for ever: one who asks for something else between two rows
 * waits for himself. A reader who is only slow takes a row now and then, and whoever waits for him goes on to do so.
 */
export function turns({ most, stuckAfter, stuck }: TurnsOptions): Turns {
  const having = new Set<Turn>();
  const waiting = new Set<() => void>();

  /** Milliseconds until who has waited since then waits in vain. */
  function leftFrom(begun: number): number {
    const now = performance.now();
    let since = begun;
    for (const { reader } of having) since = Math.max(since, reader?.waitedForSince() ?? now);
    return since + stuckAfter - now;
  }

  function turnOf(turn: Turn): Promise<void> {
    return new Promise((resolve, reject) => {
      const begun = performance.now();
      const begin = (): void => {
        clearTimeout(timer);
        having.add(turn);
        resolve();
      };
      const look = (): void => {
        const left = leftFrom(begun);
        if (left > 0) timer = setTimeout(look, Math.ceil(left));
        // a process that stood still meanwhile lets readers take their rows first
        else setImmediate(endUnlessMoved);
      };
      const endUnlessMoved = (): void => {
        if (!waiting.has(begin)) return;
        if (leftFrom(begun) > 0) {
          look();
          return;
        }
        waiting.delete(begin);
        reject(stuck());
      };
      let timer = setTimeout(look, stuckAfter);
      waiting.add(begin);
    });
  }

  return {
    async take(turn) {
      if (having.size < most) having.add(turn);
      else await turnOf(turn);
    },
    give(turn) {
      if (!having.delete(turn)) return;
      const [next] = waiting;
      if (next === undefined) return;
      waiting.delete(next);
      next();
    },
  };
}
