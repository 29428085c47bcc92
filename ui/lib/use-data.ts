import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type ApiFailure, type Earlier, failureOf, isAbort, read } from './api';
import { onChange } from './live';

/** What is known of a path. `data` stays while it is asked for again, and where that fails. */
export interface Data<T> {
  readonly data: T | undefined;
  /** The path that `data` answers: an earlier one until the answer of the present one is there. */
  readonly of: string | undefined;
  /** Where `data` is what the server read earlier, for it can't read it now: since when, and why. */
  readonly earlier: Earlier | undefined;
  readonly error: ApiFailure | undefined;
  readonly loading: boolean;
  reload(): void;
}

/** Changes come in swarms while a backfill runs: so long between two questions. */
const PAUSE_MS = 500;

/** Asks for a path (undefined: for nothing), and again when its topic changes. */
export function useData<T>(path: string | undefined, topic?: string): Data<T> {
  const [state, setState] = useState<Omit<Data<T>, 'reload'>>({
    ...NOTHING,
    loading: path !== undefined,
  });
  const asker = useRef<Asker | undefined>(undefined);

  useEffect(() => {
    if (path === undefined) {
      setState({ ...NOTHING, loading: false });
      return;
    }
    const own = startAsking<T>(path, (change) => setState((before) => ({ ...before, ...change })));
    asker.current = own;
    const dispose = topic === undefined ? undefined : onChange(topic, own.note);
    return () => {
      dispose?.();
      own.stop();
      asker.current = undefined;
    };
  }, [path, topic]);

  const reload = useCallback(() => asker.current?.now(), []);
  return { ...state, reload };
}

const NOTHING = { data: undefined, of: undefined, earlier: undefined, error: undefined } as const;

/** Asks for a path when it is told to. */
export interface Asker {
  /** Something changed: asks soon, once for many. */
  note(): void;
  /** Asks at once; what is under way is given up. */
  now(): void;
  stop(): void;
}

/** Asks for a path at once, and again as its {@link Asker} is told; `tell` hears what becomes of it. */
export function startAsking<T>(
  path: string,
  tell: (change: Partial<Omit<Data<T>, 'reload'>>) => void,
): Asker {
  let abort: AbortController | undefined;
  let timer: number | undefined;
  let dirty = false;

  const ask = async () => {
    abort?.abort();
    clearTimeout(timer);
    timer = undefined;
    dirty = false;
    const own = new AbortController();
    abort = own;
    tell({ loading: true });
    try {
      const { data, earlier } = await read<T>(path, own.signal);
      if (own.signal.aborted) return;
      tell({ data, of: path, earlier, error: undefined, loading: false });
    } catch (error) {
      if (own.signal.aborted || isAbort(error)) return;
      tell({ error: failureOf(error), loading: false });
    }
    abort = undefined;
    if (dirty) plan();
  };
  const plan = () => {
    timer ??= window.setTimeout(ask, PAUSE_MS);
  };

  ask();
  return {
    note() {
      if (abort === undefined) plan();
      else dirty = true;
    },
    now() {
      ask();
    },
    stop() {
      abort?.abort();
      clearTimeout(timer);
    },
  };
}
