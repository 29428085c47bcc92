import { numberedPage, reply, startEmulator } from '../../examples/emulator-kit';
import { type Pipeline, pageNumbers } from '../../src';
import { restSource } from '../../src/sources/rest';
import { thrown } from '../http/make-client';
import { makeTarget, type Target } from './target';

let made: Target;
let target: Pipeline;
beforeEach(() => {
  made = makeTarget('rest', 'rest_data');
  target = made.pipeline;
});
afterEach(async () => {
  await made.close();
});

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => 1 + index);

test.each(['append', 'merge'] as const)(
  'rows that move to the next page meanwhile come once with %s',
  async (writeDisposition) => {
    // newest first, and one more with each request
    const api = await startEmulator({
      routes: {
        'GET /news': (request) => {
          const newest = 20 + request.number;
          const page = numberedPage(
            request,
            upTo(newest)
              .reverse()
              .map((id) => ({ id })),
            { defaultSize: 5 },
          );
          return reply({ body: page.rows });
        },
      },
    });
    try {
      const source = restSource({
        name: 'news',
        baseUrl: api.url,
        resources: [{ name: 'news', primaryKey: 'id', writeDisposition, paginate: pageNumbers() }],
      });
      await target.run(source());
      expect(api.requests.length).toBeGreaterThan(4);
      const rows = await target.dataset().table<{ id: number }>('news').toArray();
      expect(rows.map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(upTo(21));
    } finally {
      await api.close();
    }
  },
);

test('asks for the children of several parents at once, in the order of the parents', async () => {
  let underway = 0;
  let most = 0;
  const api = await startEmulator({
    routes: {
      'GET /parents': () => reply({ body: upTo(12).map((id) => ({ id })) }),
      'GET /parents/:id/children': async ({ params }) => {
        underway += 1;
        most = Math.max(most, underway);
        await new Promise((resolve) => setImmediate(resolve));
        underway -= 1;
        if (params['id'] === 'bad') return reply({ status: 400 });
        return reply({ body: [{ id: Number(params['id']) }] });
      },
    },
  });
  const family = (path: string) =>
    restSource({
      name: 'family',
      baseUrl: api.url,
      resources: [{ name: 'parents' }, { name: 'children', path, parallel: 4 }],
    })();
  try {
    const source = family('/parents/{resources.parents.id}/children').withResources('children');
    const seen: unknown[] = [];
    for await (const row of source) seen.push(row['id']);
    expect(seen).toEqual(upTo(12));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
    const failing = family('/parents/bad/children?of={resources.parents.id}').withResources('children');
    expect((await thrown(target.run(failing))).message).toMatch(/children: GET .*400 Bad Request/);
    expect(underway).toBe(0);
  } finally {
    await api.close();
  }
});
