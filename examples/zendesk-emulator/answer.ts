import { metricSet, withComments } from './beside';
import type { Dataset, ExportName } from './dataset';
import { cursorPage, exportPage } from './page';
import type { Row } from './rows';

const MAX_PER_PAGE = 1000;
const PATH =
  /^\/api\/v2\/incremental\/(?:(tickets|users)\/(cursor)|(tickets|ticket_events|ticket_metric_events|users|organizations))(?:\.json)?$/;

/** Which export a path asks for, and how; undefined for another path. */
export function exportAt(
  path: string,
): { readonly name: ExportName; readonly by: 'time' | 'cursor' } | undefined {
  const found = PATH.exec(path);
  if (found === null) return undefined;
  return { name: (found[1] ?? found[3]) as ExportName, by: found[2] === undefined ? 'time' : 'cursor' };
}

interface ExportAnswer {
  readonly status: number;
  readonly rows: readonly Row[];
  readonly body: Readonly<Record<string, unknown>>;
}

const refused = (status: number, error: string, description: string): ExportAnswer => ({
  status,
  rows: [],
  body: { error, description },
});

/** The answer to a request for an export, as the API words it. */
export function answerExport(
  dataset: Dataset,
  request: {
    readonly name: ExportName;
    readonly by: 'time' | 'cursor';
    readonly address: URL;
    /** Unix seconds: what is later hasn't happened yet, or is held back. */
    readonly until: number;
    /** Whether a start within what is held back is refused. */
    readonly settles: boolean;
    /** Whether a page by time that is full of the second it begins with links to itself. */
    readonly standsStill: boolean | undefined;
  },
): ExportAnswer {
  const { name, by, address, until } = request;
  const query = address.searchParams;
  const asked = Number(query.get('per_page') ?? MAX_PER_PAGE);
  const perPage = Math.min(MAX_PER_PAGE, Number.isInteger(asked) && asked > 0 ? asked : MAX_PER_PAGE);
  const cursor = by === 'cursor' ? query.get('cursor') : null;
  const startTime = Number(query.get('start_time') ?? Number.NaN);
  if (cursor === null && !Number.isInteger(startTime))
    return refused(400, 'InvalidValue', 'start_time is required');
  if (cursor === null && request.settles && startTime > until)
    return refused(422, 'StartTimeTooRecent', 'Too recent start_time');
  const next = new URL(address.href);
  const include = query.get('include');
  const served = (rows: readonly Row[]): Readonly<Record<string, unknown>> => ({
    [name]: name === 'ticket_events' && include === 'comment_events' ? rows.map(withComments) : rows,
    ...(name === 'tickets' && include === 'metric_sets'
      ? { metric_sets: rows.filter(({ status }) => status !== 'deleted').map(metricSet) }
      : {}),
  });
  if (by === 'time') {
    const page = exportPage(dataset, {
      name,
      startTime,
      perPage,
      until,
      standsStill: request.standsStill,
    });
    next.searchParams.set('start_time', String(page.endTime));
    const link = page.endTime === null ? null : next.href;
    return {
      status: 200,
      rows: page.rows,
      body: {
        ...served(page.rows),
        count: page.rows.length,
        end_of_stream: page.endOfStream,
        end_time: page.endTime,
        next_page: link,
      },
    };
  }
  const page = cursorPage(dataset, { name, after: cursor ?? startTime, perPage, until });
  if (page === undefined) return refused(400, 'InvalidValue', 'cursor is not one of this export');
  next.searchParams.delete('start_time');
  next.searchParams.set('cursor', page.afterCursor);
  return {
    status: 200,
    rows: page.rows,
    body: {
      ...served(page.rows),
      after_cursor: page.afterCursor,
      after_url: next.href,
      before_cursor: null,
      before_url: null,
      end_of_stream: page.endOfStream,
    },
  };
}
