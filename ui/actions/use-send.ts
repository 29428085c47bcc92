import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Action, ActionRequest, ActionResult } from '../../src/ui/api';
import { type ApiFailure, failureOf, post } from '../lib/api';
import { finishAction } from './open-action';

/** How the sending of a dialog's action stands. */
export interface Sending {
  readonly busy: boolean;
  readonly error: ApiFailure | undefined;
  /** Whether the answer was lost: it may have been done. Only the same may be sent again. */
  readonly lost: boolean;
  readonly send: (action: Action) => void;
}

/**
 * Sends the action of a dialog, once at a time. Its key is drawn with the dialog. After an answer that refuses it, the next one has
 * a key of its own; where no answer came the same action goes with the same key, so that it can't be done twice.
 */
export function useSend(): Sending {
  const key = useRef(drawKey());
  const under = useRef(false);
  const unanswered = useRef<Action | undefined>(undefined);
  const here = useRef(true);
  const [state, setState] = useState<Omit<Sending, 'send'>>({ busy: false, error: undefined, lost: false });
  useEffect(
    () => () => {
      here.current = false;
    },
    [],
  );

  const send = useCallback(async (action: Action) => {
    if (under.current) return;
    under.current = true;
    const body: ActionRequest = { key: key.current, action: unanswered.current ?? action };
    setState({ busy: true, error: undefined, lost: false });
    try {
      const result = await post<ActionResult>('/api/actions', body);
      if (here.current) finishAction(result);
    } catch (thrown) {
      const error = failureOf(thrown);
      const lost = isLost(error);
      unanswered.current = lost ? body.action : undefined;
      if (!lost) key.current = drawKey();
      if (here.current) setState({ busy: false, error, lost });
    } finally {
      under.current = false;
    }
  }, []);
  return { ...state, send };
}

/** Whether nobody knows what became of it: no answer, a cut one, or one of something between here and the server. */
function isLost({ status, code }: ApiFailure): boolean {
  return status === 0 || code === 'ANSWER_INVALID' || (code === 'HTTP' && status >= 500);
}

/** `crypto.randomUUID` is there only on https and loopback. */
function drawKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
