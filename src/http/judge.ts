import { TidemarkError } from '../errors';
import { actionError, checkError, jsonOf, limitedError, statusError } from './answer-errors';
import { limitWaitMs } from './limit-headers';
import type { CheckedAnswer, HttpOptions } from './options';
import { type ResponseActions, responseActionFor } from './response-actions';
import { isRetryableStatus, retryAfterMs } from './retry';
import type { Answer } from './send';
import type { HttpWait } from './types';

/** What is to be done about a request after its answer. */
type Verdict =
  | { readonly kind: 'accepted'; readonly ignored?: boolean }
  | { readonly kind: 'limited'; readonly waitMs: number; readonly reason: HttpWait['reason'] }
  | { readonly kind: 'unauthorized'; readonly failure: TidemarkError }
  | {
      readonly kind: 'failed';
      readonly failure: TidemarkError;
      /** Whether the same request may succeed soon. */
      readonly mayPass: boolean;
      /** Whether the server said that it did nothing. */
      readonly refused: boolean;
      /** The wait before the second try; it doubles from then on. */
      readonly waitMs?: number | undefined;
    };

/** Statuses of requests that the server didn't take up. */
const REFUSED = [425, 429];

interface JudgeOptions {
  readonly options: HttpOptions;
  /** Statuses beyond 2xx that are not an error. */
  readonly accept: readonly number[];
  readonly responseActions: ResponseActions | undefined;
  readonly now: number;
}

/** An answer as rules see it; its body is parsed for those that look at it. */
function seen(answer: Answer): CheckedAnswer {
  const { method, url, status, headers, text } = answer;
  let parsed: { readonly body: unknown } | undefined;
  return {
    method,
    url,
    status,
    headers,
    text,
    get body() {
      parsed ??= { body: jsonOf(answer) };
      return parsed.body;
    },
  };
}

/** Judges an answer: by the response actions of its request, else by the source's `check`, else by status and headers. */
export function judge(answer: Answer, setup: JudgeOptions): Verdict {
  const action = setup.responseActions && responseActionFor(setup.responseActions, seen(answer));
  if (action === 'ignore') return { kind: 'accepted', ignored: true };
  if (action === undefined) return judgeOwn(answer, setup);
  if (action === 'raise')
    return {
      kind: 'failed',
      failure: actionError(answer, setup.options.auth),
      mayPass: false,
      refused: false,
    };
  const usual = judgeOwn(answer, setup);
  // what is sent again anyway keeps its own way of waiting
  if (usual.kind === 'limited' || (usual.kind === 'failed' && usual.mayPass)) return usual;
  const failure = checkError(answer, 'HTTP_STATUS', '"responseActions"');
  return { kind: 'failed', failure, mayPass: true, refused: false };
}

function judgeOwn(answer: Answer, { options, accept, now }: JudgeOptions): Verdict {
  const { status, headers } = answer;
  const checked = options.check?.(seen(answer));
  if (checked === 'ok') return { kind: 'accepted' };
  if (checked === 'retry')
    return { kind: 'failed', failure: checkError(answer), mayPass: true, refused: true };
  if (checked instanceof TidemarkError)
    return { kind: 'failed', failure: checked, mayPass: false, refused: false };
  if (checked !== undefined) {
    // a wait of nothing is none: it is waited for longer each time, and counted
    if (checked.counted !== true && checked.wait > 0)
      return { kind: 'limited', waitMs: checked.wait, reason: 'rate-limit' };
    const failure = checkError(answer, 'HTTP_RATE_LIMITED');
    return {
      kind: 'failed',
      failure,
      mayPass: true,
      refused: true,
      waitMs: checked.wait > 0 ? checked.wait : undefined,
    };
  }
  if ((status >= 200 && status < 300) || accept.includes(status)) return { kind: 'accepted' };
  const asked = retryAfterMs(headers['retry-after'], now);
  const hinted = asked !== undefined && [403, 429, 503].includes(status);
  if (hinted && asked > 0) return { kind: 'limited', waitMs: asked, reason: 'retry-after' };
  if (status === 403 || status === 429) {
    const waitMs = limitWaitMs(answer, options.limitHeaders ?? [], now);
    if (waitMs !== undefined) return { kind: 'limited', waitMs, reason: 'rate-limit' };
  }
  // now, or a time that is past, is no hint: as without one, and known to have done nothing
  if (hinted) return { kind: 'failed', failure: limitedError(answer), mayPass: true, refused: true };
  const failure = statusError(answer, options.auth);
  if (status === 401) return { kind: 'unauthorized', failure };
  return {
    kind: 'failed',
    failure,
    mayPass: isRetryableStatus(status),
    refused: REFUSED.includes(status),
  };
}
