import { shown, TidemarkError } from '../errors';
import type { HttpClient } from '../http';
import { unexpectedBody } from '../http';
import { isThenable } from './steps';

/** The pages of a resource, pulled one at a time. */
export interface PagePuller {
  /** The next page, undefined after the last one. */
  next(): Promise<readonly unknown[] | undefined>;
  /** Runs the author's `finally`, unless it hangs in a call that was cancelled. */
  close(): Promise<void>;
}

/** What an `extract` returned, as an iterator of pages. */
function iteratorOf(returned: unknown, resource: string): AsyncIterator<unknown> | Iterator<unknown> {
  // a list returned as a whole is one page, unless it holds pages
  if (Array.isArray(returned))
    return (returned.some(Array.isArray) ? returned : [returned])[Symbol.iterator]();
  if (typeof returned === 'object' && returned !== null) {
    if (Symbol.asyncIterator in returned) return (returned as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    if (Symbol.iterator in returned) return (returned as Iterable<unknown>)[Symbol.iterator]();
  }
  if (returned === undefined || returned === null)
    throw new TidemarkError(
      'RESOURCE_INVALID',
      `The "extract" of the resource "${resource}" returned "${shown(returned)}"; write it as async *extract(…) and yield pages, or return them.`,
    );
  return [returned][Symbol.iterator]();
}

function pageOf(value: unknown, resource: string, http: HttpClient | undefined): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value !== undefined && value !== null) return [value];
  const problem = `lacks what the resource "${resource}" takes from it: "${shown(value)}" was yielded`;
  if (http?.lastAnswer !== undefined) throw unexpectedBody(http.lastAnswer, problem);
  throw new TidemarkError(
    'HTTP_UNEXPECTED_BODY',
    `The resource "${resource}" yielded "${shown(value)}" instead of a page; the field that it reads is probably not in the answer.`,
  );
}

/**
 * Pulls pages one at a time: the author's code doesn't run on until the next one is asked for.
 *
 * @param start calls the author's `extract`
 */
export function pullPages(
  start: () => unknown,
  options: { readonly resource: string; readonly signal: AbortSignal; readonly http: HttpClient | undefined },
): PagePuller {
  const { resource, signal, http } = options;
  let iterator: AsyncIterator<unknown> | Iterator<unknown> | undefined;

  async function step(): Promise<readonly unknown[] | undefined> {
    if (iterator === undefined) {
      const returned = start();
      iterator = iteratorOf(isThenable(returned) ? await returned : returned, resource);
    }
    const result = await iterator.next();
    if (result.done) return undefined;
    const value: unknown = isThenable(result.value) ? await result.value : result.value;
    return pageOf(value, resource, http);
  }

  return {
    async next() {
      signal.throwIfAborted();
      let leave = (): void => {};
      const aborted = new Promise<never>((_, reject) => {
        leave = () => reject(signal.reason);
        signal.addEventListener('abort', leave, { once: true });
      });
      try {
        // a call that ignores the signal must not hold up a cancellation
        return await Promise.race([step(), aborted]);
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
    async close() {
      const closing = Promise.resolve(iterator?.return?.());
      if (signal.aborted) closing.catch(() => {});
      else await closing;
    },
  };
}
