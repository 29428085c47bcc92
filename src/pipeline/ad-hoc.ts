import { shown, TidemarkError } from '../errors';
import {
  type ColumnHint,
  isResource,
  isSource,
  type KeyHint,
  type Resource,
  resource,
  type Source,
  sourceOf,
  type WriteDisposition,
} from '../source';
import { withoutUndefined } from '../value';

/** How plain items are stored. */
export interface AdHocOptions {
  /** Needed for plain items. */
  readonly tableName?: string | undefined;
  /** By which rows of a merge are one and the same; see `primaryKey` of a resource. */
  readonly primaryKey?: KeyHint | undefined;
  /** By which a merge takes stored rows away, without keeping one instance of each. */
  readonly mergeKey?: KeyHint | undefined;
  /** What is known of columns before any item came. */
  readonly columns?: Readonly<Record<string, ColumnHint>> | undefined;
  /** For plain items their disposition; for sources it replaces that of every resource for the run. */
  readonly writeDisposition?: WriteDisposition | undefined;
}

/** Plain items: a list, or what gives one item after the other; one that is itself a list is a page of items, as in a resource. */
export type Items = Iterable<unknown> | AsyncIterable<unknown>;

/** What can be run: sources, resources, or plain items; a text or a single object is none of them. */
export type RunData = Source | Resource | readonly (Source | Resource)[] | Items;

/** Items are handed on in pages of so many. */
const PAGE = 1000;

function* slices(items: readonly unknown[]): Generator<readonly unknown[]> {
  for (let from = 0; from < items.length; from += PAGE) yield items.slice(from, from + PAGE);
}

/** Single items joined to pages; a list is a page already, and keeps its place among them. */
async function* inPages(items: Items): AsyncGenerator<readonly unknown[]> {
  let page: unknown[] = [];
  for await (const item of items) {
    const isPage = Array.isArray(item);
    if (!isPage) page.push(item);
    if (page.length >= PAGE || (isPage && page.length > 0)) {
      yield page;
      page = [];
    }
    if (isPage) yield item;
  }
  if (page.length > 0) yield page;
}

/** The items in pages, as often as they are asked for; what can be read once is refused the second time. */
function pagesOf(items: Items): () => Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]> {
  if (Array.isArray(items) && !items.some(Array.isArray)) return () => slices(items);
  const once = 'next' in items;
  let read = false;
  return () => {
    if (once && read)
      throw new TidemarkError(
        'EXTRACT_FAILED',
        'The items came from a generator, which can be read once, and another load made it necessary to read them again. Nothing was written; run it again with a list.',
        { retryable: false },
      );
    read = true;
    return inPages(items);
  };
}

function itemsSource(pipeline: string, items: Items, options: AdHocOptions): Source {
  const { tableName, primaryKey, mergeKey, columns, writeDisposition } = options;
  if (tableName === undefined)
    throw new TidemarkError(
      'USAGE',
      'Plain items need a table: pass { tableName: "issues" } as the second argument of run.',
    );
  const table = resource({
    ...withoutUndefined({ primaryKey, mergeKey, columns, writeDisposition }),
    name: tableName,
    extract: pagesOf(items),
  });
  return sourceOf({ name: pipeline, resources: [table] }) as unknown as Source;
}

/**
 * Resources without a source, in sources that are named as the pipeline: the first of each name in the first, the second
 * of each name (the same resource, bound otherwise) in the second.
 */
function bareSources(pipeline: string, resources: readonly Resource[]): readonly Source[] {
  const groups: Map<string, Resource>[] = [];
  for (const one of resources) {
    let group = groups.find((names) => !names.has(one.name));
    if (group === undefined) {
      group = new Map();
      groups.push(group);
    }
    group.set(one.name, one);
  }
  return groups.map(
    (group) => sourceOf({ name: pipeline, resources: [...group.values()] }) as unknown as Source,
  );
}

/**
 * The sources of a run. Resources without a source, and plain items, belong to one that is named as the pipeline.
 * @throws USAGE for data that can't be run
 */
export function sourcesOf(pipeline: string, data: RunData, options: AdHocOptions): readonly Source[] {
  if (isSource(data)) return [data];
  if (isResource(data)) return bareSources(pipeline, [data]);
  if (Array.isArray(data) && data.some((one) => isSource(one) || isResource(one))) {
    const bare = data.filter(isResource);
    const sources = data.filter(isSource);
    if (bare.length + sources.length < data.length)
      throw new TidemarkError(
        'USAGE',
        'A list of sources and resources can hold nothing else; run plain items by themselves, with { tableName }.',
      );
    return [...sources, ...bareSources(pipeline, bare)];
  }
  if (!isItems(data))
    throw new TidemarkError(
      'USAGE',
      `${named(data)} can't be run: pass a source, a resource, a list of them, or a list of items with { tableName }.`,
    );
  return [itemsSource(pipeline, data, options)];
}

function isItems(data: unknown): data is Items {
  if (typeof data !== 'object' || data === null || ArrayBuffer.isView(data)) return false;
  return Symbol.iterator in data || Symbol.asyncIterator in data;
}

/** What was given, with the likely slip. */
function named(data: unknown): string {
  if (typeof data === 'function') {
    const name = 'sourceName' in data ? String(data.sourceName) : data.name;
    return `The function "${name}", which wasn't called,`;
  }
  if (typeof data === 'string') return `The text "${shown(data)}"`;
  if (ArrayBuffer.isView(data)) return 'A buffer';
  if (typeof data === 'object' && data !== null) return 'A single object';
  return `"${shown(data)}"`;
}
