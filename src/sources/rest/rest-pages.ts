import type { Http, JsonObject, NextPage, QueryParams, QueryValue } from '../../http';
import type { Incremental } from '../../incremental';
import { autoPages } from './auto-pages';
import type { CheckedResource } from './check-resources';
import { cursorText } from './cursor-text';
import { rowsIn } from './rows-in';
import { fill, fillPath, type TemplateScope } from './template';
import type { RestPaginate } from './types';
import { withoutRepeats } from './without-repeats';

type Row = Readonly<Record<string, unknown>>;

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

/** Makes the function that reads a resource's rows, page by page, for one row of its parent if it has one. */
export function restPages({ spec, path, parent: parentName }: CheckedResource): RestPages {
  const { name, method = 'GET', headers, json, incremental, includeFromParent = [], emptyOn = [] } = spec;
  const oneObject = spec.data === undefined && meansOne(path);
  const rowsOf = rowsIn(spec.data, oneObject);
  const paginate: RestPaginate = spec.paginate ?? 'auto';
  const chain = (): NextPage =>
    paginate === 'auto' ? autoPages({ rowsOf, oneObject }) : paginate === 'single' ? single : paginate;

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
          parent,
          cursorValue: () => undefined,
        }),
      ]),
    );

  return async function* pages({ http, cursor, params, parent }) {
    const scope: TemplateScope = { resource: name, parent, cursorValue: (field) => sent(cursor, field) };
    const { startParam, endParam, in: place = 'query' } = incremental ?? {};
    const range: Record<string, QueryValue> = {};
    if (startParam !== undefined) range[startParam] = sent(cursor, 'startValue');
    if (endParam !== undefined) range[endParam] = sent(cursor, 'endValue');
    const asked = fill(params, scope) as QueryParams;
    const body = json === undefined && place === 'query' ? undefined : (fill(json ?? {}, scope) as Row);
    const answers = http.answers<JsonObject>(fillPath(path, scope), {
      method,
      params: place === 'query' ? { ...asked, ...range } : asked,
      headers,
      json: place === 'json' ? { ...body, ...range } : body,
      idempotent: true,
      accept: emptyOn,
      next: chain(),
    });
    const added = fromParent(parent);
    const fresh = withoutRepeats(spec);
    for await (const answer of answers) {
      if (emptyOn.includes(answer.status)) return;
      const rows = fresh(rowsOf(answer));
      yield includeFromParent.length === 0 ? rows : rows.map((row) => ({ ...row, ...added }));
    }
  };
}
