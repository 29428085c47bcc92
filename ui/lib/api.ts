import { ACTION_HEADER, type ApiError } from '../../src/ui/api';

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

/** The JSON at a path such as `/api/overview`. Rejects with {@link ApiFailure}, and with an `AbortError` where the signal says so. */
export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, { signal: signal ?? null });
}

/** Sends JSON, with the header that shows that this page sends it. Rejects as {@link get}. */
export function post<T>(path: string, body: unknown): Promise<T> {
  return ask<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [ACTION_HEADER]: '1' },
    body: JSON.stringify(body),
  });
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

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const response = await reach(path, init);
  if (!response.ok) throw await readFailure(response);
  try {
    return (await response.json()) as T;
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiFailure(
      'ANSWER_INVALID',
      'The server’s answer was cut off or isn’t JSON. Ask again.',
      response.status,
    );
  }
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
