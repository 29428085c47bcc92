import { TidemarkError } from '../errors';
import { shownUrl } from './send';
import type { NextPage, PageAnswer } from './types';

export interface NextLinkOptions {
  /** A field that is true on the last page, whatever the link says. With it, every other page must have a link. */
  readonly doneWhen?: string;
}

/** The value at a field of the body, `links.next` a nested one; undefined if it isn't there. */
function fieldAt(body: unknown, field: string): unknown {
  return field.split('.').reduce<unknown>((at, name) => {
    return typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined;
  }, body);
}

/** The error of an answer that lacks a field, or has something else in it. */
export function unexpectedBody(answer: Pick<PageAnswer, 'body' | 'url'>, problem: string): TidemarkError {
  const { body, url } = answer;
  const fields =
    typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.keys(body) : undefined;
  const has =
    fields === undefined
      ? `It is ${Array.isArray(body) ? 'a list' : `"${String(body)}"`}.`
      : `It has "${fields.join('", "')}".`;
  return new TidemarkError('HTTP_UNEXPECTED_BODY', `The answer of GET ${shownUrl(url)} ${problem}. ${has}`, {
    details: { url: shownUrl(url), fields: fields ?? [] },
  });
}

/**
 * Follows the address in a field of each answer, as it is. The chain ends where the field is null or absent, or, with
 * `doneWhen`, on the page where that field is true: an API such as Zendesk's gives a link even then.
 *
 * @throws HTTP_UNEXPECTED_BODY when a page is reached without the `doneWhen` field, or not done and without a link
 * @example next: nextLink('next_page', { doneWhen: 'end_of_stream' })
 */
export function nextLink(field: string, { doneWhen }: NextLinkOptions = {}): NextPage {
  return (answer) => {
    if (doneWhen !== undefined) {
      const done = fieldAt(answer.body, doneWhen);
      if (typeof done !== 'boolean')
        throw unexpectedBody(answer, `has no "${doneWhen}" that is true or false`);
      if (done) return undefined;
    }
    const link = fieldAt(answer.body, field);
    if (typeof link === 'string' && link !== '') {
      if (!URL.canParse(link, answer.url))
        throw unexpectedBody(answer, `has "${link}" in "${field}", which is no address`);
      return { url: new URL(link, answer.url).href };
    }
    if (doneWhen === undefined && (link === null || link === undefined || link === '')) return undefined;
    throw unexpectedBody(
      answer,
      `has no address in "${field}"${doneWhen === undefined ? '' : `, though "${doneWhen}" says that more is to come`}`,
    );
  };
}
