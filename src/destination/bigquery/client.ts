import { createReadStream } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { request } from 'undici';
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
      // what Google's library throws has the request in it, and with that what it logged in by
      throw new BigQueryFailure(messageOf(cause), { reason: reasonOfLogin(cause) });
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
    upload: ({ file, job }) =>
      repeated(place, async () => {
        const begun = await send(urlOf('/upload', 'jobs', { uploadType: 'resumable' }), {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-upload-content-type': FILE_TYPE },
          body: () => JSON.stringify(job),
        });
        const { location } = begun.headers;
        if (begun.status >= 300 || typeof location !== 'string') return parsed(begun);
        const headers = { 'content-type': FILE_TYPE };
        return parsed(await send(location, { method: 'PUT', headers, body: () => createReadStream(file) }));
      }),
  };
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
      // those who were refused together come back apart
      await wait(pause * (0.5 + Math.random() / 2));
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

/** A refused login is the user's to mend, and so is that there is none; that the server of tokens didn't answer passes. */
function reasonOfLogin(cause: unknown): string {
  const { status, code, response } = cause as {
    status?: unknown;
    code?: unknown;
    response?: { status?: unknown };
  };
  const answered = Number(response?.status ?? status);
  if (Number.isInteger(answered)) return [400, 401, 403].includes(answered) ? 'authError' : 'unreachable';
  // Node's codes of a connection are words, and what isn't about a connection has none
  return typeof code === 'string' && /^(E[A-Z]+|ERR_|UND_)/.test(code) ? 'unreachable' : 'authError';
}
