import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type ApiFailure, failureOf, get, isAbort } from './api';
import { onChange } from './live';

/** What is known of a path. `data` stays while it is asked for again, and where that fails. */
export interface Data<T> {
  readonly data: T | undefined;
  readonly error: ApiFailure | undefined;
  readonly loading: boolean;
  reload(): void;
}

/** Changes come in swarms while a backfill runs: so long between two questions. */
const PAUSE_MS = 500;

/** Asks for a path (undefined: for nothing), and again when its topic changes. */
export function useData<T>(path: string | undefined, topic?: string): Data<T> {
  const [state, setState] = useState<Omit<Data<T>, 'reload'>>({
    data: undefined,
    error: undefined,
    loading: path !== undefined,
  });
  const asker = useRef<Asker | undefined>(undefined);

  useEffect(() => {
    if (path === undefined) {
      setState({ data: undefined, error: undefined, loading: false });
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

interface Asker {
  /** Something changed: asks soon, once for many. */
  note(): void;
  /** Asks at once; what is under way is given up. */
  now(): void;
  stop(): void;
}

function startAsking<T>(path: string, tell: (change: Partial<Omit<Data<T>, 'reload'>>) => void): Asker {
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
      const data = await get<T>(path, own.signal);
      if (own.signal.aborted) return;
      tell({ data, error: undefined, loading: false });
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
