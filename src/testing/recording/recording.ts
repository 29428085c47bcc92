import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, stringify } from 'lossless-json';
import { shown, TidemarkError } from '../../errors';
import { isPlainObject } from '../../value';
import type { RecordedBody } from './body';

/** A request as a file keeps it, without secrets. Its headers aren't kept. */
export interface RecordedRequest extends RecordedBody {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
}

export interface RecordedAnswer extends RecordedBody {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** One file of a folder of recorded answers. */
export interface Recording {
  readonly request: RecordedRequest;
  readonly answer: RecordedAnswer;
}

/** `0002-GET-v1-orders.json`: in the order in which they were asked. */
const NAME = /^\d{4,}-[A-Z]+(-.*)?\.json$/;

export function fileName(number: number, { method, path: at }: RecordedRequest): string {
  const words = at
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  return `${String(number).padStart(4, '0')}-${method}${words === '' ? '' : `-${words}`}.json`;
}

/** The text of a file: JSON on lines, so that a change of an answer is read line by line. */
export const fileText = (recording: Recording): string => `${stringify(recording, undefined, 2)}\n`;

/** Names of the recorded answers in a folder, in their order; none where there is no folder. */
export async function recordedFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => NAME.test(name))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

/** @throws CONFIG_INVALID for a file that is no recorded answer */
export async function readRecording(folder: string, name: string): Promise<Recording> {
  const file = path.join(folder, name);
  const content: unknown = await readFile(file, 'utf8')
    .then((text) => parse(text))
    .catch((error: unknown) => error);
  const { request, answer } = isPlainObject(content) ? content : {};
  const isOne =
    isPlainObject(request) &&
    isPlainObject(answer) &&
    typeof request['method'] === 'string' &&
    typeof request['path'] === 'string' &&
    isPlainObject(request['query'] ?? {}) &&
    isPlainObject(answer['headers'] ?? {});
  const status = Number(isOne ? String(answer['status']) : Number.NaN);
  if (isOne && Number.isInteger(status) && status >= 100 && status < 600)
    return {
      request: { ...request, query: request['query'] ?? {} } as unknown as RecordedRequest,
      answer: { ...answer, status, headers: answer['headers'] ?? {} } as unknown as RecordedAnswer,
    };
  throw new TidemarkError(
    'CONFIG_INVALID',
    `"${shown(file)}" is not a recorded answer: it needs "request" with "method", "path" and "query", and "answer" with "status" and "headers".`,
    { cause: content },
  );
}
