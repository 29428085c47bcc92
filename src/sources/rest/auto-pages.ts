import { TidemarkError } from '../../errors';
import { addressSign, linkTo, type NextPage, type PageAnswer, plainlyMore, unexpectedBody } from '../../http';
import { countedMore, type MoreToCome, nextNumber, toldMore } from './paging-signs';

interface AutoPagesOptions {
  /** The rows of an answer. */
  readonly rowsOf: (answer: PageAnswer) => readonly unknown[];
  /** Whether an answer that isn't a list is one object, which has no further pages. */
  readonly oneObject: boolean;
}

/** More that this paginator can't ask for: nothing may be left out without a word. */
function refused(answer: PageAnswer, problem: string, cure: string): TidemarkError {
  const { message, details } = unexpectedBody(answer, problem);
  return new TidemarkError('HTTP_UNEXPECTED_BODY', `${message} ${cure}`, { details });
}

const unknownWay = (answer: PageAnswer, { path, paginate }: MoreToCome): TidemarkError =>
  refused(
    answer,
    `says in "${path}" that more is to come, but not in a way that is known here`,
    `Set "paginate": ${paginate}; 'single' if there is one page only.`,
  );

/**
 * The paginator of one chain of pages. It follows the link to the next page where an answer has one, in its `Link` header or in
 * one of the fields that APIs use for it, and the number of the next page (`X-Next-Page`, `next_page`) as `page`. An answer
 * that says in another way that there is more (a cursor, a flag, a count of pages or of rows) is refused.
 *
 * Whether a count of rows is reached can't be told once links were followed; then it is for the links to say.
 *
 * @throws HTTP_UNEXPECTED_BODY naming the field and the paginator to write
 */
export function autoPages({ rowsOf, oneObject }: AutoPagesOptions): NextPage {
  let followed = false;
  return (answer) => {
    const { body, url, asked } = answer;
    if (oneObject && !Array.isArray(body)) {
      const sign = plainlyMore(answer);
      if (sign === undefined) return undefined;
      throw refused(
        answer,
        `says in ${sign} that more is to come, and a path that ends in a placeholder means one object`,
        'If it is a page of a list, name the list in "data"; if it is one object, set "paginate": \'single\'.',
      );
    }
    const link = linkTo(answer, 'next') ?? addressSign(body)?.value;
    const number = link === undefined && asked.method === 'GET' ? nextNumber(answer) : undefined;
    if (link !== undefined || number !== undefined) {
      followed = true;
      return link === undefined ? { params: { page: number } } : { url: new URL(link, url).href };
    }
    const rows = rowsOf(answer);
    // an answer that is a row itself has counts and flags of its own
    const isRow = rows[0] === body;
    const told = toldMore(answer, isRow);
    if (told) throw unknownWay(answer, told);
    if (told === false || followed || isRow) return undefined;
    const more = countedMore(answer, rows.length);
    if (more !== undefined) throw unknownWay(answer, more);
    return undefined;
  };
}
