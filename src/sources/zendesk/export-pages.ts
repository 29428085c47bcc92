import { unix } from '../../config';
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
  let link = options.resumeFrom;
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
  { http, name, by, cursor, checkpoint }: ExportOptions,
): AsyncGenerator<readonly unknown[], void, void> {
  const first = `/api/v2/incremental/${name}${by === 'cursor' ? '/cursor' : ''}.json`;
  const pages = http.pages<JsonObject>(typeof start === 'string' ? start : first, {
    params: typeof start === 'number' ? { start_time: start / 1000, per_page: PER_PAGE } : undefined,
    next: nextLink(LINKS[by], { doneWhen: 'end_of_stream' }),
  });
  for await (const page of pages) {
    const rows = page[name];
    if (!Array.isArray(rows)) throw unexpectedBody({ body: page, url: first }, `has no list "${name}"`);
    yield rows;
    if (cursor.endOutOfRange) return;
    if (page['end_of_stream'] === false) await checkpoint(String(page[LINKS[by]]));
  }
}
