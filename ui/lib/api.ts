import { ACTION_HEADER, type ApiError, READ_AT_HEADER, UNREAD_HEADER } from '../../src/ui/api';

/** An answer that isn't what was asked for. `status` is 0 where the server wasn't reached. */
export class ApiFailure extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = 'ApiFailure';
    this.code = code;
    this.status = status;
  }
}

/** Why an answer is what was read earlier. */
export interface Earlier {
  /** When it was read, a UTC instant; undefined of a server that doesn't say so. */
  readonly at: string | undefined;
  readonly why: string;
}

/** What a path was answered with. */
export interface Answer<T> {
  readonly data: T;
  /** Undefined where it was read now. */
  readonly earlier: Earlier | undefined;
}

/** The JSON at a path such as `/api/overview`. Rejects with {@link ApiFailure}, and with an `AbortError` where the signal says so. */
export function read<T>(path: string, signal: AbortSignal): Promise<Answer<T>> {
  return ask<T>(path, { signal });
}

/** Sends JSON, with the header that shows that this page sends it. Rejects as {@link read}. */
export async function post<T>(path: string, body: unknown): Promise<T> {
  const { data } = await ask<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [ACTION_HEADER]: '1' },
    body: JSON.stringify(body),
  });
  return data;
}

/** Whether an error only says that the answer isn't wanted any more. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** Any thrown value as a failure to show. */
export function failureOf(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  return new ApiFailure('PAGE', error instanceof Error ? error.message : String(error), 0);
}

async function ask<T>(path: string, init: RequestInit): Promise<Answer<T>> {
  const response = await reach(path, init);
  if (!response.ok) throw await readFailure(response);
  try {
    return { data: (await response.json()) as T, earlier: earlierOf(response) };
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiFailure(
      'ANSWER_INVALID',
      'The server’s answer was cut off or isn’t JSON. Ask again.',
      response.status,
    );
  }
}

function earlierOf({ headers }: Response): Earlier | undefined {
  const why = headers.get(UNREAD_HEADER);
  if (why === null) return undefined;
  return { at: headers.get(READ_AT_HEADER) ?? undefined, why: decodeURIComponent(why) };
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, credentials: 'same-origin', cache: 'no-store' });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiFailure('UNREACHED', 'The server can’t be reached. Is `tidemark ui` still running?', 0);
  }
}

async function readFailure(response: Response): Promise<ApiFailure> {
  const body = (await response.json().catch(() => undefined)) as Partial<ApiError> | undefined;
  const { code = 'HTTP', message = `The server answered with status ${response.status}.` } =
    body?.error ?? {};
  return new ApiFailure(code, message, response.status);
}
