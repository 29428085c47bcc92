import { type JsonObject, pageNumbers, type ResponseActions } from '../../src';
import { type RestResource, restSource } from '../../src/sources/rest';
import { makeClient, thrown } from '../http/make-client';
import { type Answer, json, script } from '../http/scripted-server';

const plain =
  (body: string, status = 200): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'text/plain' });
    response.end(body);
  };

async function read(spec: Partial<RestResource>, ...answers: Answer[]) {
  const { url, asked } = await script(...answers);
  const source = restSource({
    name: 'api',
    baseUrl: url,
    http: { retries: 0 },
    defaults: { responseActions: [{ status: 410, action: 'ignore' }] },
    resources: [{ name: 'things', ...spec }],
  })();
  const rows: JsonObject[] = [];
  for await (const row of source) rows.push(row as JsonObject);
  return { rows, asked: asked.length };
}

describe('an answer that is ignored', () => {
  test.each<[string, ResponseActions, Answer]>([
    ['by status', [{ status: 404, action: 'ignore' }], json({ error: 'gone' }, 404)],
    ['by one of several', [{ status: [404, 409], action: 'ignore' }], json({}, 409)],
    [
      'by content, though it is no JSON',
      [{ content: 'No data', action: 'ignore' }],
      plain('No data for you'),
    ],
    ['by both', [{ status: 200, content: '"empty":true', action: 'ignore' }], json({ empty: true })],
    [
      'by a function',
      [({ body }) => ((body as JsonObject)['code'] === 17 ? 'ignore' : undefined)],
      json({ code: 17 }, 400),
    ],
    ['though it asks for credentials', [{ status: 401, action: 'ignore' }], json({}, 401)],
  ])('has no rows: %s', async (_, responseActions, answer) => {
    expect(await read({ responseActions }, answer)).toEqual({ rows: [], asked: 1 });
  });

  test('ends its chain, behind pages with rows', async () => {
    const found = await read(
      { paginate: pageNumbers(), responseActions: [{ content: 'out of range', action: 'ignore' }] },
      json([{ id: 1 }]),
      json({ error: 'page out of range' }, 400),
    );
    expect(found).toEqual({ rows: [{ id: 1 }], asked: 2 });
  });

  test('may be named for all resources, and one has its own instead', async () => {
    expect((await read({}, json({}, 410))).rows).toEqual([]);
    const own = await thrown(read({ responseActions: [] }, json({}, 410)));
    expect(own.code).toBe('HTTP_STATUS');
  });

  test('is one that a rule is about in all it says; the first rule counts', async () => {
    const other: ResponseActions = [{ status: 404, content: 'deleted', action: 'ignore' }];
    expect(
      (await thrown(read({ responseActions: other }, json({ error: 'no such path' }, 404)))).message,
    ).toMatch(/404 Not Found/);
    const rules: ResponseActions = [
      { content: 'deleted', action: 'raise' },
      { status: 404, action: 'ignore' },
    ];
    expect((await thrown(read({ responseActions: rules }, json({ error: 'deleted' }, 404)))).code).toBe(
      'HTTP_STATUS',
    );
    expect((await read({ responseActions: rules }, json({}, 404))).rows).toEqual([]);
  });
});

describe('an answer that is raised', () => {
  test('fails the load at once, and is not tried again', async () => {
    const { url, asked } = await script(json({ status: 'error', token: 'x' }));
    const { http } = makeClient({ baseUrl: url });
    const pages = http.pages('/a', {
      next: () => undefined,
      responseActions: [{ content: '"status":"error"', action: 'raise' }],
    });
    const error = await thrown(pages.next());
    expect(error).toMatchObject({ code: 'HTTP_STATUS', retryable: false });
    expect(error.message).toMatch(/200 OK, which "responseActions" takes for a failure\. It says/);
    expect(asked).toHaveLength(1);
  });

  test('with a status that would be tried again, isn’t', async () => {
    const { url, asked } = await script(json({}, 500));
    const { http } = makeClient({ baseUrl: url });
    const pages = http.pages('/a', {
      next: () => undefined,
      responseActions: [{ status: 500, action: 'raise' }],
    });
    expect(await thrown(pages.next())).toMatchObject({ code: 'HTTP_STATUS', retryable: false });
    expect(asked).toHaveLength(1);
  });
});

describe('an answer that is tried again', () => {
  const again = async (rule: ResponseActions[number], ...answers: Answer[]) => {
    const { url, asked } = await script(...answers);
    const { http, waits } = makeClient({ baseUrl: url, retries: 2 });
    const pages = http.pages('/a', { next: () => undefined, responseActions: [rule] });
    const first = await pages.next().catch((error: unknown) => error);
    return { first, asked: asked.length, waits: waits.map(({ reason }) => reason) };
  };

  test('is a failure that may pass', async () => {
    const rule = { content: 'warming up', action: 'retry' } as const;
    const found = await again(rule, json({ note: 'warming up' }), json({}, 409, {}), json([]));
    expect(found).toMatchObject({ asked: 2 });
    const passed = await again(rule, json({ note: 'warming up' }), json([{ id: 1 }]));
    expect(passed).toMatchObject({ first: { value: [{ id: 1 }] }, asked: 2 });
    const never = await again(rule, json({ note: 'warming up' }));
    expect(never.first).toMatchObject({ code: 'HTTP_STATUS', retryable: true });
    expect(never.asked).toBe(3);
  });

  test('waits as long as the API asks for, where it does', async () => {
    const rule = { status: 429, action: 'retry' } as const;
    const found = await again(rule, json({}, 429, { 'retry-after': '7' }), json([{ id: 1 }]));
    expect(found).toMatchObject({ first: { value: [{ id: 1 }] }, asked: 2 });
    expect(new Set(found.waits)).toEqual(new Set(['retry-after']));
  });
});

describe('a rule that can not be is refused where it is written', () => {
  test.each<[unknown, RegExp]>([
    [[{ status: 404, action: 'ignor' }], /"ignor" is not a valid responseActions\[0\]\.action.*"ignore"/],
    [
      [{ status_code: 404, action: 'ignore' }],
      /"responseActions\[0\]\.status_code" is not an option.*"status"/,
    ],
    [[{ action: 'ignore' }], /responseActions\[0\]" names neither a "status" nor a "content"/],
    [[{ status: 4040, action: 'ignore' }], /"4040" is not a valid responseActions\[0\]\.status/],
    [[{ status: 404 }], /"responseActions\[0\]\.action" is missing/],
    ['ignore', /"ignore" is not a valid responseActions/],
  ])('%j', (responseActions, message) => {
    const resources = [{ name: 'things', responseActions } as never];
    expect(() => restSource({ name: 'api', baseUrl: 'https://api.example', resources })).toThrow(message);
    expect(() =>
      restSource({
        name: 'api',
        baseUrl: 'https://api.example',
        defaults: { responseActions } as never,
        resources: [{ name: 'a' }],
      }),
    ).toThrow(/responseActions/);
  });

  test('and what a function gives, where it does', async () => {
    const promised = (async () => 'ignore') as never;
    expect(await thrown(read({ responseActions: [promised] }, json([])))).toMatchObject({
      code: 'RESOURCE_INVALID',
    });
  });
});
