import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { shop } from '../../examples/testing/shop';
import { order, startShop, TOKEN } from '../../examples/testing/shop-api';
import { defineSource, oauth2ClientCredentials, resource } from '../../src';
import {
  type Emulator,
  type EmulatorOptions,
  loadForTest,
  oauth2Auth,
  recordAnswers,
  replayAnswers,
  reply,
  startEmulator,
} from '../../src/testing';
import { temporaryFolder } from '../temporary-folder';

const root = temporaryFolder('recording');
const newFolder = (): string => mkdtempSync(path.join(root, 'answers-'));
const orders = [order(1, 1), order(2, 1), order(3, 2), order(4, 3)];
const textOf = (folder: string): string =>
  readdirSync(folder)
    .map((name) => `${name}\n${readFileSync(path.join(folder, name), 'utf8')}`)
    .join('\n');
const fileOf = (folder: string, name: string) =>
  JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Record<
    'request' | 'answer',
    Record<string, unknown>
  >;

/** Records what `use` asks of an API made for it. */
async function recorded(
  options: EmulatorOptions,
  use: (url: string, upstream: Emulator) => Promise<void>,
  secrets: readonly string[] = [],
): Promise<string> {
  const folder = newFolder();
  await using upstream = await startEmulator(options);
  await using recorder = await recordAnswers({ folder, upstream: upstream.url, secrets });
  await use(recorder.url, upstream);
  return folder;
}
const ask = async (url: string, init: RequestInit = {}) => {
  const response = await fetch(url, { redirect: 'manual', ...init });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

describe('recorded answers', () => {
  test('a source is loaded without its API from what was recorded, links and all', async () => {
    const folder = newFolder();
    const upstream = await startShop(orders);
    const recorder = await recordAnswers({ folder, upstream: upstream.url });
    const live = await loadForTest(shop({ token: TOKEN, baseUrl: recorder.url }));
    expect(recorder.files).toEqual(['0001-GET-v1-orders.json', '0002-GET-v1-orders.json']);
    await recorder.close();
    await upstream.close();

    await using api = await replayAnswers({ folder });
    const again = await loadForTest(shop({ token: 'any other token', baseUrl: api.url }));
    expect(again.rows('orders')).toEqual(live.rows('orders'));
    again.expectRows('orders', orders);
    expect(api.unknown).toEqual([]);
    expect(api.unused).toEqual([]);
    expect(textOf(folder)).not.toContain(TOKEN);
    expect(textOf(folder)).not.toContain(upstream.url);
    expect(fileOf(folder, '0001-GET-v1-orders.json')).toMatchObject({
      request: { method: 'GET', path: '/v1/orders', query: { updated_from: '2024-01-01T00:00:00Z' } },
      answer: {
        status: 200,
        json: { next: expect.stringMatching(/^\{\{origin\}\}\/v1\/orders\?.*after=2/) },
      },
    });
  });

  test('no secret is written, whether it is sent, answered, in an address, repeated, or declared', async () => {
    const password = 'pass/word of the client';
    const issued: string[] = [];
    const folder = await recorded(
      {
        auth: oauth2Auth({ clientId: 'me', clientSecret: password }),
        routes: {
          'GET /files/:token': ({ headers, origin }) =>
            reply({
              headers: { 'set-cookie': 'session=abcdefghijklmnop1234', 'x-auth-token': 'header-token-1' },
              body: {
                echo: headers.authorization,
                next: `${origin}/files/x?access_token=link-token-123&page_token=keep-me`,
                signed: 'https://bucket.example/a?X-Amz-Signature=0123456789abcdef&x=1',
                api_key: 'field-key-123',
                token_count: 12,
                next_token: 'keep-me-too',
                note: `declared hush-hush, number 778899001122`,
                id: 778899001122,
                big: 12345678901234567890n,
              },
            }),
        },
      },
      async (url) => {
        const source = defineSource({
          name: 'tokens',
          http: () => ({
            baseUrl: url,
            auth: oauth2ClientCredentials({
              tokenUrl: `${url}/oauth/token`,
              clientId: 'me',
              clientSecret: password,
            }),
          }),
          resources: () => [
            resource({
              name: 'files',
              async *extract({ http }) {
                const page = await http.get<Record<string, unknown>>('/files/hush-hush', {
                  params: { api_key: 'query-key-123', cookie: 'no', next_token: 'page-2' },
                });
                issued.push(String(page['echo']));
                yield page;
              },
            }),
          ],
        });
        const loaded = await loadForTest(source());
        expect(loaded.rows('files')[0]).toMatchObject({ big: expect.anything(), next_token: 'keep-me-too' });
      },
      ['hush-hush', '778899001122'],
    );
    const all = textOf(folder);
    expect(issued[0]).toMatch(/^Bearer access-token-1/);
    for (const secret of [
      ...[password, encodeURIComponent(password), 'access-token-1-of-me', 'abcdefghijklmnop1234'],
      ...['header-token-1', 'link-token-123', '0123456789abcdef', 'field-key-123', 'query-key-123'],
      ...['hush-hush', '778899001122'],
    ])
      expect(all).not.toContain(secret);
    const [, file] = readdirSync(folder).map((name) => fileOf(folder, name));
    expect(file!.request).toMatchObject({
      path: '/files/[secret]',
      query: { api_key: '[secret]', next_token: 'page-2' },
    });
    expect(file!.answer['json']).toMatchObject({
      echo: 'Bearer [secret]',
      next: '{{origin}}/files/x?access_token=[secret]&page_token=keep-me',
      token_count: 12,
      next_token: 'keep-me-too',
      id: '[secret]',
    });
    expect(all).toContain('12345678901234567890');
    // what was hidden in an address doesn't matter when it is asked for again
    await using api = await replayAnswers({ folder });
    const found = await ask(`${api.url}/files/another?next_token=page-2&cookie=yes&api_key=1`);
    expect(found.status).toBe(200);
    expect(found.text).toContain('"big":12345678901234567890');
    expect(found.text).toContain(`${api.url}/files/x?access_token`);
    expect((await ask(`${api.url}/files/another?next_token=page-3&api_key=1&cookie=1`)).status).toBe(501);
  });

  test('credentials that an answer repeats are hidden: of basic authentication, of cookies, of headers, in bytes', async () => {
    const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
    const session = 'session-0123456789abcdef';
    const folder = await recorded(
      {
        routes: {
          'GET /echo': ({ headers, query }) =>
            reply({
              headers: { 'x-api-token': 'token-in-a-header' },
              body: query.has('bytes')
                ? Buffer.from('\xff\0user-key-1234', 'latin1')
                : { ...headers, also: 'me@example.com, long-password, user-key-1234, token-in-a-header' },
            }),
        },
      },
      async (url) => {
        const asked = (authorization: string, at = '/echo') =>
          ask(url + at, { headers: { authorization, cookie: `lang=en; sid=${session}` } });
        await asked(basic('me@example.com:long-password'));
        await asked(basic('user-key-1234:'));
        await asked(basic('user-key-1234:'), '/echo?bytes=1');
      },
    );
    const [, second, third] = readdirSync(folder).map((name) => fileOf(folder, name).answer);
    expect(second!['json']).toMatchObject({ also: 'me@example.com, [secret], [secret], [secret]' });
    const bytes = Buffer.from(String(third!['base64']), 'base64').toString('latin1');
    for (const secret of [
      'long-password',
      'user-key-1234',
      session,
      'token-in-a-header',
      basic('user-key-1234:').slice(6),
    ])
      expect(textOf(folder) + bytes).not.toContain(secret);
  });

  test('secrets in lists, in answers that are forms, and in JSON that is called text are hidden; a form is given again', async () => {
    const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    const folder = await recorded(
      {
        routes: {
          'GET /form': () => reply({ body: 'access_token=form-token-1&scope=a+b&scope=c', ...form }),
          'GET /text': () =>
            reply({
              body: '{"api_keys":1,"secret":["listed-secret-1",["listed-secret-2"]],"also":"form-token-1 listed-secret-2"}',
              headers: { 'content-type': 'text/plain' },
            }),
        },
      },
      async (url) => {
        await ask(`${url}/text`);
        await ask(`${url}/form`);
      },
    );
    for (const secret of ['form-token-1', 'listed-secret-1', 'listed-secret-2'])
      expect(textOf(folder)).not.toContain(secret);
    await using api = await replayAnswers({ folder });
    expect((await ask(`${api.url}/form`)).text).toBe('access_token=%5Bsecret%5D&scope=a+b&scope=c');
    expect(JSON.parse((await ask(`${api.url}/text`)).text)).toEqual({
      api_keys: 1,
      secret: ['[secret]', ['[secret]']],
      also: '[secret] [secret]',
    });
  });

  test('a repeated request gets its answers in order, then the last, and after a rewind the first', async () => {
    let count = 0;
    const folder = await recorded(
      { routes: { '* /*': () => reply({ body: String(++count) }) } },
      async (url) => {
        await ask(`${url}/a?x=1&y=2`);
        await ask(`${url}/b`);
        await ask(`${url}/a?y=2&x=1`);
      },
    );
    await using api = await replayAnswers({ folder });
    const texts = async (): Promise<string[]> => {
      const found: string[] = [];
      for (let at = 0; at < 3; at += 1) found.push((await ask(`${api.url}/a?x=1&y=2`)).text);
      return found;
    };
    expect(await texts()).toEqual(['1', '3', '3']);
    expect(api.unused).toEqual(['0002-GET-b.json']);
    api.rewind();
    expect(await texts()).toEqual(['1', '3', '3']);
  });

  test('requests are told apart by method, body and parameters, and bodies of every kind come back', async () => {
    const bytes = Buffer.from([0xff, 0xfe, 0, 1, 2]);
    const post = (body: string, type = 'application/json'): RequestInit => ({
      method: 'POST',
      body,
      headers: { 'content-type': type },
    });
    const graphql = (cursor: string): RequestInit =>
      post(JSON.stringify({ query: '{ a }', variables: { cursor, id: 1 } }));
    const folder = await recorded(
      {
        routes: {
          'POST /graphql': ({ json }) => reply({ body: { got: json } }),
          'POST /form': ({ form }) => reply({ body: form.get('a') }),
          'GET /bytes': () => reply({ body: bytes }),
          'GET /csv': () => reply({ body: 'id,name\n1,ä\n', headers: { 'content-type': 'text/csv' } }),
          'GET /gzip': () =>
            reply({
              body: gzipSync('{"packed":true}'),
              headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
            }),
          'GET /moved': ({ origin }) => reply({ status: 302, headers: { location: `${origin}/csv` } }),
          'DELETE /one': () => reply({ status: 204 }),
          'GET /missing': () => reply({ status: 404, body: { error: 'none' } }),
        },
      },
      async (url) => {
        await ask(`${url}/graphql`, graphql('a'));
        await ask(`${url}/graphql`, graphql('b'));
        await ask(`${url}/form`, post('a=1', 'application/x-www-form-urlencoded'));
        await ask(`${url}/form`, post('a=2', 'application/x-www-form-urlencoded'));
        for (const at of ['bytes', 'csv', 'gzip', 'moved', 'missing']) await ask(`${url}/${at}`);
        await ask(`${url}/one`, { method: 'DELETE' });
      },
    );
    await using api = await replayAnswers({ folder });
    const graph = async (init: RequestInit) => (await ask(`${api.url}/graphql`, init)).text;
    expect(await graph(graphql('b'))).toContain('"cursor":"b"');
    expect(await graph(post('{"variables": {"id": 1, "cursor": "a"}, "query": "{ a }"}'))).toContain(
      '"cursor":"a"',
    );
    const form = post('a=2', 'application/x-www-form-urlencoded');
    expect((await ask(`${api.url}/form`, form)).text).toBe('2');
    const raw = await fetch(`${api.url}/bytes`);
    expect(Buffer.from(await raw.arrayBuffer())).toEqual(bytes);
    expect(await ask(`${api.url}/csv`)).toMatchObject({ text: 'id,name\n1,ä\n' });
    expect((await ask(`${api.url}/gzip`)).text).toBe('{"packed":true}');
    expect((await ask(`${api.url}/moved`)).headers.get('location')).toBe(`${api.url}/csv`);
    expect((await ask(`${api.url}/missing`)).status).toBe(404);
    expect(await ask(`${api.url}/one`, { method: 'DELETE' })).toMatchObject({ status: 204, text: '' });
    expect(api.unknown).toEqual([]);
  });

  test('a request that is not recorded fails the load at once and names the nearest one', async () => {
    const folder = newFolder();
    await using upstream = await startShop(orders);
    await using recorder = await recordAnswers({ folder, upstream: upstream.url });
    await loadForTest(shop({ token: TOKEN, baseUrl: recorder.url }));
    await using api = await replayAnswers({ folder });
    const interval = { start: '2024-03-01T00:00:00Z', end: '2024-03-02T00:00:00Z' };
    const load = loadForTest(shop({ token: TOKEN, baseUrl: api.url }), { interval });
    await expect(load).rejects.toThrow(/501.*Not recorded: GET \/v1\/orders\?updated_from=2024-03-01/);
    expect(api.requests).toHaveLength(1);
    expect(api.unknown).toEqual([
      expect.stringMatching(
        /The nearest is 0001-GET-v1-orders\.json: there "updated_from" is "2024-01-01T00:00:00Z", there is no "updated_to"\. Record it with recordAnswers/,
      ),
    ]);
  });

  test('answers that pass are not kept, and recording anew replaces what was there', async () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, 'README.md'), 'mine');
    const routes = { 'GET /a': () => reply({ body: 'a' }) };
    await using upstream = await startEmulator({ routes, faults: [{ kind: 'status', status: 503 }] });
    for (const files of [['0002-GET-a.json'], ['0001-GET-a.json']]) {
      await using recorder = await recordAnswers({ folder, upstream: upstream.url });
      if (files[0]!.startsWith('0002')) expect((await ask(`${recorder.url}/a`)).status).toBe(503);
      expect((await ask(`${recorder.url}/a`)).text).toBe('a');
      expect(recorder.files).toEqual(files);
      expect(readdirSync(folder).sort()).toEqual([...files, 'README.md']);
    }
    await upstream.close();
    await using recorder = await recordAnswers({ folder, upstream: upstream.url });
    expect(await ask(`${recorder.url}/a`)).toMatchObject({
      status: 502,
      text: expect.stringMatching(/could not be asked/),
    });
    expect(recorder.files).toEqual([]);
  });

  test('bad options, an empty folder and a file that is no answer are refused with the cure', async () => {
    const folder = newFolder();
    const record = (upstream: string) => recordAnswers({ folder, upstream });
    await expect(record('https://api.example.com/v3')).rejects.toThrow(/append "\/v3" to the "url"/);
    await expect(record('https://me:hidden@api.example.com')).rejects.toThrow(/not shown/);
    await expect(record('api.example.com')).rejects.toThrow(/not a valid upstream/);
    await expect(recordAnswers({ folder, upsteam: 'x' } as never)).rejects.toThrow(/"upsteam".*"upstream"/);
    await expect(replayAnswers({ folder })).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' });
    await expect(replayAnswers({ folder: path.join(folder, 'none') })).rejects.toThrow(/no recorded answers/);
    for (const text of [
      '{',
      '{"request":{"method":"GET"}}',
      '{"request":{"method":"GET","path":"/"},"answer":{}}',
    ]) {
      writeFileSync(path.join(folder, '0001-GET-a.json'), text);
      await expect(replayAnswers({ folder })).rejects.toThrow(/0001-GET-a\.json" is not a recorded answer/);
    }
  });
});
