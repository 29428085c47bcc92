import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { request } from 'undici';
import { apart } from '../sql';
import { BigQueryFailure, isPassing } from './failure';
import type { BigQueryPlace } from './place';

/** Values of a query string; undefined ones are left out. */
type QueryString = Readonly<Record<string, string | number | boolean | undefined>>;

interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the project: `jobs`, `datasets/d/tables`. */
  readonly path: string;
  readonly query?: QueryString | undefined;
  readonly body?: unknown;
  /** What Google does for so long before it answers that it isn't done. @default 0 */
  readonly waitMs?: number | undefined;
  /** Whether its failure is told at once, whatever it is. @default false */
  readonly once?: boolean | undefined;
}

/** A file that a load job loads. */
export interface Upload {
  readonly file: string;
  /** The job, as `jobs.insert` takes it. */
  readonly job: unknown;
}

/** Google's REST API of one project. What Google asks to repeat is repeated until its deadline. */
export interface BigQueryClient {
  readonly place: BigQueryPlace;
  call<T>(call: Call): Promise<T>;
  upload<T>(upload: Upload): Promise<T>;
}

const ANSWER_MS = 60_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 32_000;
const FILE_TYPE = 'application/octet-stream';
/** Google's answer to a part of a file. */
const INCOMPLETE = 308;

export function bigqueryClient(place: BigQueryPlace): BigQueryClient {
  const project = encodeURIComponent(place.projectId);
  const urlOf = (root: string, path: string, query: QueryString = {}): string => {
    const url = new URL(`${place.endpoint}${root}/bigquery/v2/projects/${project}/${path}`);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    return url.href;
  };

  async function headersFor(url: string): Promise<Record<string, string>> {
    const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'tidemark' };
    if (place.auth === undefined) return headers;
    try {
      for (const [name, value] of await place.auth.getRequestHeaders(url)) headers[name] = value;
    } catch (cause) {
      throw loginFailure(cause);
    }
    return headers;
  }

  async function send(
    url: string,
    of: Pick<Sent, 'method' | 'body' | 'headers' | 'waitMs'>,
  ): Promise<Answer> {
    const headers = { ...(await headersFor(url)), ...of.headers };
    const { method, body, waitMs = 0 } = of;
    try {
      const timeouts = { headersTimeout: ANSWER_MS + waitMs, bodyTimeout: ANSWER_MS + waitMs };
      const answer = await request(url, { method, headers, body: body?.() ?? null, ...timeouts });
      const text = await answer.body.text();
      return { status: answer.statusCode, headers: answer.headers, text };
    } catch (cause) {
      throw new BigQueryFailure(messageOf(cause), { reason: 'unreachable', cause });
    }
  }

  /** Sends a file from a byte on. @returns the answer to that, or, if it was cut off, to the question of how far it came */
  async function sendPart(
    url: string,
    { file, size, from }: { readonly file: string; readonly size: number; readonly from: number },
  ): Promise<Answer> {
    const ask = (): Promise<Answer> =>
      send(url, { method: 'PUT', headers: { 'content-range': `bytes */${size}`, 'content-length': '0' } });
    try {
      const headers = {
        'content-type': FILE_TYPE,
        'content-length': String(size - from),
        ...rangeFrom(from, size),
      };
      const body = () => createReadStream(file, { start: from });
      const answer = await send(url, { method: 'PUT', headers, body });
      return answer.status >= 500 ? await ask() : answer;
    } catch (error) {
      if (!(error instanceof BigQueryFailure) || error.reason !== 'unreachable') throw error;
      return ask();
    }
  }

  /** Sends a file, and goes on where it was cut off, as long as each try brings it further. */
  async function sendFile<T>(
    url: string,
    { file, size }: { readonly file: string; readonly size: number },
  ): Promise<T> {
    for (let from = 0; ; ) {
      const answer = await sendPart(url, { file, size, from });
      if (answer.status !== INCOMPLETE) return parsed(answer);
      const [, last] = /bytes=0-(\d+)/.exec(String(answer.headers['range'] ?? '')) ?? [];
      const there = last === undefined ? 0 : Number(last) + 1;
      if (there <= from)
        throw new BigQueryFailure('the upload was cut off', { reason: 'unreachable', status: answer.status });
      from = there;
    }
  }

  return {
    place,
    call: <T>({ method, path, query, body, waitMs, once = false }: Call): Promise<T> => {
      const work = async (): Promise<T> => {
        const json = body === undefined ? undefined : JSON.stringify(body);
        const headers = { 'content-type': 'application/json' };
        const sent = json === undefined ? { method, waitMs } : { method, waitMs, headers, body: () => json };
        return parsed<T>(await send(urlOf('', path, query), sent));
      };
      return once ? work() : repeated(place, work);
    },

    // a job begins when its file is complete: what was cut off has begun nothing
    async upload({ file, job }) {
      const { size } = await stat(file);
      return repeated(place, async () => {
        const begun = await send(urlOf('/upload', 'jobs', { uploadType: 'resumable' }), {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'x-upload-content-type': FILE_TYPE,
            'x-upload-content-length': String(size),
          },
          body: () => JSON.stringify(job),
        });
        const { location } = begun.headers;
        if (begun.status >= 300 || typeof location !== 'string') return parsed(begun);
        return sendFile(atEndpoint(location, place), { file, size });
      });
    },
  };
}

const rangeFrom = (from: number, size: number): Readonly<Record<string, string>> =>
  from === 0 ? {} : { 'content-range': `bytes ${from}-${size - 1}/${size}` };

/** An address that Google gave, where requests go: a private endpoint may be told another host, and a token goes to none without encryption. */
function atEndpoint(location: string, { endpoint }: BigQueryPlace): string {
  const given = new URL(location, endpoint);
  const ours = new URL(endpoint);
  const isGoogles = given.protocol === 'https:' && /(^|\.)googleapis\.com$/.test(given.hostname);
  const keeps = given.origin === ours.origin || (isGoogles && /(^|\.)googleapis\.com$/.test(ours.hostname));
  return keeps ? given.href : new URL(`${given.pathname}${given.search}`, ours).href;
}

interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** Made anew each time that it is sent. */
  readonly body?: () => string | ReturnType<typeof createReadStream>;
  readonly waitMs?: number | undefined;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Repeats what Google asks to repeat, with pauses that double, until the deadline. */
async function repeated<T>(place: BigQueryPlace, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + place.retryDeadlineMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      const ends = !(error instanceof BigQueryFailure) || !isPassing(error);
      if (ends || Date.now() + pause > deadline) throw error;
      await wait(apart(pause));
    }
  }
}

function parsed<T>({ status, text }: Answer): T {
  const json = jsonOf(text);
  if (status < 300 && json !== undefined) return json as T;
  if (status < 300 && text === '') return undefined as T;
  const { error } = (json ?? {}) as { error?: GoogleError };
  const [first] = error?.errors ?? [];
  throw new BigQueryFailure(error?.message ?? `HTTP status ${status}`, {
    reason: first?.reason ?? (status === 401 ? 'authError' : ''),
    status,
  });
}

interface GoogleError {
  readonly message?: string;
  readonly errors?: readonly { readonly reason?: string }[];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const messageOf = (error: unknown): string => {
  const { message, code } = error as { message?: unknown; code?: unknown };
  return String(message || code || error);
};

/** Codes of a connection that broke or never was, of Node's, of undici's and of fetch's. */
const NO_CONNECTION =
  /^(ECONN\w+|EPIPE|ETIMEDOUT|E(HOST|NET)UNREACH|ENETDOWN|ENOTFOUND|EAI_AGAIN|UND_ERR_\w+|ERR_STREAM_PREMATURE_CLOSE|ABORT_ERR)$/;

/**
 * A refused login is the user's to mend, and so is a key that can't be read; that the server of tokens didn't answer passes. What Google's
 * library throws has the request in it, and with that what it logged in by: only its words are kept, and of a text that is no JSON, which
 * V8 quotes, not even those.
 */
function loginFailure(cause: unknown): BigQueryFailure {
  const { status, code, name, response } = cause as {
    status?: unknown;
    code?: unknown;
    name?: unknown;
    response?: { status?: unknown };
  };
  const answered = Number(response?.status ?? status);
  const broke = NO_CONNECTION.test(String(code)) || name === 'TimeoutError' || name === 'AbortError';
  const passes = Number.isInteger(answered) ? ![400, 401, 403].includes(answered) : broke;
  const said = name === 'SyntaxError' ? 'the key is not JSON' : messageOf(cause);
  return new BigQueryFailure(said, { reason: passes ? 'unreachable' : 'authError' });
}
