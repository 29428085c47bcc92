import { isSecret } from '../../config';
import { TidemarkError } from '../../errors';
import type {
  Http,
  HttpOptions,
  JsonObject,
  NextPage,
  PageAnswer,
  QueryParams,
  QueryValue,
} from '../../http';
import type { Incremental } from '../../incremental';
import { autoPages } from './auto-pages';
import type { CheckedResource } from './check-resources';
import { cursorText } from './cursor-text';
import { keepParent, parentOf, type Row } from './parent-row';
import { rowsIn } from './rows-in';
import { fill, fillPath, type TemplateScope } from './template';
import type { RestPaginate } from './types';
import { withoutRepeats } from './without-repeats';

interface RestPagesOptions {
  readonly http: Http;
  readonly cursor: Incremental<unknown> | undefined;
  /** As bound for the run. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly parent: Row | undefined;
}

export type RestPages = (options: RestPagesOptions) => AsyncGenerator<readonly JsonObject[], void, void>;

const single: NextPage = () => undefined;

/** Whether a path asks for one thing: it ends in a placeholder, `/posts/{resources.posts.id}`. */
const meansOne = (path: string): boolean =>
  /(^|\/)\{resources\.[^{}]+\}\/?$/.test(path.replace(/[?#].*$/s, ''));

/** A paginator that is told which rows an answer has, as the resource says, if it asks. */
const knowingRows = (paginate: NextPage, rowsOf: (answer: PageAnswer) => readonly unknown[]): NextPage =>
  Object.assign(
    (answer: PageAnswer) =>
      paginate({
        ...answer,
        get rows() {
          return rowsOf(answer);
        },
      }),
    paginate,
  );

type Headers = NonNullable<HttpOptions['headers']>;

/** Headers with their placeholders filled; one whose value a run hasn't is left out. */
function filledHeaders(headers: Headers, scope: TemplateScope): Headers {
  const filled = Object.entries(headers).map(([name, value]) => [name, fill(value, scope)] as const);
  return Object.fromEntries(
    filled
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [name, isSecret(value) ? value : String(value)]),
  );
}

/** What was written is checked where it is written: this is a placeholder in a value that was bound for a run. */
const notAnAncestor = (resource: string, named: string, ancestors: readonly string[]): TidemarkError =>
  new TidemarkError(
    'RESOURCE_INVALID',
    `Resource "${resource}": a bound value has a placeholder of "${named}", whose rows it isn't asked for with; ${ancestors.length === 0 ? 'it has no parent' : `there are "${ancestors.join('", "')}"`}.`,
    { details: { resource, ancestor: named } },
  );

/** Makes the function that reads a resource's rows, page by page, for one row of its parent if it has one. */
export function restPages(checked: CheckedResource): RestPages {
  const { spec, path, parent: parentName, keepsParent, ancestors } = checked;
  const {
    name,
    method = 'GET',
    json,
    responseActions,
    incremental,
    includeFromParent = [],
    emptyOn = [],
  } = spec;
  const headers = spec.headers ?? {};
  const oneObject = spec.data === undefined && meansOne(path);
  const rowsOf = rowsIn(spec.data, oneObject);
  const paginate: RestPaginate = spec.paginate ?? 'auto';
  const chain = (): NextPage =>
    paginate === 'auto'
      ? autoPages({ rowsOf, oneObject })
      : paginate === 'single'
        ? single
        : knowingRows(paginate, rowsOf);

  const sent = (cursor: Incremental<unknown> | undefined, field: string): QueryValue => {
    const value = (cursor as Readonly<Record<string, unknown>> | undefined)?.[field];
    const { type, format } = incremental ?? {};
    return cursorText(value, { resource: name, type, format, round: field === 'endValue' ? 'up' : 'down' });
  };

  const fromParent = (parent: Row | undefined): Row =>
    Object.fromEntries(
      includeFromParent.map((field) => [
        `_${parentName}_${field}`,
        fill(`{resources.${parentName}.${field}}`, {
          resource: name,
          rowOf: () => parent,
          cursorValue: () => undefined,
        }),
      ]),
    );

  return async function* pages({ http, cursor, params, parent }) {
    const scope: TemplateScope = {
      resource: name,
      rowOf: (ancestor) => {
        const generations = ancestors.indexOf(ancestor);
        if (generations < 0) throw notAnAncestor(name, ancestor, ancestors);
        return ancestors.slice(0, generations).reduce<Row | undefined>((row) => parentOf(row), parent);
      },
      cursorValue: (field) => sent(cursor, field),
    };
    const { startParam, endParam, in: place = 'query' } = incremental ?? {};
    const range: Record<string, QueryValue> = {};
    if (startParam !== undefined) range[startParam] = sent(cursor, 'startValue');
    if (endParam !== undefined) range[endParam] = sent(cursor, 'endValue');
    const asked = fill(params, scope) as QueryParams;
    const body = json === undefined && place === 'query' ? undefined : (fill(json ?? {}, scope) as Row);
    const answers = http.answers<JsonObject>(fillPath(path, scope), {
      method,
      params: place === 'query' ? { ...asked, ...range } : asked,
      headers: filledHeaders(headers, scope),
      json: place === 'json' ? { ...body, ...range } : body,
      idempotent: true,
      accept: emptyOn,
      responseActions,
      next: chain(),
    });
    const added = fromParent(parent);
    const fresh = withoutRepeats(spec);
    for await (const answer of answers) {
      if (emptyOn.includes(answer.status)) return;
      const rows = fresh(rowsOf(answer));
      const whole = includeFromParent.length === 0 ? rows : rows.map((row) => ({ ...row, ...added }));
      if (keepsParent) keepParent(whole, parent);
      yield whole;
    }
  };
}
