/** A signal that follows others until it is disposed of. */
interface FollowingSignal {
  readonly signal: AbortSignal;
  /** Lets go of the signals that it follows: to be called by whoever made it, once nothing waits for it any more. */
  dispose(): void;
}

/**
 * One signal that is aborted as soon as one of several is. Not `AbortSignal.any`: Node 20 keeps what that makes for as long
 * as a signal that it follows lives, and a worker's live long.
 */
export function anySignal(signals: readonly AbortSignal[]): FollowingSignal {
  const controller = new AbortController();
  const dispose = (): void => {
    for (const signal of signals) signal.removeEventListener('abort', follow);
  };
  const follow = (): void => {
    dispose();
    controller.abort(signals.find(({ aborted }) => aborted)?.reason);
  };
  for (const signal of signals) signal.addEventListener('abort', follow);
  if (signals.some(({ aborted }) => aborted)) follow();
  return { signal: controller.signal, dispose };
}
