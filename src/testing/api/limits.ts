import { selectorOf } from './routes';
import type { EmulatorRequest, Limit, Reply } from './types';

/** What the limits say to a request: headers for its answer, and a refusal where one is reached. */
interface Limited {
  readonly headers: Readonly<Record<string, string>>;
  readonly refusal: Reply | undefined;
}

const resetText = (at: number, now: number, resetIs: Limit['resetIs'] = 'epochSeconds'): string => {
  if (resetIs === 'iso') return new Date(at).toISOString();
  if (resetIs === 'epochMs') return String(at);
  return String(Math.ceil((resetIs === 'seconds' ? at - now : at) / 1000));
};

function counterOf(limit: Limit): (request: EmulatorRequest) => Limited {
  const isMeant = selectorOf(limit.on);
  const windows = new Map<string, { readonly ends: number; used: number }>();
  return (request) => {
    if (!isMeant(request)) return { headers: {}, refusal: undefined };
    const { now, identity = '' } = request;
    const known = windows.get(identity);
    const window =
      known !== undefined && now < known.ends ? known : { ends: now + limit.seconds * 1000, used: 0 };
    windows.set(identity, window);
    const isOver = window.used >= limit.requests;
    if (!isOver) window.used += 1;
    const names = limit.headers ?? {};
    const reset = resetText(window.ends, now, limit.resetIs);
    const headers: Record<string, string> = {};
    if (names.limit !== undefined) headers[names.limit] = String(limit.requests);
    if (names.remaining !== undefined) headers[names.remaining] = String(limit.requests - window.used);
    if (names.reset !== undefined) headers[names.reset] = reset;
    if (!isOver) return { headers, refusal: undefined };
    const seconds = Math.ceil((window.ends - now) / 1000);
    return {
      headers,
      refusal: {
        status: limit.status ?? 429,
        headers: { ...headers, 'retry-after': limit.retryAfter === false ? undefined : seconds },
        body: limit.body ?? { error: 'rate limit exceeded' },
      },
    };
  };
}

/** Counts requests against limits; the first that is reached refuses. */
export function makeLimits(limits: readonly Limit[]): (request: EmulatorRequest) => Limited {
  const counters = limits.map(counterOf);
  return (request) => {
    let headers = {};
    for (const count of counters) {
      const limited = count(request);
      if (limited.refusal !== undefined) return limited;
      headers = { ...headers, ...limited.headers };
    }
    return { headers, refusal: undefined };
  };
}
