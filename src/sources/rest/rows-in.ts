import { compile, type JSONValue } from 'json-p3';
import { TidemarkError } from '../../errors';
import { bodyReader, type JsonObject, type PageAnswer, unexpectedBody } from '../../http';
import { isRecord } from '../../value';

type Rows = readonly JsonObject[];

/** Whether a path selects several values, `$.pages[*].items[*]`. */
const selectsMany = (path: string): boolean => /\*|\.\.|\?|:/.test(path);

function manyReader(path: string): (body: unknown) => unknown {
  const rooted = path.startsWith('$') ? path : `$.${path}`;
  try {
    const query = compile(rooted);
    return (body) => {
      const found = query.query(body as JSONValue).values();
      // `$.groups[*].items` finds lists of rows
      return found.length > 0 && found.every(Array.isArray) ? found.flat() : found;
    };
  } catch (cause) {
    throw new TidemarkError(
      'SOURCE_INVALID',
      `"${path}" is not a valid JSONPath to the rows of an answer; write "items", "result.items" or "$.groups[*].items[*]".`,
      { cause, details: { path } },
    );
  }
}

/** The answer if it is a list, or its only field that is one. */
function only(body: unknown): unknown {
  if (!isRecord(body)) return body;
  const lists = Object.values(body).filter((value) => Array.isArray(value));
  return lists.length === 1 ? lists[0] : undefined;
}

/** The answer itself, whatever lists it has. */
const whole = (body: unknown): unknown => (isRecord(body) ? [body] : body);

/**
 * The rows of an answer: what a path finds, and the elements of lists that it finds. A null at a path counts as an empty list, as some APIs write one; an object is one row.
 *
 * @param oneObject whether an object is meant as a row where no path says otherwise
 * @throws SOURCE_INVALID for a path that is not valid; the function throws HTTP_UNEXPECTED_BODY where the rows are missing
 */
export function rowsIn(path: string | undefined, oneObject = false): (answer: PageAnswer) => Rows {
  const unnamed = oneObject ? whole : only;
  const read = path === undefined ? unnamed : selectsMany(path) ? manyReader(path) : bodyReader(path);
  return (answer) => {
    const found = read(answer.body);
    if (path !== undefined && found === null) return [];
    if (Array.isArray(found)) return found as Rows;
    if (path !== undefined && typeof found === 'object') return [found as JsonObject];
    throw unexpectedBody(
      answer,
      path === undefined
        ? 'has not exactly one list of rows; say where they are with "data", \'$\' for the answer as one row'
        : `has no rows in "${path}", which "data" names`,
    );
  };
}
