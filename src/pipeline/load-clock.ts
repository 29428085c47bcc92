import type { HttpTimings, LoadPhase, LoadTimings } from '../contracts';
import type { HttpMeter } from '../http';

/** Measures a load: at the end of each part it is told which one that was. It looks at the clock a few times a page, never for a row. */
export class LoadClock implements HttpMeter {
  readonly #begun = performance.now();
  #last = this.#begun;
  #phases = new Map<LoadPhase, number>();
  readonly #waits = new Map<keyof HttpTimings['waitingMs'], number>();
  #requests = 0;
  #bytes = 0;
  #answering = 0;
  #parsing = 0;

  /** What was done since the last call was this. */
  ended(phase: LoadPhase): void {
    const now = performance.now();
    this.#phases.set(phase, (this.#phases.get(phase) ?? 0) + now - this.#last);
    this.#last = now;
  }

  /** What was done until now is done anew; how long others were waited for stays. */
  again(): void {
    this.ended('again');
    const turn = this.#phases.get('turn') ?? 0;
    const all = [...this.#phases.values()].reduce((sum, ms) => sum + ms, 0);
    this.#phases = new Map([
      ['turn', turn],
      ['again', all - turn],
    ]);
  }

  answered(ms: number): void {
    this.#requests += 1;
    this.#answering += ms;
  }

  received(bytes: number): void {
    this.#bytes += bytes;
  }

  parsed(ms: number): void {
    this.#parsing += ms;
  }

  waited(reason: keyof HttpTimings['waitingMs'], ms: number): void {
    this.#waits.set(reason, (this.#waits.get(reason) ?? 0) + ms);
  }

  timings(): LoadTimings {
    return {
      totalMs: Math.round(this.#last - this.#begun),
      phasesMs: rounded(this.#phases),
      http:
        this.#requests === 0
          ? undefined
          : {
              requests: this.#requests,
              bytes: this.#bytes,
              answeringMs: Math.round(this.#answering),
              parsingMs: Math.round(this.#parsing),
              waitingMs: rounded(this.#waits),
            },
    };
  }
}

/** Whole milliseconds; what rounds to none is left out. */
function rounded<K extends string>(times: ReadonlyMap<K, number>): { readonly [key in K]?: number } {
  const whole = [...times].map(([key, ms]) => [key, Math.round(ms)] as const);
  return Object.fromEntries(whole.filter(([, ms]) => ms > 0)) as { [key in K]?: number };
}

/** What loads took together; those that ran at the same time count each. Undefined where there is none. */
export function sumTimings(all: readonly LoadTimings[]): LoadTimings | undefined {
  if (all.length === 0) return undefined;
  const https = all.flatMap(({ http }) => http ?? []);
  const sum = (of: readonly number[]): number => of.reduce((total, one) => total + one, 0);
  return {
    totalMs: sum(all.map(({ totalMs }) => totalMs)),
    phasesMs: sumFields(all.map(({ phasesMs }) => phasesMs)),
    http:
      https.length === 0
        ? undefined
        : {
            requests: sum(https.map(({ requests }) => requests)),
            bytes: sum(https.map(({ bytes }) => bytes)),
            answeringMs: sum(https.map(({ answeringMs }) => answeringMs)),
            parsingMs: sum(https.map(({ parsingMs }) => parsingMs)),
            waitingMs: sumFields(https.map(({ waitingMs }) => waitingMs)),
          },
  };
}

function sumFields<T extends { readonly [key: string]: number | undefined }>(all: readonly T[]): T {
  const total: Record<string, number> = {};
  for (const one of all) for (const [key, ms = 0] of Object.entries(one)) total[key] = (total[key] ?? 0) + ms;
  return total as T;
}
