import { stringify } from 'lossless-json';
import type { Reply } from './types';

/** An answer: `reply({ body: rows })`, `reply({ status: 404, body: { message: 'Not Found' } })`. */
export const reply = (answer: Reply): Reply => answer;

/** An answer as it goes over the wire. */
export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function encodeReply({ status = 200, headers = {}, body }: Reply): WireReply {
  const given = Object.fromEntries(
    Object.entries(headers)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  const [bytes, type] =
    body === undefined
      ? [Buffer.alloc(0), undefined]
      : body instanceof Uint8Array
        ? [Buffer.from(body), 'application/octet-stream']
        : typeof body === 'string'
          ? [Buffer.from(body), 'text/plain; charset=utf-8']
          : [Buffer.from(stringify(body) ?? 'null'), 'application/json; charset=utf-8'];
  return {
    status,
    headers: type === undefined ? given : { 'content-type': type, ...given },
    body: bytes,
  };
}
