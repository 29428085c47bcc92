import { Context } from '@temporalio/activity';

/** Often enough for a person to watch; the SDK sends fewer on where they come too fast. */
const HEARTBEAT_EVERY_MS = 1_000;

/**
 * Does something in the current activity, beating until its end: what doesn't beat has a dead worker. What takes less than
 * a second needs no beat, and costs none.
 *
 * @param details what a beat says; by default nothing
 */
export async function whileBeating<T>(
  work: () => Promise<T>,
  details: () => unknown = () => null,
): Promise<T> {
  const context = Context.current();
  const beat = (): void => context.heartbeat(details());
  const timer = setInterval(beat, HEARTBEAT_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Lets an activity beat from its beginning to its end. */
export function withHeartbeats<I, O>(activity: (input: I) => Promise<O>): (input: I) => Promise<O> {
  return (input) => whileBeating(() => activity(input));
}
