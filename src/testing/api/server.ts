import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'lossless-json';
import { makeFaultPlan } from './faults';
import { makeLimits } from './limits';
import { checkEmulator } from './option-checks';
import { encodeReply, type WireReply } from './reply';
import { makeRouter, selectorOf } from './routes';
import type {
  AuthChecker,
  Emulator,
  EmulatorOptions,
  EmulatorRequest,
  Fault,
  Reply,
  SeenRequest,
} from './types';

const NO_ROUTE: Reply = { status: 404, body: { error: 'not found' } };
const REFUSAL: Reply = { status: 401, body: { error: 'unauthorized' } };
const HTML = '<!doctype html><html><body>Down for maintenance</body></html>';

/** What is left of an answer's body: half of it, as if it were all (`text`), or before the connection breaks (`connection`). */
type HalfBody = 'text' | 'connection' | undefined;

/** How a request is answered: by an answer, with the whole body or half of it, or by a connection that breaks. */
type Outcome =
  | { readonly answer: Reply; readonly identity?: string | undefined; readonly half: HalfBody }
  | 'cut';

/**
 * Serves an API on a loopback port: routes behind credentials and rate limits, with faults on demand. Every request is
 * remembered. It ends with `close`, or at the end of an `await using`.
 *
 * @throws CONFIG_INVALID for an option that doesn't exist, a value that isn't accepted, a route that isn't `GET /path`
 * @example
 * const emulator = await startEmulator({
 *   auth: bearerAuth('token'),
 *   routes: { 'GET /users/:id': ({ params }) => reply({ body: { id: params.id } }) },
 * });
 * emulator.faults.inject({ kind: 'status', status: 503, at: 2 });
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  checkEmulator(options);
  const { now = Date.now } = options;
  const checkers: readonly AuthChecker[] = [options.auth ?? []].flat();
  const openRoute = makeRouter(Object.assign({}, ...checkers.map(({ routes }) => routes)));
  const route = makeRouter(options.routes);
  const openly = (options.open ?? []).map(selectorOf);
  const limit = makeLimits(options.limits ?? []);
  const faults = makeFaultPlan(options.faults ?? []);
  const requests: SeenRequest[] = [];
  let origin = '';

  async function answered(request: EmulatorRequest): Promise<Reply> {
    const { headers, refusal } = limit(request);
    if (refusal !== undefined) return refusal;
    const found = route(request.method, request.path);
    const { handler, params } = found ?? { handler: options.notFound ?? (() => NO_ROUTE), params: {} };
    const answer = await handler({ ...request, params });
    return { ...answer, headers: { ...headers, ...answer.headers } };
  }

  async function handled(
    request: EmulatorRequest,
  ): Promise<{ readonly answer: Reply; readonly identity?: string | undefined }> {
    const giver = openRoute(request.method, request.path);
    if (giver !== undefined) return { answer: await giver.handler({ ...request, params: giver.params }) };
    const identity = checkers.map((checker) => checker.check(request)).find((one) => one !== undefined);
    if (checkers.length > 0 && identity === undefined && !openly.some((isOpen) => isOpen(request)))
      return { answer: checkers[0]?.refusal ?? REFUSAL };
    return { answer: await answered({ ...request, identity }), identity };
  }

  async function outcomeOf(request: EmulatorRequest): Promise<Outcome> {
    let half: HalfBody;
    for (const fault of faults.of(request)) {
      if (fault.kind === 'cut') return 'cut';
      if (fault.kind === 'cutBody') half = 'connection';
      else if (fault.kind === 'brokenJson') half = 'text';
      else if (fault.kind === 'slow') await delay(fault.ms);
      else if (fault.kind === 'expireToken') for (const checker of checkers) checker.expire?.();
      else return { answer: answerOf(fault), half };
    }
    return { ...(await handled(request)), half };
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming, { number: requests.length + 1, origin, now: now() });
    const { params: _, ...remembered } = request;
    const place = requests.push({ ...remembered, status: 0 }) - 1;
    const number = place + 1;
    const outcome = await outcomeOf({ ...request, number }).catch((error: unknown) => ({
      answer: { status: 500, body: { error: String(error) } },
      half: undefined,
    }));
    if (outcome === 'cut') return void incoming.socket.destroy();
    const wire = encodeReply(outcome.answer);
    const identity = 'identity' in outcome ? outcome.identity : undefined;
    requests[place] = { ...remembered, number, identity, status: wire.status };
    sendReply(response, wire, { half: outcome.half, now: request.now, method: request.method });
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= new Promise((resolve, reject) => {
      server.close((error) => (error === undefined ? resolve() : reject(error)));
      server.closeAllConnections();
    });
    return closed;
  };
  return {
    url: origin,
    requests,
    faults: { inject: faults.inject, clear: faults.clear },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function answerOf(
  fault: Exclude<Fault, { kind: 'cut' | 'cutBody' | 'brokenJson' | 'slow' | 'expireToken' }>,
): Reply {
  if (fault.kind === 'html')
    return { headers: { 'content-type': 'text/html; charset=utf-8' }, body: fault.text ?? HTML };
  if (fault.kind === 'redirect') return { status: fault.status ?? 302, headers: { location: fault.to } };
  const { status, headers = {}, body = { error: `fault ${status}` } } = fault;
  return { status, headers, body };
}

async function readRequest(
  incoming: IncomingMessage,
  { number, origin, now }: { number: number; origin: string; now: number },
): Promise<EmulatorRequest> {
  incoming.setEncoding('utf8');
  let text = '';
  for await (const piece of incoming) text += piece as string;
  const { method = 'GET', url = '/', headers } = incoming;
  const address = new URL(url, origin);
  const type = headers['content-type'] ?? '';
  return {
    number,
    method,
    path: address.pathname,
    url,
    origin,
    params: {},
    query: address.searchParams,
    headers,
    text,
    json: type.includes('json') && text !== '' ? jsonOf(text) : undefined,
    form: new URLSearchParams(type.includes('x-www-form-urlencoded') ? text : ''),
    identity: undefined,
    now,
  };
}

function jsonOf(text: string): unknown {
  try {
    return parse(text, undefined, {
      parseNumber: (digits) =>
        /^-?\d{16,}$/.test(digits) && !Number.isSafeInteger(Number(digits)) ? BigInt(digits) : Number(digits),
    });
  } catch {
    return undefined;
  }
}

function sendReply(
  response: ServerResponse,
  { status, headers, body }: WireReply,
  { half: cut, now, method }: { half: HalfBody; now: number; method: string },
): void {
  if (response.destroyed) return;
  response.sendDate = false;
  const half = body.subarray(0, Math.floor(body.length / 2));
  const sent = cut === 'text' ? half : body;
  if (status !== 204 && status !== 304) response.setHeader('content-length', sent.length);
  response.writeHead(status, { date: new Date(now).toUTCString(), ...headers });
  if (cut !== 'connection') return void response.end(method === 'HEAD' ? undefined : sent);
  response.write(half, () => response.destroy());
}
