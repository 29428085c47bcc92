import { addressSign, countIn, linkTo, type PageAnswer, type QueryParams } from '../../../http';
import { countedMore, type MoreToCome, nextNumber, toldMore } from '../../../sources';
import { literal } from '../config-text';
import type { Ask } from './ask';
import { cursorTrials } from './cursor-trials';
import { type FoundRows, findRows, type Row } from './rows';

/** How the pages of an address go on. */
export interface ProposedPaging {
  /** As it is written after `paginate:`. */
  readonly code: string;
  /** What of `tidemark` the code needs. */
  readonly imports: readonly string[];
  /** What the answers showed, as comments say it. */
  readonly seen: readonly string[];
  /** What was not seen and may be wrong. */
  readonly guessed?: string;
  /** Statuses that mean that there are no more rows. */
  readonly emptyOn?: number;
  /** Rows of the second page. */
  readonly more: readonly Row[];
}

interface PagingOptions {
  readonly ask: Ask;
  readonly first: PageAnswer;
  readonly found: FoundRows;
  /** The field that tells rows apart. */
  readonly key: string | undefined;
  /** Of the address: a page size may be among them. */
  readonly params: readonly (readonly [string, string])[];
  readonly name: string;
}

const PAGE_PARAMS = ['page', 'page_number', 'pageNumber', 'p', '_page'];
const OFFSET_PARAMS = [
  ['offset', 'limit'],
  ['skip', 'limit'],
  ['start', 'limit'],
  ['startAt', 'maxResults'],
  ['_start', '_limit'],
  ['$skip', '$top'],
] as const;
/** Beyond the last page of any API that is asked this way. */
const FAR = 1_000_000;

/**
 * How the pages go on: by what `restSource` itself sees in an answer, and, where that leaves a parameter open or nothing was
 * said, by asking with the usual ones. A parameter is proposed if other rows came with it.
 */
export async function proposePaging(options: PagingOptions): Promise<ProposedPaging> {
  const { ask, first, found } = options;
  if (found.rows.length === 0)
    return proposed("'auto'", 'no rows came, so nothing was seen of pages; set it once there are more', {
      guessed: 'links and page numbers in the answers are followed, anything else is an error',
    });
  const link = linkTo(first, 'next');
  const field = addressSign(first.body);
  const url = link ?? (field && new URL(field.value, first.url).href);
  if (url !== undefined) {
    const code = link === undefined ? `nextLink('${field?.path}')` : 'linkHeader()';
    const where = link === undefined ? `the field "${field?.path}"` : 'the Link header';
    const more = rowsOf(await ask.attempt(url), options);
    return proposed(code, `the next page's address is in ${where}`, {
      more: more ?? [],
      ...(more === undefined
        ? { guessed: 'the address was asked and gave no rows: it may lead to another host' }
        : {}),
    });
  }
  const number = nextNumber(first);
  if (number !== undefined) {
    const more = rowsOf(await ask.attempt({ page: number }), options);
    return proposed("'auto'", `the next page's number is in the answer (${number})`, { more: more ?? [] });
  }
  const told = toldMore(first, false);
  if (told === false) return tried(options, undefined, 'the answer says that it is the last page');
  const hint = told ?? countedMore(first, found.rows.length);
  return tried(options, hint, hint && `"${hint.path}" says that more is to come`);
}

/** By asking with the usual parameters, those first that what was seen speaks for. */
async function tried(
  options: PagingOptions,
  hint: MoreToCome | undefined,
  seen: string | undefined,
): Promise<ProposedPaging> {
  const signs = seen === undefined ? [] : [seen];
  for (const trial of hint === undefined ? [] : cursorTrials(options, hint)) {
    const more = others(await options.ask.attempt(trial.params), options);
    if (more === undefined) continue;
    return proposed(trial.code, [...signs, `other rows came with "${trial.param}"`], { more });
  }
  const counted = hint && countedMore(options.first, options.found.rows.length);
  const total = /total: '([^']+)'/.exec(counted?.paginate ?? '')?.[1];
  const counts = { options, signs, total };
  const byPage = (): Promise<ProposedPaging | undefined> => pageTrials(counts);
  const byOffset = (): Promise<ProposedPaging | undefined> => offsetTrials(counts);
  const order = hint?.paginate.startsWith('offsetPages') ? [byOffset, byPage] : [byPage, byOffset];
  for (const attempt of order) {
    const paging = await attempt();
    if (paging !== undefined) return paging;
  }
  if (hint === undefined)
    return proposed("'single'", [...signs, 'no other rows came with "page" or "offset"'], {
      guessed: 'that there is one page only',
    });
  const [code] = hint.paginate.split(/, (?=offsetPages)| or |, with /);
  return proposed((code ?? "'auto'").replace("'…'", "'cursor'").replace('limit: … ', 'limit: 100 '), signs, {
    guessed:
      'no parameter that was tried brought other rows: look up in the documentation of the API how pages are asked for',
  });
}

interface CountTrials {
  readonly options: PagingOptions;
  readonly signs: readonly string[];
  /** Where an answer says how many pages, or rows, there are. */
  readonly total: string | undefined;
}

async function pageTrials({ options, signs, total }: CountTrials): Promise<ProposedPaging | undefined> {
  const { ask, first, found } = options;
  for (const param of PAGE_PARAMS.slice(0, signs.length === 0 ? 1 : PAGE_PARAMS.length)) {
    const more = others(await ask.attempt({ [param]: 2 }), options);
    if (more === undefined) continue;
    const one = rowsOf(await ask.attempt({ [param]: 1 }), options);
    const fromZero = one !== undefined && others(one, options) !== undefined;
    const pages = total !== undefined && isCountOfPages(first, total, found.rows.length);
    const end = pages ? {} : await endOf(ask, { [param]: FAR }, options);
    const given = [
      ...(param === 'page' ? [] : [`param: '${param}'`]),
      ...(fromZero ? ['first: 0'] : []),
      ...(pages ? [`total: '${total}'`] : []),
      ...rowsOption(options),
      ...(end.repeats ? [`pageSize: ${found.rows.length}`] : []),
    ];
    return proposed(
      `pageNumbers(${given.length === 0 ? '' : `{ ${given.join(', ')} }`})`,
      [
        ...signs,
        `other rows came with "${param}=2"${fromZero ? ', and with "1" than without: it counts from 0' : ''}`,
      ],
      { more, ...withEnd(end, 'a page of fewer rows is the last one') },
    );
  }
  return undefined;
}

async function offsetTrials({ options, signs, total }: CountTrials): Promise<ProposedPaging | undefined> {
  const { ask, found, params } = options;
  for (const [offsetParam, limitParam] of OFFSET_PARAMS.slice(0, signs.length === 0 ? 2 : 6)) {
    const given = countIn(params.find(([name]) => name === limitParam)?.[1]);
    const limit = Math.max(1, given ?? found.rows.length);
    const at = (offset: number): QueryParams => ({ [offsetParam]: offset, [limitParam]: limit });
    const more = others(await ask.attempt(at(found.rows.length)), options);
    if (more === undefined) continue;
    const isRows = total !== undefined && !isCountOfPages(options.first, total, found.rows.length);
    const end = isRows ? {} : await endOf(ask, at(FAR), options);
    const code = [
      `limit: ${limit}`,
      ...(offsetParam === 'offset' ? [] : [`offsetParam: '${offsetParam}'`]),
      ...(limitParam === 'limit' ? [] : [`limitParam: '${limitParam}'`]),
      ...(isRows ? [`total: '${total}'`] : []),
      ...rowsOption(options),
    ];
    return proposed(
      `offsetPages({ ${code.join(', ')} })`,
      [...signs, `the rows after them came with "${offsetParam}=${found.rows.length}"`],
      {
        more,
        ...withEnd(end, 'an offset beyond the end gives rows, too: such a load fails, and needs a "total"'),
      },
    );
  }
  return undefined;
}

/** What an API answers beyond its last page: nothing, a status, or rows again. */
interface End {
  readonly status?: number;
  readonly repeats?: boolean;
}

async function endOf(ask: Ask, asked: QueryParams, options: PagingOptions): Promise<End> {
  const answer = await ask.attempt(asked);
  if (typeof answer === 'number')
    return answer >= 400 && answer < 500 && answer !== 429 ? { status: answer } : {};
  return (rowsOf(answer, options)?.length ?? 0) > 0 ? { repeats: true } : {};
}

const withEnd = ({ status, repeats }: End, about: string): Partial<ProposedPaging> => ({
  ...(status === undefined ? {} : { emptyOn: status }),
  ...(repeats ? { guessed: about } : {}),
});

/** Paginators look for the one list of an answer themselves; where there are several, they are told. */
const rowsOption = ({ found }: PagingOptions): readonly string[] =>
  found.path !== undefined && (found.others.length > 0 || /[.$]/.test(found.path))
    ? [`rows: ${literal(found.path)}`]
    : [];

/** Whether a count is one of pages, which is less than the rows of the first page are many, or named so. */
function isCountOfPages({ body }: PageAnswer, path: string, rows: number): boolean {
  if (/page/i.test(path.split('.').at(-1) ?? '')) return true;
  const value = path.split('.').reduce<unknown>((at, key) => (at as Row | undefined)?.[key], body);
  return (countIn(value) ?? rows) < rows;
}

/** The rows of an answer; undefined where there are none to be found. */
function rowsOf(answer: PageAnswer | number, { name, found }: PagingOptions): readonly Row[] | undefined {
  if (typeof answer === 'number') return undefined;
  try {
    const there = findRows(answer.body, name);
    return there.path === found.path ? there.rows : undefined;
  } catch {
    return undefined;
  }
}

/** The rows of an answer that has none of the first answer's. */
function others(
  answer: PageAnswer | number | readonly Row[],
  options: PagingOptions,
): readonly Row[] | undefined {
  const rows = Array.isArray(answer) ? answer : rowsOf(answer as PageAnswer | number, options);
  if (rows === undefined || rows.length === 0) return undefined;
  const same = new Set(options.found.rows.map((row) => identity(row, options.key)));
  return rows.some((row: Row) => same.has(identity(row, options.key))) ? undefined : rows;
}

const identity = (row: Row, key: string | undefined): string =>
  JSON.stringify(key === undefined ? row : row[key], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );

function proposed(
  code: string,
  seen: string | readonly string[],
  more: Partial<ProposedPaging> = {},
): ProposedPaging {
  const imports = ['nextLink', 'linkHeader', 'cursorPages', 'offsetPages', 'pageNumbers'];
  return {
    code,
    imports: imports.filter((name) => code.startsWith(`${name}(`)),
    seen: [seen].flat(),
    more: [],
    ...more,
  };
}
