import { request } from 'node:http';

/** What a request is made of; its headers are sent as they are, `host` too. */
export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON. */
  json<T>(): T;
}

/** Sends one request as it is written: `fetch` would set `host` and `origin` itself, and tidy up the path. */
export function ask(
  url: string,
  target: string,
  { method = 'GET', headers = {}, body }: Ask = {},
): Promise<Answered> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path: target, method, headers, agent: false }, (response) => {
      const chunks: Uint8Array[] = [];
      response.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const json = <T>(): T => JSON.parse(text) as T;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Sends JSON as the page does. */
export function post(
  url: string,
  target: string,
  body: unknown,
  headers: Ask['headers'] = {},
): Promise<Answered> {
  return ask(url, target, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-tidemark-action': '1',
      origin: url,
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** What a stream of events has said. */
export interface EventReader {
  /** Of the events that came, in order. */
  readonly topics: readonly string[];
  /** Resolves once an event of this topic came after the first `after` ones. */
  next(topic: string, after?: number): Promise<void>;
  /** Resolves when the server ended it. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Listens to server-sent events; resolves once the server answers. */
export function listen(url: string, target: string, headers: Ask['headers'] = {}): Promise<EventReader> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path: target, headers, agent: false }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`answered ${response.statusCode}`));
      const topics: string[] = [];
      const waiting = new Set<() => void>();
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        const blocks = (rest + text).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const [, data] = /^event: change\ndata: (.*)$/.exec(block) ?? [];
          if (data !== undefined) topics.push((JSON.parse(data) as { topic: string }).topic);
        }
        for (const look of waiting) look();
      });
      const ended = new Promise<void>((done) => {
        response.on('close', done);
      });
      resolve({
        topics,
        ended,
        next: (topic, after = 0) =>
          new Promise((found) => {
            const look = (): void => {
              if (!topics.slice(after).includes(topic)) return;
              waiting.delete(look);
              found();
            };
            waiting.add(look);
            look();
          }),
        close: () => sent.destroy(),
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}
