import { TidemarkError } from '../../errors';
import type { CheckedAnswer, CheckVerdict } from '../../http';

const messagesOf = (body: unknown): readonly string[] => {
  if (typeof body !== 'object' || body === null || !('errors' in body) || !Array.isArray(body.errors))
    return [];
  return body.errors.flatMap((error: unknown) =>
    typeof error === 'object' && error !== null && 'message' in error ? [String(error.message)] : [],
  );
};

/** An answer of 400 names its cause under `errors`, which says more than the title and the status. */
export function refusal({ status, body }: CheckedAnswer): CheckVerdict {
  const messages = messagesOf(body);
  if (status !== 400 || messages.length === 0) return undefined;
  const tooOld = messages.some((message) => message.includes('must be on or after'));
  const cure = tooOld
    ? ' Recent search reaches back seven days: begin the range, or startTime, later.'
    : ' Correct the search term, or the times.';
  return new TidemarkError('HTTP_STATUS', `The search was refused: ${messages.join(' ')}${cure}`, {
    details: { status },
    retryable: false,
  });
}
