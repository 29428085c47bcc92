import { type Dispatcher, errors } from 'undici';
import { BodyTooLarge } from './unpack';

/** An answer with its whole body, as it came over the wire. */
interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** A request that was sent and is not yet answered. */
interface PendingAnswer {
  /** Rejected with the failure of the connection, or with the reason given to `abort`. */
  readonly answer: Promise<RawAnswer>;
  abort(reason: Error): void;
}

interface CollectOptions extends Omit<Dispatcher.DispatchOptions, 'origin' | 'path'> {
  /** The most bytes of a body. */
  readonly limit: number;
}

/**
 * Sends a request and collects its answer: a body that is wanted whole needs neither undici's stream nor its events and
 * pauses, which cost more than the copying.
 */
export function collect(
  dispatcher: Dispatcher,
  url: string,
  { limit, ...options }: CollectOptions,
): PendingAnswer {
  let running: Dispatcher.DispatchController | undefined;
  let aborted: Error | undefined;
  const answer = new Promise<RawAnswer>((resolve, reject) => {
    const { origin, pathname, search } = new URL(url);
    if (!/^https?:/.test(origin))
      throw new errors.InvalidArgumentError('the address must begin with http: or https:');
    let status = 0;
    let headers: RawAnswer['headers'] = {};
    const chunks: Buffer[] = [];
    let length = 0;
    const sent = { ...options, origin, path: `${pathname}${search}` };
    dispatcher.dispatch(sent, {
      onRequestStart(controller) {
        running = controller;
        if (aborted !== undefined) controller.abort(aborted);
      },
      // the last one counts: answers of 1xx come before it, without a body
      onResponseStart(_, itsStatus, itsHeaders) {
        status = itsStatus;
        headers = itsHeaders;
      },
      onResponseData(controller, chunk) {
        chunks.push(chunk);
        length += chunk.length;
        if (length > limit) controller.abort(new BodyTooLarge(limit));
      },
      onResponseEnd: () => resolve({ status, headers, body: joined(chunks) }),
      onResponseError: (_, error) => reject(error),
    });
  });
  return {
    answer,
    abort(reason) {
      aborted ??= reason;
      running?.abort(aborted);
    },
  };
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  const body = Buffer.allocUnsafe(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}
