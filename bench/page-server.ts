// The API of the benchmark, in a process of its own: answers with the bytes of page files, so that serving costs little.
import { createReadStream, statSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pageFile } from './task';

const folders = JSON.parse(process.argv[2] ?? '{}') as Readonly<Record<string, string>>;

/**
 * `{"rows":[…],"next_page":…,"end_of_stream":…}` around a page file, for `/<folder>?first=0&count=100&page=7`; with
 * `delay=20` after so many milliseconds, as an API that is far away.
 */
function answer(url: URL, response: ServerResponse): void {
  const folder = folders[url.pathname.slice(1)];
  const number = (name: string, fallback: number): number => Number(url.searchParams.get(name) ?? fallback);
  const first = number('first', 0);
  const page = number('page', first);
  if (folder === undefined) {
    response.writeHead(404).end();
    return;
  }
  const file = pageFile({ folder }, page);
  const last = page >= first + number('count', 1) - 1;
  url.searchParams.set('page', String(page + 1));
  const head = '{"rows":';
  const tail = `,"next_page":${last ? 'null' : JSON.stringify(url.href)},"end_of_stream":${last}}`;
  const length = head.length + statSync(file).size + Buffer.byteLength(tail);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
  response.write(head);
  createReadStream(file, { highWaterMark: 1024 * 1024 })
    .on('end', () => response.end(tail))
    .pipe(response, { end: false });
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  const delay = Number(url.searchParams.get('delay') ?? 0);
  if (delay > 0) setTimeout(() => answer(url, response), delay);
  else answer(url, response);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
