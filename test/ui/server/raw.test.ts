import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openClient, type TidemarkClient } from '../../../src/operate';
import { startUi, type Ui } from '../../../src/ui';
import { takes } from '../../../src/ui/compress';
import { shopConfig } from '../../operate/shop';
import { writeAssets } from './files';
import { post } from './http';

/*
 * Requests that no browser sends: they are written to the socket as they are.
 */

let folder: string;
let client: TidemarkClient;
let ui: Ui;
const unforeseen: unknown[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ui-raw-'));
  client = await openClient(shopConfig(folder, { day: () => undefined }), { directory: folder });
  ui = await startUi({
    client,
    port: 0,
    assets: writeAssets(folder),
    onError: (error) => unforeseen.push(error),
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await ui.close();
  await client.close();
  rmSync(folder, { recursive: true, force: true });
  expect(unforeseen).toEqual([]);
});

const host = (): string => new URL(ui.url).host;

async function open(): Promise<Socket> {
  const { hostname, port } = new URL(ui.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve);
  });
  return socket;
}

/** Sends bytes, and gives all that comes until the server ends the connection. */
async function send(bytes: string): Promise<string> {
  const socket = await open();
  let heard = '';
  socket.on('data', (chunk: Uint8Array) => {
    heard += Buffer.from(chunk).toString('latin1');
  });
  const ended = new Promise<void>((resolve) => {
    socket.once('close', resolve);
  });
  socket.write(bytes);
  await ended;
  return heard;
}

const statusOf = async (bytes: string): Promise<number> => Number((await send(bytes)).split(' ')[1]);

const request = (target: string, headers: readonly string[] = [`Host: ${host()}`], method = 'GET'): string =>
  [`${method} ${target} HTTP/1.1`, ...headers, 'Connection: close', '', ''].join('\r\n');

describe('a request', () => {
  test('that names another host, or two, is refused wherever it names them', async () => {
    const own = `Host: ${host()}`;
    expect(await statusOf(request('/api/session'))).toBe(200);
    for (const target of [`http://${host()}/api/session`, 'http://evil.example/api/session'])
      expect({ target, status: await statusOf(request(target)) }).toEqual({ target, status: 403 });
    for (const headers of [
      [],
      [own, 'Host: evil.example'],
      ['Host: evil.example', own],
      ['Host:'],
      [`Host: ${host()}@evil.example`],
      [`Host: evil@${host()}`],
      [`Host: ${host()}, evil.example`],
      [`Host: 2130706433:${new URL(ui.url).port}`],
      [`Host: localhost.:${new URL(ui.url).port}`],
    ]) {
      const status = await statusOf(request('/api/session', headers));
      expect({ headers, refused: [400, 403].includes(status) }).toEqual({ headers, refused: true });
    }
  });

  test('with a header twice isn’t taken by the better one', async () => {
    const action = [`Host: ${host()}`, 'X-Tidemark-Action: 1', 'Content-Length: 2'];
    const json = 'Content-Type: application/json';
    const body = (headers: readonly string[]): string =>
      `${request('/api/actions', [...action, ...headers], 'POST')}{}`;
    expect(await statusOf(body([json, `Origin: ${ui.url}`]))).toBe(400);
    expect(await statusOf(body([json, `Origin: ${ui.url}`, 'Origin: http://evil.example']))).toBe(403);
    expect(await statusOf(body([json, 'Content-Type: text/plain', `Origin: ${ui.url}`]))).toBe(415);
    const sites = ['Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site'];
    expect(await statusOf(request('/api/session', [`Host: ${host()}`, ...sites]))).toBe(403);
  });

  test('whose path can’t be decoded names no file, and the page is there', async () => {
    for (const target of ['/%E0%A4%A', '/x%ZZ'])
      expect({ target, status: await statusOf(request(target)) }).toEqual({ target, status: 200 });
  });

  test('nested deeper than anything that is bound is refused as such', async () => {
    const nested = (levels: number) =>
      `{"pipeline":"shop","bind":{"orders":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}}}`;
    expect((await post(ui.url, '/api/plans/run', nested(90))).json()).toMatchObject({
      error: { code: 'PARAM_INVALID' },
    });
    const deep = await post(ui.url, '/api/plans/run', nested(30_000));
    expect({ status: deep.status, ...deep.json<object>() }).toEqual({
      status: 400,
      error: { code: 'BODY_INVALID', message: expect.stringContaining('nested deeper than 100') },
    });
  });

  test('that is refused starts no server', async () => {
    const sent = async (action: unknown) =>
      (await post(ui.url, '/api/actions', { key: `key of ${JSON.stringify(action)}`, action })).status;
    expect(await sent({ kind: 'pause', what: 'shp' })).toBe(400);
    expect(await sent({ kind: 'run', request: { pipeline: 'shp' } })).toBe(404);
    expect(await client.temporalIfAny()).toBeUndefined();
  });
});

test('which encodings a browser takes is read by their names and weights', () => {
  const text = `br;q=0, gzip ; q=0.5 , x${' '.repeat(99)}y`;
  expect([
    takes(text, 'gzip'),
    takes(text, 'br'),
    takes('gzip;q=0.000', 'gzip'),
    takes('x, br', 'br'),
  ]).toEqual([true, false, false, true]);
});

describe('a stream of events that nobody reads', () => {
  /** As many as may be open at a time. */
  const MOST = 1_000;

  test('isn’t opened by HEAD', async () => {
    const kept = `HEAD /api/events HTTP/1.1\r\nHost: ${host()}\r\n\r\n`;
    const answers = await send(kept + request('/api/events', undefined, 'HEAD'));
    // a second stream of one connection would be refused
    expect(answers.match(/^HTTP\/1\.1 .*$/gm)).toEqual(['HTTP/1.1 200 OK', 'HTTP/1.1 200 OK']);
  });

  test('ends with its connection, also behind an answer that is still under way', async () => {
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const read = client.grid.bind(client);
    const grid = jest.spyOn(client, 'grid').mockImplementation(async (...args) => {
      await held;
      return read(...args);
    });
    const keepAlive = (target: string) => `GET ${target} HTTP/1.1\r\nHost: ${host()}\r\n\r\n`;
    const sockets: Socket[] = [];
    for (let count = 0; count < MOST; count++) {
      const socket = await open();
      sockets.push(socket);
      socket.write(keepAlive('/api/pipelines/shop/grid') + keepAlive('/api/events'));
    }
    while ((await openOne()) !== 503) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const socket of sockets) socket.destroy();
    while ((await openOne()) !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
    go();
    expect(grid).toHaveBeenCalled();
  });

  test('isn’t opened twice on a connection', async () => {
    const socket = await open();
    const line = `GET /api/events HTTP/1.1\r\nHost: ${host()}\r\n\r\n`;
    socket.write(line.repeat(MOST + 1));
    // the last of them was looked at before this one
    expect(await openOne()).toBe(200);
    socket.destroy();
  });

  /** The status of one more stream, which is closed at once. */
  async function openOne(): Promise<number> {
    const socket = await open();
    const status = new Promise<number>((resolve) => {
      socket.once('data', (chunk: Uint8Array) =>
        resolve(Number(Buffer.from(chunk).toString('latin1').split(' ')[1])),
      );
    });
    socket.write(`GET /api/events HTTP/1.1\r\nHost: ${host()}\r\n\r\n`);
    const found = await status;
    socket.destroy();
    return found;
  }
});
