import { unix } from '../../config';
import { TidemarkError } from '../../errors';
import { type Http, type JsonObject, nextLink, unexpectedBody } from '../../http';
import type { Incremental } from '../../incremental';
import type { Log } from '../../source';

/** The most that the API gives at once. */
const PER_PAGE = 1000;

interface ExportOptions {
  readonly http: Http;
  readonly log: Log;
  /** The export's part of the path, and the field of the answer that holds the rows. */
  readonly name: string;
  /** Pages by time begin where the one before ended, and repeat its last second; pages by cursor go on behind it. */
  readonly by: 'time' | 'cursor';
  /** What else comes with the rows. */
  readonly include?: string;
  /** What a page's rows become. @default they are taken as they are */
  readonly pick?: ((rows: readonly unknown[], page: JsonObject) => readonly unknown[]) | undefined;
  /** Whether nothing of the range can follow a page, though the rows that are taken don't show it. @default no */
  readonly isLast?: (rows: readonly unknown[]) => boolean;
  /** A cursor whose values are unix seconds or ISO text. */
  readonly cursor: Incremental<number | string>;
  /** How long the API holds back what is new. */
  readonly settleMs: number;
  /** Goes on with the page at this link. */
  readonly resumeFrom: string | undefined;
  /** Called with the link to what follows the pages that came so far. */
  readonly checkpoint: (link: string) => Promise<void>;
}

const LINKS = { time: 'next_page', cursor: 'after_url' } as const;

const milliseconds = (value: number | string): number => unix(value) * 1000;

/**
 * The pages of an incremental export, from the cursor's last value on.
 *
 * The API leaves out what came or changed within the minute before a request, and refuses a start within it. A run
 * whose range ends there would lose that minute for good, since the next one starts at its end: so it waits until the
 * minute is over and asks for the rest. A run without an end needs no wait: the next one goes on where this one ended.
 */
export async function* exportPages(options: ExportOptions): AsyncGenerator<readonly unknown[], void, void> {
  const { http, log, name, cursor, settleMs } = options;
  const end = cursor.endValue === undefined ? undefined : milliseconds(cursor.endValue);
  // a checkpoint from before ticketExport was changed is of another kind of pages
  const isOfKind = options.resumeFrom?.split('?')[0]?.includes('/cursor') === (options.by === 'cursor');
  let link = isOfKind ? options.resumeFrom : undefined;
  for (;;) {
    const start = milliseconds(cursor.lastValue);
    if (end !== undefined && start >= end) return;
    const servedUntil = http.now() - settleMs;
    if (link !== undefined || start <= servedUntil || settleMs === 0)
      yield* pagesFrom(link ?? start, options);
    link = undefined;
    if (cursor.endOutOfRange || end === undefined || end <= servedUntil || settleMs === 0) return;
    const ms = end - servedUntil;
    log.info(`waits ${Math.ceil(ms / 1000)} s for the API to serve the end of the range`, { export: name });
    await http.wait(ms, `the last minute of ${name}`);
  }
}

async function* pagesFrom(
  start: number | string,
  { http, name, by, include, pick, isLast, cursor, checkpoint }: ExportOptions,
): AsyncGenerator<readonly unknown[], void, void> {
  const first = `/api/v2/incremental/${name}${by === 'cursor' ? '/cursor' : ''}.json`;
  const pages = http.pages<JsonObject>(typeof start === 'string' ? start : first, {
    params: typeof start === 'number' ? { start_time: start / 1000, per_page: PER_PAGE, include } : undefined,
    next: nextLink(LINKS[by], { doneWhen: 'end_of_stream' }),
  });
  let from = typeof start === 'string' ? startTimeOf(start) : String(start / 1000);
  for await (const page of pages) {
    const rows = page[name];
    if (!Array.isArray(rows)) throw unexpectedBody({ body: page, url: first }, `has no list "${name}"`);
    yield pick === undefined ? rows : pick(rows, page);
    if (cursor.endOutOfRange || isLast?.(rows)) return;
    if (page['end_of_stream'] !== false) continue;
    const link = String(page[LINKS[by]]);
    const next = by === 'time' ? startTimeOf(link) : undefined;
    if (next !== undefined && next === from) throw standsStill(name, { rows: rows.length, second: next });
    from = next;
    await checkpoint(link);
  }
}

/** Where a page by time begins, in unix seconds, as its link says. */
function startTimeOf(link: string): string | undefined {
  const query = link.slice(link.indexOf('?') + 1);
  return new URLSearchParams(query).get('start_time') ?? undefined;
}

/** The exports that there are by cursor too, and what chooses it. */
const BY_CURSOR: ReadonlyMap<string, string> = new Map([
  ['tickets', "Set ticketExport: 'cursor', whose pages go on within a second."],
]);

/** A page by time begins with the last second of the one before: one that is full of that second links to itself. */
function standsStill(
  name: string,
  { rows, second }: { readonly rows: number; readonly second: string },
): TidemarkError {
  const at = new Date(Number(second) * 1000).toISOString().replace('.000Z', 'Z');
  const cure =
    BY_CURSOR.get(name) ??
    `Zendesk has no export of them by cursor: load the ranges before and after that second, and ask Zendesk for its rows.`;
  return new TidemarkError(
    'HTTP_UNEXPECTED_BODY',
    `The export of ${name} links to itself: its page of ${rows} rows is full of one second, ${at}, at which the next page by time begins again. ${cure}`,
    { details: { export: name, second: Number(second), rows } },
  );
}
