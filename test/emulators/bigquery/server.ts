import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ApiError, errorBody } from './api-error';
import { DATASET_ROUTES } from './dataset-routes';
import type { FaultPlan } from './faults';
import { jobResource } from './job';
import { JOB_ROUTES } from './job-routes';
import type { Job } from './rest-types';
import type { Context, Route } from './route';
import { TABLE_ROUTES } from './table-routes';
import { Uploads } from './upload';
import { checkAnswer, checkBody, checkParameters } from './validate';

/** A request, and what it was answered by: 0 where it was cut off, or the answer lost. */
export interface SeenRequest {
  readonly method: string;
  /** Below `/bigquery/v2/projects/P`; of an upload `/upload/jobs`. */
  readonly path: string;
  readonly query: string;
  readonly status: number;
}

interface ServerOptions extends Context {
  readonly faults: FaultPlan;
  readonly projectId: string;
  readonly seen: SeenRequest[];
  /** Told of a mistake of the fake itself. */
  readonly onMistake: (error: unknown) => void;
}

const ROUTES: readonly Route[] = [...JOB_ROUTES, ...DATASET_ROUTES, ...TABLE_ROUTES];

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The HTTP server: finds the method of a request, checks what it was given and what it answers. */
export function bigQueryServer(options: ServerOptions): Server {
  const uploads = new Uploads();
  return createServer((request, response) => {
    void handle(request, response, { ...options, uploads });
  });
}

type Serving = ServerOptions & { readonly uploads: Uploads };

async function handle(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const { faults, seen } = serving;
  const method = request.method ?? 'GET';
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
  const path = pathBelow(url.pathname, serving.projectId);
  const below = path ?? url.pathname;
  if (faults.drops(method, below)) {
    seen.push({ method, path: below, query: url.search, status: 0 });
    request.socket.destroy();
    return;
  }
  const body = await bodyOf(request);
  const answer = await answered(request, { method, url, path, body }, serving);
  const isLost = faults.loses(method, below);
  seen.push({ method, path: below, query: url.search, status: isLost ? 0 : answer.status });
  if (isLost) {
    request.socket.destroy();
    return;
  }
  const text = answer.body === undefined ? '' : JSON.stringify(answer.body);
  const type = answer.body === undefined ? {} : { 'content-type': 'application/json; charset=UTF-8' };
  response.writeHead(answer.status, {
    ...type,
    'content-length': Buffer.byteLength(text),
    ...answer.headers,
  });
  response.end(text);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return parts.length === 1
    ? parts[0]!
    : Buffer.from(parts.map((part) => part.toString('latin1')).join(''), 'latin1');
}

/** Undefined for what isn't a path of the API and this project. */
function pathBelow(pathname: string, projectId: string): string | undefined {
  const match = /^(\/upload)?\/bigquery\/v2\/projects\/([^/]+)(\/.*)$/.exec(pathname);
  if (match === null || decodeURIComponent(match[2]!) !== projectId) return undefined;
  return `${match[1] ?? ''}${match[3]}`;
}

interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly path: string | undefined;
  readonly body: Buffer;
}

async function answered(request: IncomingMessage, asked: Asked, serving: Serving): Promise<Answer> {
  try {
    const { method, path, url } = asked;
    const fault = serving.faults.answerTo(method, path ?? url.pathname);
    if (fault !== undefined) throw fault;
    if (path === undefined) throw new ApiError('notFound', `Not found: ${url.pathname}`);
    if (path === '/upload/jobs') return upload(request, asked, serving);
    return await route({ ...asked, path }, serving);
  } catch (error) {
    if (error instanceof ApiError) return { status: error.code, body: errorBody(error) };
    serving.onMistake(error);
    const message = `The fake failed: ${error instanceof Error ? error.stack : String(error)}`;
    return { status: 500, body: errorBody(new ApiError('internalError', message)) };
  }
}

async function route(
  { method, url, path, body }: Asked & { readonly path: string },
  serving: Serving,
): Promise<Answer> {
  for (const each of ROUTES) {
    const match = each.method === method ? each.path.exec(path) : null;
    if (match === null) continue;
    if (each.parameters !== undefined) checkParameters(url.searchParams, each.parameters);
    const given = each.body === undefined ? undefined : jsonOf(body, each.body);
    const names = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
    const result = await each.handle({ names, query: url.searchParams, body: given }, serving);
    if (each.answer === undefined) return { status: 204, body: undefined };
    checkAnswer(result, each.answer);
    return { status: 200, body: result };
  }
  throw new ApiError('notImplemented', `The fake doesn't have ${method} ${path}`);
}

/** Google's quota of a request that inserts a job, its parameters included. */
const MOST_BYTES = 10 * 2 ** 20;

function jsonOf(body: Buffer, type: string): unknown {
  if (body.length > MOST_BYTES)
    throw new ApiError('uploadTooLarge', `Request payload size exceeds the limit: ${MOST_BYTES} bytes.`, 413);
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new ApiError('parseError', 'Invalid JSON payload received.', 400);
  }
  checkBody(value, type);
  return value;
}

/** `POST` begins a resumable upload, `PUT` sends its bytes; the last of them inserts the job. */
function upload(request: IncomingMessage, { method, url, body }: Asked, { uploads, jobs }: Serving): Answer {
  const id = url.searchParams.get('upload_id');
  if (method === 'POST' && id === null) {
    if (url.searchParams.get('uploadType') !== 'resumable')
      throw new ApiError('notImplemented', 'The fake has resumable uploads only');
    const job = jsonOf(body, 'IJob') as Job;
    const location = new URL(url.pathname, `http://${request.headers.host}`);
    location.searchParams.set('uploadType', 'resumable');
    location.searchParams.set('upload_id', uploads.start(job));
    return { status: 200, body: undefined, headers: { location: location.href } };
  }
  if (method !== 'PUT' || id === null)
    throw new ApiError('notImplemented', `The fake doesn't have ${method} of an upload`);
  const step = uploads.put(id, request.headers['content-range'], body);
  if (step.kind === 'more') {
    const range = step.received === 0 ? {} : { range: `bytes=0-${step.received - 1}` };
    return { status: 308, body: undefined, headers: range };
  }
  if (step.kind === 'answered') return { status: 200, body: step.answer };
  const answer = jobResource(jobs.insert(step.job, step.media));
  checkAnswer(answer, 'IJob');
  step.done(answer);
  return { status: 200, body: answer };
}
