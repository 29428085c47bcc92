import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventPage, flatPage, PAGE_ROWS } from './generator';
import { type PageRange, pageFile } from './task';

/** What a page holds, by table; `sum` is that of a column of the root rows, which differs between versions of them. */
export interface PageContent {
  readonly tables: Readonly<Record<string, number>>;
  readonly sum: number;
}

type PageKind = 'events' | 'updates' | 'flat';

type Row = Readonly<Record<string, unknown>>;

/** The events of a page again, each at a later time, so that a cursor finds them. */
function updatedPage(page: number, rowsBefore: number): Row[] {
  return eventPage(page).map((row) => ({ ...row, timestamp: Number(row['timestamp']) + rowsBefore * 3 }));
}

const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0);

function contentOf(kind: PageKind, rows: readonly Row[]): PageContent {
  if (kind === 'flat')
    return { tables: { flat: rows.length }, sum: rows.reduce((sum, row) => sum + Number(row['number']), 0) };
  const children = rows.flatMap((row) => row['child_events'] as Row[]);
  return {
    tables: {
      events: rows.length,
      events__child_events: children.length,
      events__child_events__tags: children.reduce((sum, child) => sum + lengthOf(child['tags']), 0),
    },
    sum: rows.reduce((sum, row) => sum + Number(row['timestamp']), 0),
  };
}

/** A folder of page files, made where it isn't complete. */
export class Pages {
  readonly folder: string;
  readonly #kind: PageKind;
  readonly #rowsBefore: number;
  readonly #contents: PageContent[];
  readonly #list: string;

  /** @param rowsBefore of updates: how many rows the load before them has */
  constructor(root: string, kind: PageKind, rowsBefore = 0) {
    this.#kind = kind;
    this.#rowsBefore = rowsBefore;
    this.folder = path.join(root, kind === 'updates' ? `updates-${rowsBefore}` : kind);
    this.#list = path.join(this.folder, 'contents.json');
    this.#contents = existsSync(this.#list)
      ? (JSON.parse(readFileSync(this.#list, 'utf8')) as PageContent[])
      : [];
  }

  /** Makes sure of a range of pages. */
  range(first: number, count: number): PageRange {
    mkdirSync(this.folder, { recursive: true });
    let made = 0;
    for (let page = first; page < first + count; page++) {
      if (this.#contents[page]) continue;
      const rows = this.#rowsOf(page);
      writeFileSync(pageFile(this, page), JSON.stringify(rows));
      this.#contents[page] = contentOf(this.#kind, rows);
      made++;
    }
    if (made > 0) writeFileSync(this.#list, JSON.stringify(this.#contents));
    return { folder: this.folder, first, count };
  }

  #rowsOf(page: number): readonly Row[] {
    if (this.#kind === 'flat') return flatPage(page);
    return this.#kind === 'events' ? eventPage(page) : updatedPage(page, this.#rowsBefore);
  }

  /** What the tables hold once the pages of a range were loaded. */
  content({ first, count }: Pick<PageRange, 'first' | 'count'>): PageContent {
    return addContents(this.#contents.slice(first, first + count));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function addContents(contents: readonly PageContent[]): PageContent {
  const tables: Record<string, number> = {};
  let sum = 0;
  for (const content of contents) {
    sum += content.sum;
    for (const [table, rows] of Object.entries(content.tables)) tables[table] = (tables[table] ?? 0) + rows;
  }
  return { tables, sum };
}

export const rowsToPages = (rows: number): number => Math.ceil(rows / PAGE_ROWS);
