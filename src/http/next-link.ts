import { checkArgument, checkOptions, flag, object } from '../options';
import { bodyReader, goingBy } from './body-path';
import { field as aField } from './option-checks';
import { parseAddress } from './parsed-address';
import { endWithout } from './plainly-more';
import type { NextPage } from './types';
import { unexpectedBody } from './unexpected-body';

interface NextLinkOptions {
  /** A field, or JSONPath, that is true on the last page, whatever the link says. With it, every other page must have a link. */
  readonly doneWhen?: string;
  /** Whether every page has the field, null on the last one: a page without it fails. @default false */
  readonly required?: boolean;
}

const checks = object<NextLinkOptions>({ doneWhen: aField, required: flag });

/**
 * Follows the address in a field of each answer (a dotted field or a JSONPath), as it is. The chain ends where the field is null or absent, or, with
 * `doneWhen`, on the page where that field is true: an API such as Zendesk's gives a link even then.
 *
 * A field that no page of a run had is warned of. One that is absent where the answer says plainly, in another field, that
 * more is to come, fails: it may be misspelt.
 *
 * @throws CONFIG_INVALID without a field, or for an option that doesn't exist; HTTP_UNEXPECTED_BODY when a page is reached
 * without the `doneWhen` field, or not done and without a link, or without a `required` field
 * @example next: nextLink('next_page', { doneWhen: 'end_of_stream' })
 */
export function nextLink(field: string, options: NextLinkOptions = {}): NextPage {
  checkArgument('nextLink', 'field', field, aField);
  checkOptions('nextLink', options, checks);
  const { doneWhen, required = false } = options;
  const readLink = bodyReader(field);
  const readDone = doneWhen === undefined ? undefined : bodyReader(doneWhen);
  const next: NextPage = (answer) => {
    if (readDone !== undefined) {
      const done = readDone(answer.body);
      if (typeof done !== 'boolean')
        throw unexpectedBody(answer, `has no "${doneWhen}" that is true or false`);
      if (done) return undefined;
    }
    const link = readLink(answer.body);
    if (typeof link === 'string' && link !== '') {
      const address = parseAddress(link, answer.url);
      if (address === undefined)
        throw unexpectedBody(answer, `has "${link}" in "${field}", which is not a valid address`);
      return { url: address.href };
    }
    if (doneWhen === undefined && link === undefined) return endWithout(`"${field}"`, answer, required);
    if (doneWhen === undefined && (link === null || link === '')) return undefined;
    throw unexpectedBody(
      answer,
      `has no address in "${field}"${doneWhen === undefined ? '' : `, though "${doneWhen}" says that more is to come`}`,
    );
  };
  return doneWhen === undefined ? goingBy(field, readLink, next) : next;
}
