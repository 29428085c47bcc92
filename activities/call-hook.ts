import { request } from 'undici';
import { type Hook, isSecret } from '../src/config';

/** A hook is told of a run, it isn't part of it. */
const WITHIN_MS = 10_000;

/**
 * Calls a function, or posts to a webhook.
 * @throws what the function throws; an error for an answer that is not 2xx, or that takes longer than 10 seconds
 */
export async function callHook(
  hook: Hook,
  event: object,
  signal: AbortSignal,
  withinMs: number = WITHIN_MS,
): Promise<void> {
  const limit = new AbortController();
  const late = new Error(`the hook took longer than ${withinMs / 1000} s`);
  const timer = setTimeout(() => limit.abort(late), withinMs);
  const cancel = (): void => limit.abort(signal.reason);
  signal.addEventListener('abort', cancel, { once: true });
  const ended = new Promise<never>((_resolve, reject) => {
    limit.signal.addEventListener('abort', () => reject(limit.signal.reason), { once: true });
  });
  try {
    if (signal.aborted) cancel();
    await Promise.race([send(hook, event, limit.signal), ended]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  }
}

async function send(hook: Hook, event: object, signal: AbortSignal): Promise<void> {
  if (typeof hook === 'function') {
    await hook({ ...event });
    return;
  }
  const headers = Object.entries(hook.headers ?? {}).map(
    ([name, value]) => [name, isSecret(value) ? value.reveal() : value] as const,
  );
  const { statusCode, body } = await request(hook.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...Object.fromEntries(headers) },
    body: JSON.stringify(event),
    signal,
  });
  await body.dump();
  if (statusCode < 200 || statusCode > 299) throw new Error(`the webhook answered ${statusCode}`);
}
