import { TidemarkError } from '../errors';
import { checkArgument, text } from '../options';
import { redactedUrl } from './send';
import { addressSign } from './signs-of-more';
import type { NextPage, PageAnswer } from './types';
import { unexpectedBody } from './unexpected-body';

/** One link of a Link header, and one of its parameters (RFC 8288, section 3): texts may hold commas and semicolons. */
const LINK = /<([^>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",;]+))?)*)/g;
const PARAMETER = /;\s*([\w!#$&+.^`|~*-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]+)))?/g;

/** The address of the first link with this relation in a Link header; undefined if there is none. */
function linkWithRel(header: string | undefined, rel: string): string | undefined {
  for (const [, target, parameters] of (header ?? '').matchAll(LINK))
    for (const [, name, quoted, bare] of (parameters ?? '').matchAll(PARAMETER)) {
      if (name?.toLowerCase() !== 'rel') continue;
      const relations = (quoted ?? bare ?? '').toLowerCase().split(/\s+/);
      if (relations.includes(rel.toLowerCase())) return target;
      break;
    }
  return undefined;
}

/**
 * The whole address that an answer's `Link` header gives for a relation; undefined if there is none.
 *
 * @throws HTTP_UNEXPECTED_BODY if it is not a valid address
 */
export function linkTo(
  { headers, url }: Pick<PageAnswer, 'headers' | 'url'>,
  rel: string,
): string | undefined {
  const link = linkWithRel(headers['link'], rel);
  if (link === undefined) return undefined;
  if (URL.canParse(link, url)) return new URL(link, url).href;
  throw new TidemarkError(
    'HTTP_UNEXPECTED_BODY',
    `The answer of ${redactedUrl(url)} has a Link header whose "${rel}" is "${link}", which is not a valid address.`,
    { details: { url: redactedUrl(url), rel } },
  );
}

/**
 * Follows the link of a relation in the `Link` header, as it is; the chain ends where there is none. Where there is no such
 * header at all and a field of the answer has the next page's address, or the header has a `next` and not the relation that
 * was asked for, that fails.
 *
 * @throws HTTP_UNEXPECTED_BODY
 * Source of the rule: RFC 8288.
 * @example next: linkHeader()
 */
export function linkHeader(rel = 'next'): NextPage {
  checkArgument('linkHeader', 'relation', rel, text);
  return (answer) => {
    const url = linkTo(answer, rel);
    if (url !== undefined) return { url };
    const { headers, body } = answer;
    const other = headers['link'] === undefined ? addressSign(body)?.path : linkTo(answer, 'next');
    if (other === undefined) return undefined;
    throw unexpectedBody(
      answer,
      headers['link'] === undefined
        ? `has no Link header, and says in "${other}" that more is to come; write nextLink('${other}')`
        : `has no "${rel}" in its Link header, and says in its "next" that more is to come`,
    );
  };
}
