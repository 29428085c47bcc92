import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttp, type RateBudgets } from '../../src/http';
import { afterRateAsk, NO_RATES } from '../../workflows/rate-state';

let server: Server;
let arrivals: { readonly path: string; readonly at: number }[] = [];
let refuse = 0;

beforeAll(async () => {
  server = createServer(({ url }, answer) => {
    arrivals.push({ path: url!, at: Date.now() });
    if (refuse > 0) {
      refuse -= 1;
      answer.writeHead(429, { 'retry-after': '1' }).end();
    } else answer.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  arrivals = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** What `tidemarkRates` does, in this process; each place stands for a process that asks it. */
function limiter() {
  let state = NO_RATES;
  let fails = 0;
  let tell: (until: number) => void = () => {};
  const told = new Promise<number>((resolve) => {
    tell = resolve;
  });
  return {
    told,
    fail: (count: number) => {
      fails = count;
    },
    in: (place: string): RateBudgets => ({
      place,
      async ask(_scope, ask) {
        if (fails > 0) {
          fails -= 1;
          throw new Error('no answer');
        }
        const after = afterRateAsk(state, ask, Date.now());
        state = after.state;
        if (ask.pausedMs > 0) tell(state.pausedUntil);
        return after.grant;
      },
    }),
  };
}

const client = (rateBudgets: RateBudgets, waits: string[] = []) =>
  createHttp({
    options: {
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      rateLimit: { requests: 100, per: '1m', scope: rateBudgets.place.split(' ')[0] },
    },
    owner: 'test',
    signal: new AbortController().signal,
    rateBudgets,
    onWait: ({ reason }) => waits.push(reason),
  });

describe('a rate limit with a scope', () => {
  test('has what one process is told to wait waited for by the others', async () => {
    const shared = limiter();
    refuse = 1;
    const first = client(shared.in('paused one')).get('/first');
    const pausedUntil = await shared.told;
    await client(shared.in('paused two')).get('/second');
    await first;
    expect(arrivals.map(({ path }) => path).sort()).toEqual(['/first', '/first', '/second']);
    // a timer may be a millisecond early
    expect(arrivals.find(({ path }) => path === '/second')!.at).toBeGreaterThanOrEqual(pausedUntil - 2);
  });

  test('lets nothing start without a budget: an ask that is not answered is asked again, and reported as a wait', async () => {
    const shared = limiter();
    shared.fail(1);
    const waits: string[] = [];
    await client(shared.in('unanswered one'), waits).get('/');
    expect(waits).toEqual(['rate-limit']);
    expect(arrivals).toHaveLength(1);
  });
});
