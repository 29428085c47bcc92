/** What Ctrl-C asks for. */
export interface Interruption {
  /** Aborted by the first one: no further check begins. */
  readonly stopped: AbortSignal;
  /** Resolves with the second one: what runs isn't waited for. */
  readonly left: Promise<void>;
  end(): void;
}

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];

/** Listens to Ctrl-C, so that what was made can be deleted before the process ends. */
export function onInterrupt(tell: () => void): Interruption {
  const stop = new AbortController();
  let leave: () => void = () => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const interrupt = (): void => {
    if (stop.signal.aborted) leave();
    else tell();
    stop.abort();
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  return {
    stopped: stop.signal,
    left,
    end() {
      for (const signal of SIGNALS) process.off(signal, interrupt);
    },
  };
}
