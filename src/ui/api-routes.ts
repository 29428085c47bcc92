import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { type ActionRequest, READ_AT_HEADER, UNREAD_HEADER } from './api';
import { commandOf } from './command-of';
import { SMALLEST_COMPRESSED, takes } from './compress';
import { jsonBody, ownPage, sameSite, type UiContext, type UiEnv } from './guards';
import { jsonText } from './json-text';
import * as model from './read-model';
import { Refusal } from './refusal';
import { requests } from './requests';
import type { Service } from './service';
import type { Reading } from './shared-reader';

const MOST_BODY_BYTES = 64 * 1024;
const DEEPEST_BODY = 100;

/** What `api.ts` lists, below `/api`. */
export function apiRoutes(service: Service): Hono<UiEnv> {
  const api = new Hono<UiEnv>();
  api.use(sameSite);
  readings(api, service);
  plans(api, service);
  actions(api, service);
  api.get('/events', (c) => events(c, service));
  api.all('*', (c) => {
    throw new Refusal(404, 'NOT_FOUND', `There is no ${c.req.method} ${c.req.path} in this API.`);
  });
  return api;
}

/** What is read once for all pages. */
function readings(api: Hono<UiEnv>, service: Service): void {
  const { config } = service;
  const overview = (): Reading => ({
    key: 'overview',
    topic: 'overview',
    billed: service.isBilled('overview'),
    readAtField: 'now',
    read: () => service.bounded(() => model.overview(service.client)),
  });
  /** A part of a pipeline, by its query. @throws PIPELINE_UNKNOWN */
  const part = <Q extends object>(
    c: UiContext,
    options: {
      readonly name: string;
      readonly query: Q;
      readonly live?: boolean;
      readonly read: (pipeline: string, query: Q) => Promise<unknown>;
    },
  ): Promise<Response> => {
    const pipeline = c.req.param('pipeline') ?? '';
    service.client.entry(pipeline);
    const { name, query, live, read } = options;
    const topic = `pipeline:${pipeline}`;
    return send(c, service, {
      key: JSON.stringify([name, pipeline, query]),
      topic,
      // what a load has written is the same later: it isn't read for nothing
      billed: live !== false && service.isBilled(topic),
      live,
      read: () => service.bounded(() => read(pipeline, query)),
    });
  };
  api.get('/session', async (c) => json(c, await service.session()));
  api.get('/overview', (c) => send(c, service, overview()));
  api.get('/pipelines/:pipeline/grid', (c) =>
    part(c, {
      name: 'grid',
      query: requests.grid(c.req.query()),
      read: (pipeline, query) => model.grid(service.client, pipeline, query),
    }),
  );
  api.get('/pipelines/:pipeline/interval', (c) =>
    part(c, {
      name: 'interval',
      query: requests.at(c.req.query()),
      read: (pipeline, { at }) =>
        model.interval(service.client, { pipeline, at, memo: service.loads, config }),
    }),
  );
  api.get('/pipelines/:pipeline/rows', (c) =>
    part(c, {
      name: 'rows',
      query: requests.rows(c.req.query()),
      live: false,
      read: (pipeline, query) => model.rows(service.client, pipeline, query),
    }),
  );
  api.get('/pipelines/:pipeline/history', (c) =>
    part(c, {
      name: 'history',
      query: {},
      read: (pipeline) => model.history(service.client, pipeline),
    }),
  );
  api.get('/preview', (c) => {
    const request = requests.preview(c.req.query());
    return json(c, service.client.previewSchedule(request));
  });
}

/** What would be done. Starts nothing. */
function plans(api: Hono<UiEnv>, service: Service): void {
  const { config } = service;
  api.use('/plans/*', onlyPost, jsonBody, smallBody);
  api.use('/commands', onlyPost, jsonBody, smallBody);
  api.post('/plans/backfill', async (c) => {
    const request = requests.backfill(await bodyOf(c));
    return json(c, await service.bounded(() => model.backfillPlan(service.client, request, config)));
  });
  api.post('/plans/run', async (c) =>
    json(c, model.runPlan(service.client, requests.run(await bodyOf(c)), config)),
  );
  api.post('/commands', async (c) =>
    json(c, { command: commandOf(requests.action(await bodyOf(c)), { config }) }),
  );
}

function actions(api: Hono<UiEnv>, service: Service): void {
  api.use('/actions', onlyPost, ownPage, jsonBody, smallBody);
  api.post('/actions', async (c) => {
    const request: ActionRequest = requests.actionRequest(await bodyOf(c));
    return json(c, await service.act(request));
  });
}

function events(c: UiContext, service: Service): Response {
  const { pipeline } = requests.events(c.req.query());
  if (pipeline !== undefined) service.client.entry(pipeline);
  const topics = ['overview', ...(pipeline === undefined ? [] : [`pipeline:${pipeline}`])];
  c.header('content-type', 'text/event-stream; charset=utf-8');
  // a proxy that collects answers would hold them back
  c.header('x-accel-buffering', 'no');
  // nobody would read, or end, the stream of an answer without a body
  if (c.req.method === 'HEAD') return c.body(null);
  return c.body(service.listeners.listen(topics, c.env.incoming.socket));
}

/** Sends what was read, or that it is what the page has already. */
async function send(c: UiContext, { reader }: Service, reading: Reading): Promise<Response> {
  const answer = await reader.answer(reading);
  c.header('etag', answer.etag);
  c.header('vary', 'accept-encoding');
  if (answer.unread !== undefined) c.header(UNREAD_HEADER, encodeURIComponent(answer.unread));
  if (answer.readAt !== undefined) c.header(READ_AT_HEADER, new Date(answer.readAt).toISOString());
  if (c.req.header('if-none-match') === answer.etag) return c.body(null, 304);
  c.header('content-type', 'application/json; charset=utf-8');
  if (answer.body.length < SMALLEST_COMPRESSED || !takes(c.req.header('accept-encoding') ?? '', 'gzip'))
    return c.body(answer.body);
  c.header('content-encoding', 'gzip');
  return c.body(await answer.gzipped());
}

const json = (c: Context, value: unknown): Response =>
  c.body(jsonText(value), 200, { 'content-type': 'application/json; charset=utf-8' });

async function bodyOf(c: UiContext): Promise<unknown> {
  const body = parsed(await c.req.text());
  if (isDeeper(body, DEEPEST_BODY))
    throw new Refusal(400, 'BODY_INVALID', `The body is nested deeper than ${DEEPEST_BODY} levels.`);
  return body;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'BODY_INVALID', 'The body is not JSON.');
  }
}

/** Whether lists and objects are nested deeper: what looks through them would run out of stack. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

const smallBody = bodyLimit({
  maxSize: MOST_BODY_BYTES,
  onError: () => {
    throw new Refusal(413, 'BODY_TOO_LARGE', `The body has more than ${MOST_BODY_BYTES / 1024} KB.`);
  },
});

async function onlyPost(c: Context, next: () => Promise<void>): Promise<void> {
  if (c.req.method !== 'POST') {
    c.header('allow', 'POST');
    throw new Refusal(405, 'METHOD_REFUSED', `${c.req.path} takes POST only.`);
  }
  await next();
}
