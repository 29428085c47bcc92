import { Agent, errors } from 'undici';
import { redact } from '../config';
import { TidemarkError } from '../errors';
import { type BodyText, bodyText } from './body-text';
import { collect } from './collect';
import type { HttpTimeouts } from './options';
import type { HttpMethod } from './types';
import { BodyTooLarge, bodyLimit, unpacked } from './unpack';
import { cancelled } from './wait';

export interface Answer extends BodyText {
  readonly method: HttpMethod;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the body as they came. */
  readonly bytes: number;
  readonly url: string;
  /** Whether a response action takes it for one without rows. */
  readonly ignored?: boolean;
}

interface SendOptions {
  readonly method: HttpMethod;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly timeouts: Required<HttpTimeouts>;
  /** What bodies are in, whatever they say. */
  readonly charset: string | undefined;
  /** The most bytes of a body, unpacked. */
  readonly maxBodySize: number | undefined;
  readonly signal: AbortSignal;
}

/** Connections are kept and shared; idle ones don't keep the process alive. */
const agents = new Map<number, Agent>();

function agentFor(connectTimeout: number): Agent {
  const known = agents.get(connectTimeout);
  if (known !== undefined) return known;
  const made = new Agent({ connect: { timeout: connectTimeout } });
  agents.set(connectTimeout, made);
  return made;
}

/** An address as a message may show it. */
export const redactedUrl = (url: string): string => redact(url.replace(/\/\/[^/?#]*@/, '//'));

/**
 * One request, once. Any answer is a value; what keeps an answer from coming is thrown.
 *
 * @throws HTTP_TIMEOUT, HTTP_NETWORK, CANCELLED; HTTP_UNEXPECTED_BODY for a body larger than it may be
 */
export async function send({
  method,
  url,
  headers,
  body: sent,
  timeouts,
  charset,
  maxBodySize,
  signal,
}: SendOptions): Promise<Answer> {
  const about = (): string => `${method} ${redactedUrl(url)}`;
  if (signal.aborted) throw cancelled(signal, about());
  const limit = bodyLimit(maxBodySize);
  const attempt = collect(agentFor(timeouts.connect), url, {
    limit,
    method,
    body: sent ?? null,
    headers: { 'accept-encoding': 'gzip, deflate, br', ...headers },
    headersTimeout: timeouts.headers,
    bodyTimeout: timeouts.body,
  });
  const stop = (): void => attempt.abort(new errors.RequestAbortedError());
  signal.addEventListener('abort', stop, { once: true });
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    stop();
  }, timeouts.total);
  try {
    const { status, headers: answered, body } = await attempt.answer;
    const flat = Object.fromEntries(
      Object.entries(answered).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    );
    const plain = await unpacked(body, flat['content-encoding'], limit);
    return {
      ...bodyText(plain, { contentType: flat['content-type'], charset }),
      method,
      status,
      headers: flat,
      bytes: body.length,
      url,
    };
  } catch (error) {
    if (signal.aborted) throw cancelled(signal, about());
    if (error instanceof BodyTooLarge) throw tooLargeError(error, about());
    throw transportError(error, about(), expired ? timeouts.total : undefined);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

const tooLargeError = ({ limit }: BodyTooLarge, about: string): TidemarkError =>
  new TidemarkError(
    'HTTP_UNEXPECTED_BODY',
    `${about} is answered with more than ${limit.toLocaleString('en')} bytes, unpacked, which is all that "http.maxBodySize" allows. Ask for smaller pages, or raise it.`,
    { details: { maxBodySize: limit } },
  );

/** Codes of connections that were never established: the server has seen nothing of the request. */
const UNREACHED = new Set(
  'ECONNREFUSED ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH UND_ERR_CONNECT_TIMEOUT'.split(' '),
);

const codeOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;

/** Whether a request failed before the server can have seen any of it. */
export const neverReached = (error: TidemarkError): boolean => error.details['reached'] === false;

function transportError(error: unknown, about: string, totalMs: number | undefined): TidemarkError {
  const code = codeOf(error);
  const options = {
    cause: error,
    details: { reached: totalMs !== undefined || !UNREACHED.has(code ?? '') },
  };
  const timeout = (problem: string): TidemarkError =>
    new TidemarkError('HTTP_TIMEOUT', `${about}${problem}`, options);
  if (totalMs !== undefined) return timeout(` took longer than ${totalMs} ms in all.`);
  if (error instanceof errors.ConnectTimeoutError) return timeout(': no connection in time.');
  if (error instanceof errors.HeadersTimeoutError) return timeout(': the answer did not begin in time.');
  if (error instanceof errors.BodyTimeoutError) return timeout(': the answer stalled.');
  const message = redact(error instanceof Error ? error.message : String(error));
  return new TidemarkError(
    'HTTP_NETWORK',
    `${about} got no answer${code === undefined ? '' : ` (${code})`}: ${message || 'the connection failed'}.`,
    options,
  );
}
