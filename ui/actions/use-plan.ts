import { useEffect, useState } from 'preact/hooks';
import { type ApiFailure, failureOf, post } from '../lib/api';

/** A plan of what the fields say. */
export interface Plan<T> {
  /** The newest that is known; of earlier fields while `current` is false. */
  readonly plan: T | undefined;
  readonly error: ApiFailure | undefined;
  /** Whether plan or error is of what the fields say now. */
  readonly current: boolean;
  readonly again: () => void;
}

const REST_MS = 300;

/**
 * Asks for the plan of a body, after it has rested.
 * @param body undefined where the fields can't be read: nothing is asked
 */
export function usePlan<T>(path: string, body: unknown): Plan<T> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const [state, setState] = useState<{
    readonly of: string | undefined;
    readonly plan: T | undefined;
    readonly error: ApiFailure | undefined;
  }>({ of: undefined, plan: undefined, error: undefined });
  const [turn, setTurn] = useState(0);

  useEffect(() => {
    if (text === undefined) return;
    let wanted = true;
    const ask = async () => {
      try {
        const plan = await post<T>(path, JSON.parse(text));
        if (wanted) setState({ of: text, plan, error: undefined });
      } catch (thrown) {
        const error = failureOf(thrown);
        if (wanted) setState((before) => ({ of: text, plan: before.plan, error }));
      }
    };
    const timer = setTimeout(ask, state.of === undefined ? 0 : REST_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [path, text, turn]);

  const current = text !== undefined && state.of === text;
  return {
    plan: state.plan,
    error: current ? state.error : undefined,
    current,
    again: () => setTurn((count) => count + 1),
  };
}
