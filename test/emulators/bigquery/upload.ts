import { randomUUID } from 'node:crypto';
import { ApiError } from './api-error';
import type { Job } from './rest-types';

/** One resumable upload: what has been sent so far, and the job it led to. */
interface UploadSession {
  readonly job: Job;
  parts: Buffer[];
  received: number;
  answer: unknown;
}

/** What a `PUT` comes to: more is wanted, or the job's media is whole. */
type UploadStep =
  | { readonly kind: 'more'; readonly received: number }
  | { readonly kind: 'answered'; readonly answer: unknown }
  | { readonly kind: 'whole'; readonly job: Job; readonly media: Buffer; done(answer: unknown): void };

/** Resumable uploads, as Google's media endpoints have them. */
export class Uploads {
  readonly #sessions = new Map<string, UploadSession>();

  /** @returns the id of the session */
  start(job: Job): string {
    const id = randomUUID();
    this.#sessions.set(id, { job, parts: [], received: 0, answer: undefined });
    return id;
  }

  /** @param range the header Content-Range: `bytes 0-9/10`, `bytes 0-9/*`, or `bytes *` and the total to ask how much is there */
  put(id: string, range: string | undefined, body: Buffer): UploadStep {
    const session = this.#sessions.get(id);
    if (session === undefined) throw new ApiError('notFound', `The upload "${id}" was not found`);
    if (session.answer !== undefined) return { kind: 'answered', answer: session.answer };
    const { first, total } = rangeOf(range, body.length, session.received);
    if (first !== undefined) {
      if (first !== session.received)
        throw new ApiError(
          'badRequest',
          `Invalid request. The next byte is ${session.received}, not ${first}.`,
          400,
        );
      session.parts.push(body);
      session.received += body.length;
    }
    if (total === undefined || session.received < total) return { kind: 'more', received: session.received };
    return {
      kind: 'whole',
      job: session.job,
      media: joined(session.parts),
      done(answer) {
        session.answer = answer;
        session.parts = [];
      },
    };
  }
}

interface Range {
  /** Undefined where nothing is sent, only asked. */
  readonly first: number | undefined;
  /** Undefined where more will come. */
  readonly total: number | undefined;
}

function rangeOf(header: string | undefined, length: number, received: number): Range {
  if (header === undefined) return { first: received, total: received + length };
  const match = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(header);
  const [, first, last, total] = match ?? [];
  if (match === null || (first !== undefined && Number(last) - Number(first) + 1 !== length))
    throw new ApiError('badRequest', `Invalid Content-Range: ${header} for ${length} bytes`, 400);
  return {
    first: first === undefined ? undefined : Number(first),
    total: total === '*' ? undefined : Number(total),
  };
}

const joined = (parts: readonly Buffer[]): Buffer =>
  parts.length === 1
    ? parts[0]!
    : Buffer.from(parts.map((part) => part.toString('latin1')).join(''), 'latin1');
