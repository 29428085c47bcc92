import { request } from 'undici';
import { type Hook, isSecret } from '../config';
import { anySignal } from '../value';

/** A hook hears of a run, it isn't part of it. */
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
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new Error(`the hook took longer than ${withinMs / 1000} s`)),
    withinMs,
  );
  const either = anySignal([signal, late.signal]);
  const ended = new Promise<never>((_resolve, reject) => {
    const end = (): void => reject(either.signal.reason);
    if (either.signal.aborted) end();
    either.signal.addEventListener('abort', end);
  });
  try {
    await Promise.race([send(hook, event, either.signal), ended]);
  } finally {
    clearTimeout(timer);
    either.dispose();
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
