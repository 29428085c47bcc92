import { anySignal } from '../src/value';

/** Ends a load of a worker that stops where nothing is torn apart: between two pages. */
interface StopAtPage {
  /** Aborted by a cancel, and when the worker stops and a page is done. */
  readonly signal: AbortSignal;
  /** To be called wherever the load can end: after each page, and while it waits for the source. */
  readonly atPage: () => void;
  /** Whether the load ended because its worker stops. */
  stopped(): boolean;
  /** To be called once the load has ended. */
  readonly dispose: () => void;
}

/**
 * @param cancelled the activity's own signal: a cancel, and the end of the worker's patience
 * @param stopping whether the worker takes no work any more
 */
export function stopAtPage(cancelled: AbortSignal, stopping: () => boolean = () => false): StopAtPage {
  const stop = new AbortController();
  const { signal, dispose } = anySignal([cancelled, stop.signal]);
  let stopped = false;
  return {
    signal,
    atPage() {
      if (signal.aborted || !stopping()) return;
      stopped = true;
      stop.abort(new Error('its worker was stopped'));
    },
    stopped: () => stopped,
    dispose,
  };
}
