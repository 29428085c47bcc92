import { TidemarkError } from '../errors';
import { isRecord } from '../value';
import { redactedUrl } from './send';
import type { PageAnswer } from './types';

/** The error of an answer that lacks a field, or has something else in it. */
export function unexpectedBody(
  answer: Pick<PageAnswer, 'body' | 'url'> & Partial<Pick<PageAnswer, 'asked'>>,
  problem: string,
): TidemarkError {
  const { body, url, asked } = answer;
  const fields = isRecord(body) ? Object.keys(body) : undefined;
  const has =
    fields === undefined
      ? `It is ${Array.isArray(body) ? 'a list' : `"${String(body)}"`}.`
      : `It has "${fields.join('", "')}".`;
  return new TidemarkError(
    'HTTP_UNEXPECTED_BODY',
    `The answer of ${asked?.method ?? 'GET'} ${redactedUrl(url)} ${problem}. ${has}`,
    { details: { url: redactedUrl(url), fields: fields ?? [] } },
  );
}
