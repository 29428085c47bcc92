import { type Clock, createHttp, type HttpClient, type HttpOptions, type HttpWait } from '../../src/http';

export interface MadeClient {
  readonly http: HttpClient;
  readonly waits: HttpWait[];
  /** Milliseconds spent waiting, by its own clock. */
  readonly slept: () => number;
  /** Its clock, for emulators that go by it. */
  readonly now: () => number;
  readonly cancel: AbortController;
}

/** What clients may have in common. @default each has its own */
interface Shared {
  readonly time?: { ms: number };
  /** The source by whose limits it goes. */
  readonly owner?: string;
}

let owners = 0;

/** A client whose clock stands still except for waits, which take no time. */
export function makeClient(
  options: HttpOptions,
  { time = { ms: Date.parse('2024-01-01T00:00:00Z') }, owner = `test ${++owners}` }: Shared = {},
): MadeClient {
  const begin = time.ms;
  const waits: HttpWait[] = [];
  const cancel = new AbortController();
  const clock: Clock = {
    now: () => time.ms,
    sleep: async (ms) => {
      time.ms += ms;
    },
  };
  const http = createHttp({
    options,
    owner,
    signal: cancel.signal,
    clock,
    random: () => 1,
    onWait: (wait) => waits.push(wait),
  });
  return { http, waits, slept: () => time.ms - begin, now: clock.now, cancel };
}

export interface Thrown {
  readonly code?: string;
  readonly message: string;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What a promise is rejected with. */
export const thrown = async (work: Promise<unknown>): Promise<Thrown> =>
  work.then(
    () => ({ message: 'nothing was thrown' }),
    (error: Thrown) => error,
  );
