import type { EmulatorRequest, Reply } from '../api';
import { recordBody, textOf } from './body';
import { hideInText, keptHeaders } from './hide';
import { learnFromHeaders } from './learn';
import { ORIGIN, withOrigin } from './origin';
import type { RecordedAnswer } from './recording';

/** Headers of a request that belong to its connection. */
const OF_CONNECTION = new Set([
  ...['host', 'connection', 'keep-alive', 'content-length', 'transfer-encoding', 'te', 'upgrade', 'expect'],
  'accept-encoding',
]);

/** An answer of the API, or why there is none. */
type Asked = { readonly response: Response } | { readonly failure: string };

/** Asks the API what the recorder was asked, and follows no redirect. */
export async function ask(
  upstream: string,
  { method, url, headers, text: body }: EmulatorRequest,
): Promise<Asked> {
  const sent = Object.entries(headers).filter(
    (header): header is [string, string] => typeof header[1] === 'string' && !OF_CONNECTION.has(header[0]),
  );
  try {
    const response = await fetch(`${upstream}${url}`, {
      method,
      headers: sent,
      redirect: 'manual',
      ...(body === '' ? {} : { body }),
    });
    return { response };
  } catch (error) {
    // by what it has: within Jest an error of fetch is no instance of the Error that is known here
    const { message, cause } = error as { message?: string; cause?: { message?: string } };
    return { failure: hideInText(String(cause?.message ?? message)) };
  }
}

/** The answer as a file keeps it. */
export function answerOf(response: Response, bytes: Uint8Array, upstream: string): RecordedAnswer {
  learnFromHeaders(response.headers);
  const kept = (value: string): string => withOrigin(value, upstream, ORIGIN);
  const body = textOf(bytes);
  return {
    status: response.status,
    headers: Object.fromEntries(
      Object.entries(keptHeaders(response.headers)).map(([name, value]) => [name, kept(value)]),
    ),
    ...recordBody(
      body === undefined ? bytes : new TextEncoder().encode(kept(body)),
      response.headers.get('content-type') ?? '',
    ),
  };
}

/** The answer as the source gets it: all of it, but what belongs to the connection; links lead to the recorder. */
export function replyOf(
  response: Response,
  bytes: Uint8Array,
  { from, to }: { from: string; to: string },
): Reply {
  const dropped = [
    'content-encoding',
    'content-length',
    'transfer-encoding',
    'connection',
    'keep-alive',
    'set-cookie',
  ];
  const headers = [...response.headers]
    .filter(([name]) => !dropped.includes(name))
    .map(([name, value]) => [name, withOrigin(value, from, to)] as const);
  const body = textOf(bytes);
  return {
    status: response.status,
    headers: Object.fromEntries(headers),
    ...(bytes.length === 0 ? {} : { body: body === undefined ? bytes : withOrigin(body, from, to) }),
  };
}
