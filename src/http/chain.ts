import { createHash } from 'node:crypto';
import { TidemarkError } from '../errors';
import { hasRows } from './has-rows';
import { redactedUrl } from './send';
import type { Target } from './target';
import type { PageAnswer } from './types';
import { unexpectedBody } from './unexpected-body';

/** What a chain of pages remembers, so that it ends. */
export interface Chain {
  /**
   * Counts a page in.
   * @throws HTTP_UNEXPECTED_BODY where the same bytes came before, though the parameter that counts was another
   */
  came(page: PageAnswer, text: string): void;
  /**
   * Says what is asked for next.
   * @throws HTTP_UNEXPECTED_BODY where it was asked for before, or beyond the most pages
   */
  goesOn(page: PageAnswer, target: Target): void;
}

interface ChainOptions {
  readonly maxPages: number;
  /** Whether the paginator counts on whatever the answers say: then the same answer twice is no page. */
  readonly counts: boolean;
  readonly first: Target;
}

/** Enough of a hash that two pages never share it. */
const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);
const idOf = ({ method, url, body }: Target): string => hashOf(`${method} ${url}\n${body?.text ?? ''}`);

/** A chain of pages that knows what it had: a circle of links, or an API that doesn't read a page number, would never end. */
export function startChain({ maxPages, counts, first }: ChainOptions): Chain {
  let previous = idOf(first);
  const asked = new Set([previous]);
  const bodies = new Map<string, string>();
  let pages = 0;
  return {
    came(page, text) {
      pages += 1;
      if (!counts || !hasRows(page.body)) return;
      const id = hashOf(text);
      const before = bodies.get(id);
      if (before === undefined) {
        bodies.set(id, page.asked.url);
        return;
      }
      throw unexpectedBody(
        page,
        `is, byte by byte, the page that ${redactedUrl(before)} gave: the API doesn't read the parameter that counts, or it repeats its last page. Name its parameters in the paginator, or where its pages end ("total"); if pages may rightly be the same, set "mayRepeat: true"`,
      );
    },
    goesOn(page, target) {
      const id = idOf(target);
      if (id === previous)
        throw unexpectedBody(page, 'links to itself, so the chain of pages would never end');
      if (asked.has(id))
        throw unexpectedBody(
          page,
          `links to ${redactedUrl(target.url)}, which this chain of pages had already, so it would never end`,
        );
      if (pages >= maxPages)
        throw new TidemarkError(
          'HTTP_UNEXPECTED_BODY',
          `The chain of pages that ends with ${redactedUrl(page.asked.url)} has ${pages} pages, and more are to come. If it really is so long, raise "http.maxPages"; else the API or the paginator never ends it.`,
          { details: { url: redactedUrl(page.asked.url), pages } },
        );
      asked.add(id);
      previous = id;
    },
  };
}
