import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openClient, type TidemarkClient } from '../../../src/operate';
import { startUi, type Ui, type UiOptions } from '../../../src/ui';
import { shopConfig } from '../../operate/shop';
import { writeAssets } from './files';
import { ask, post } from './http';

let folder: string;
let client: TidemarkClient;
let assets: string;
const open = new Set<Ui>();

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ui-guards-'));
  assets = writeAssets(folder);
  client = await openClient(shopConfig(folder, { day: () => undefined }), { directory: folder });
});
afterEach(async () => {
  for (const ui of open) await ui.close();
  open.clear();
});
afterAll(async () => {
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(options: Partial<UiOptions> = {}): Promise<Ui> {
  const ui = await startUi({ client, port: 0, assets, ...options });
  open.add(ui);
  return ui;
}

const refusal = (code: string) => ({ error: { code, message: expect.any(String) } });
const portOf = (ui: Ui): string => new URL(ui.url).port;
const PAUSE = { key: 'key-of-a-pause', action: { kind: 'pause', what: 'shop' } };

describe('the name by which the server is asked', () => {
  test('is a loopback one with the port; another is refused wherever it leads', async () => {
    const ui = await serve();
    const port = portOf(ui);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`])
      expect({ host, ...(await ask(ui.url, '/api/session', { headers: { host } })) }).toMatchObject({
        host,
        status: 200,
      });
    for (const host of [
      `evil.example:${port}`,
      '127.0.0.1',
      'localhost:1',
      `localhost.evil.example:${port}`,
    ]) {
      const answered = await ask(ui.url, '/api/session', { headers: { host } });
      expect({ host, status: answered.status }).toEqual({ host, status: 403 });
      expect(answered.json()).toEqual(refusal('HOST_REFUSED'));
      expect((await ask(ui.url, '/app.js', { headers: { host } })).status).toBe(403);
    }
  });

  test('is one that was allowed, with its port or for any', async () => {
    const ui = await serve({ allowedHosts: ['tide.example', 'other.example:8080'] });
    const statusAt = async (host: string) => (await ask(ui.url, '/', { headers: { host } })).status;
    expect(await statusAt('tide.example')).toBe(200);
    expect(await statusAt('Tide.Example:99')).toBe(200);
    expect(await statusAt('other.example:8080')).toBe(200);
    expect(await statusAt('other.example')).toBe(403);
    expect(await statusAt('not.tide.example')).toBe(403);
  });
});

describe('an action is refused', () => {
  const sent = async (ui: Ui, headers: Readonly<Record<string, string>>, body: unknown = PAUSE) => {
    const answered = await post(ui.url, '/api/actions', body, headers);
    return { status: answered.status, code: answered.json<{ error: { code: string } }>().error.code };
  };
  const bare = async (ui: Ui, headers: Readonly<Record<string, string>>) =>
    (await ask(ui.url, '/api/actions', { method: 'POST', headers, body: JSON.stringify(PAUSE) })).status;

  test('of another origin, or of none', async () => {
    const ui = await serve();
    for (const origin of [
      'http://evil.example',
      `http://localhost:${portOf(ui)}`,
      'null',
      `ftp://127.0.0.1:${portOf(ui)}`,
    ])
      expect({ origin, ...(await sent(ui, { origin })) }).toEqual({
        origin,
        status: 403,
        code: 'ORIGIN_REFUSED',
      });
    const own = { 'content-type': 'application/json', 'x-tidemark-action': '1' };
    expect(await bare(ui, own)).toBe(403);
    expect(await bare(ui, { ...own, origin: ui.url, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await bare(ui, { ...own, origin: ui.url, 'sec-fetch-site': 'same-site' })).toBe(403);
  });

  test('without the header, and of another content type', async () => {
    const ui = await serve();
    expect(await bare(ui, { 'content-type': 'application/json', origin: ui.url })).toBe(403);
    expect(await sent(ui, { 'content-type': 'text/plain' })).toEqual({ status: 415, code: 'BODY_INVALID' });
    expect(await bare(ui, { 'x-tidemark-action': '1', origin: ui.url })).toBe(415);
  });

  test('by another method', async () => {
    const ui = await serve();
    for (const target of ['/api/actions', '/api/plans/run', '/api/plans/backfill', '/api/commands']) {
      const answered = await ask(ui.url, target);
      expect({ target, status: answered.status, allow: answered.headers.allow }).toEqual({
        target,
        status: 405,
        allow: 'POST',
      });
    }
  });

  test('that is too large, no JSON, or has fields that nobody knows', async () => {
    const ui = await serve();
    const huge = { ...PAUSE, action: { ...PAUSE.action, reason: 'x'.repeat(70_000) } };
    expect(await sent(ui, {}, huge)).toEqual({ status: 413, code: 'BODY_TOO_LARGE' });
    expect(await sent(ui, {}, '{"key":')).toEqual({ status: 400, code: 'BODY_INVALID' });
    expect(await sent(ui, {}, { ...PAUSE, more: 1 })).toEqual({ status: 400, code: 'USAGE' });
    expect(await sent(ui, {}, { ...PAUSE, action: { ...PAUSE.action, force: true } })).toEqual({
      status: 400,
      code: 'USAGE',
    });
    expect(await sent(ui, {}, { ...PAUSE, key: 'short' })).toEqual({ status: 400, code: 'USAGE' });
    expect(await sent(ui, {}, { ...PAUSE, action: { kind: 'destroy' } })).toEqual({
      status: 400,
      code: 'USAGE',
    });
    const backfill = { kind: 'backfill', request: { pipeline: 'shop', parallel: 0 } };
    expect(await sent(ui, {}, { ...PAUSE, action: backfill })).toEqual({ status: 400, code: 'USAGE' });
  });

  test('of a page that only reads', async () => {
    const ui = await serve({ readOnly: true });
    expect(await sent(ui, {})).toEqual({ status: 403, code: 'READ_ONLY' });
    expect((await ask(ui.url, '/api/session')).json()).toMatchObject({ readOnly: true });
  });

  test('also as a plan, of another origin', async () => {
    const ui = await serve();
    const run = { pipeline: 'shop', from: '2024-01-01', to: '2024-01-02' };
    expect((await post(ui.url, '/api/plans/run', run, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await post(ui.url, '/api/plans/run', { ...run, more: 1 })).status).toBe(400);
    expect((await post(ui.url, '/api/plans/run', run)).status).toBe(200);
  });
});

describe('every answer', () => {
  test('says what the page may load, and who may read it', async () => {
    const ui = await serve();
    for (const target of ['/', '/app.js', '/api/session', '/api/nothing', '/nothing.js']) {
      const { headers } = await ask(ui.url, target);
      expect({ target, ...headers }).toMatchObject({
        target,
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect({ target, allow: headers['access-control-allow-origin'] }).toEqual({ target, allow: undefined });
    }
    expect((await ask(ui.url, '/api/session')).headers['cache-control']).toBe('no-store');
    const refused = await ask(ui.url, '/', { headers: { host: 'evil.example' } });
    expect(refused.headers['content-security-policy']).toContain("default-src 'none'");
  });

  test('of what is not there is an error without a stack', async () => {
    const ui = await serve();
    expect((await ask(ui.url, '/api/nothing')).json()).toEqual(refusal('NOT_FOUND'));
    const unknown = await ask(ui.url, '/api/pipelines/shp/grid');
    expect(unknown.status).toBe(404);
    expect(unknown.json()).toEqual(refusal('PIPELINE_UNKNOWN'));
    expect(unknown.text).toContain('Did you mean');
    expect((await ask(ui.url, '/api/events?pipeline=shp')).status).toBe(404);
    expect((await ask(ui.url, '/api/pipelines/shop/grid?limit=0')).status).toBe(400);
    expect((await ask(ui.url, '/api/pipelines/shop/grid?limit=10001')).status).toBe(400);
    expect((await ask(ui.url, '/api/pipelines/shop/grid?more=1')).status).toBe(400);
    expect((await ask(ui.url, '/api/pipelines/shop/interval?at=yesterday')).status).toBe(400);
    expect((await ask(ui.url, '/', { method: 'DELETE' })).status).toBe(405);
    expect((await ask(ui.url, '/api/pipelines/%E0%A4%A/grid')).status).toBe(404);
  });
});

describe("the page's files", () => {
  test('are sent with their type, compressed, and not again where the browser has them', async () => {
    const ui = await serve();
    const plain = await ask(ui.url, '/app.js');
    expect(plain.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'no-cache',
    });
    const etag = String(plain.headers['etag']);
    expect((await ask(ui.url, '/app.js', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await ask(ui.url, '/chunk-ABCD2345.js')).headers['cache-control']).toContain('immutable');
    for (const encoding of ['br', 'gzip']) {
      const response = await fetch(`${ui.url}/app.js`, { headers: { 'accept-encoding': encoding } });
      expect(response.headers.get('content-encoding')).toBe(encoding);
      expect(await response.text()).toBe(plain.text);
    }
  });

  test('are those of its folder only, and the page at all other paths', async () => {
    const ui = await serve();
    for (const target of [
      '/',
      '/pipelines/shop',
      '/pipelines/shop/2024-01-01',
      '/pipelines/my.pipeline',
      '/no/such/page',
    ])
      expect({ target, text: (await ask(ui.url, target)).text }).toEqual({
        target,
        text: '<!doctype html><title>the page</title>',
      });
    for (const target of [
      '/../outside.js',
      '/..%2foutside.js',
      '/%2e%2e/outside.js',
      '/assets/../../outside.js',
      `/${encodeURIComponent(path.join(folder, 'outside.js'))}`,
      '//etc/passwd.json',
      '/app.js%00.js',
      '/missing.css',
    ]) {
      const { status, text } = await ask(ui.url, target);
      expect({ target, status }).toEqual({ target, status: 404 });
      expect(text).not.toContain('not of the page');
    }
    expect((await ask(ui.url, '/..\\outside.js')).status).toBe(400);
    expect((await ask(ui.url, '/app.js', { method: 'HEAD' })).text).toBe('');
  });

  test('are missing where nothing was built, and that is said', async () => {
    const ui = await serve({ assets: path.join(folder, 'nowhere') });
    const answered = await ask(ui.url, '/');
    expect(answered.status).toBe(503);
    expect(answered.text).toContain('npm run build');
  });
});

describe('a page with a token', () => {
  const TOKEN = 'a-token-of-the-test';

  test('lets in who came by its link, and nobody else', async () => {
    const ui = await serve({ token: TOKEN });
    expect(ui.link).toBe(`${ui.url}/?token=${TOKEN}`);
    const without = await ask(ui.url, '/');
    expect(without.status).toBe(401);
    expect(without.text).toContain('Open the link that');
    expect((await ask(ui.url, '/app.js')).status).toBe(401);
    expect((await ask(ui.url, '/api/overview')).json()).toEqual(refusal('TOKEN_MISSING'));
    expect((await ask(ui.url, `/api/session?token=${TOKEN}`)).status).toBe(401);
    const entered = await ask(ui.url, `/pipelines/shop?token=${TOKEN}&from=2024-01-01`);
    expect({ status: entered.status, location: entered.headers.location }).toEqual({
      status: 303,
      location: '/pipelines/shop?from=2024-01-01',
    });
    const [cookie = ''] = entered.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(TOKEN);
    const [pair = ''] = cookie.split(';');
    expect((await ask(ui.url, '/api/session', { headers: { cookie: pair } })).status).toBe(200);
    expect((await ask(ui.url, '/api/session', { headers: { cookie: `${pair}x` } })).status).toBe(401);
    const other = await serve({ token: TOKEN });
    const forged = `tidemark-${portOf(other)}=${pair.split('=')[1]}`;
    expect((await ask(other.url, '/api/session', { headers: { cookie: forged } })).status).toBe(401);
  });

  test('follows a link of another site in two steps, for the cookie is left out of the first', async () => {
    const ui = await serve({ token: TOKEN });
    const cross = { 'sec-fetch-site': 'cross-site' };
    const entered = await ask(ui.url, `/a?token=${TOKEN}`, { headers: cross });
    expect(entered.status).toBe(200);
    expect(entered.text).toContain('content="0; url=/a"');
    expect((await ask(ui.url, '/"><b>', { headers: cross })).text).not.toContain('<b>');
    expect((await ask(ui.url, `//evil.example/?token=${TOKEN}`)).headers.location).toBe('/evil.example/');
    expect((await ask(ui.url, `/%5cevil.example/?token=${TOKEN}`)).headers.location).toBe(
      '/%5cevil.example/',
    );
  });

  test('takes no more tokens of an address after ten wrong ones, and goes on with those who are in', async () => {
    const ui = await serve({ token: TOKEN });
    const entered = await ask(ui.url, `/?token=${TOKEN}`);
    const [pair = ''] = String(entered.headers['set-cookie']).split(';');
    const enter = async (token: string) => (await ask(ui.url, `/?token=${token}`)).status;
    for (let count = 0; count < 10; count++) expect(await enter(`wrong-${count}`)).toBe(401);
    expect(await enter('wrong')).toBe(429);
    expect(await enter(TOKEN)).toBe(429);
    expect((await ask(ui.url, '/', { headers: { cookie: pair } })).status).toBe(200);
  });

  test('has one wherever others can reach it, a new one each time', async () => {
    const [first, second] = [await serve({ host: '0.0.0.0' }), await serve({ host: '0.0.0.0' })];
    expect(first.link).toMatch(/\/\?token=[\w-]{43}$/);
    expect(second.link).not.toBe(first.link);
    const local = `http://127.0.0.1:${portOf(first)}`;
    expect((await ask(local, '/api/session')).status).toBe(401);
    expect((await ask(local, new URL(first.link).search.replace(/^/, '/'))).status).toBe(303);
    await expect(startUi({ client, port: 0, token: 'short' })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('where it listens', () => {
  test('a port that another program has is named; without one the next is taken', async () => {
    const first = await serve();
    await expect(startUi({ client, port: Number(portOf(first)) })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(`port ${portOf(first)} of 127.0.0.1: another program listens there`),
    });
    const [second, third] = [await serve({ port: undefined }), await serve({ port: undefined })];
    expect(portOf(third)).not.toBe(portOf(second));
  });
});
