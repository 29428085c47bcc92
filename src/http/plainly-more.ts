import { linkTo } from './link-header';
import { addressSign, flagSigns } from './signs-of-more';
import type { PageAnswer } from './types';
import { unexpectedBody } from './unexpected-body';

/** Where an answer says plainly that more is to come, whatever a paginator looks for: `"next"`; undefined for nothing. */
export function plainlyMore(answer: PageAnswer): string | undefined {
  if (linkTo(answer, 'next') !== undefined) return 'its Link header';
  const sign = addressSign(answer.body) ?? flagSigns(answer.body).find(({ value }) => value === true);
  return sign && `"${sign.path}"`;
}

/**
 * Takes an answer without a paginator's field for the last page.
 *
 * @param where the field or header, as a message names it
 * @throws HTTP_UNEXPECTED_BODY where the field is required, or the answer says elsewhere that more is to come
 */
export function endWithout(where: string, answer: PageAnswer, required: boolean): undefined {
  if (required) throw unexpectedBody(answer, `has no ${where}, which the paginator requires`);
  const more = plainlyMore(answer);
  if (more !== undefined)
    throw unexpectedBody(
      answer,
      `has no ${where}, where the paginator looks, and says in ${more} that more is to come`,
    );
  return undefined;
}
