import { type EmulatorRequest, linkTo, numberParam, type Reply, reply } from '../emulator-kit';

/** An error as the Graph API words it; most come with status 400. */
export function graphError(
  code: number,
  message: string,
  {
    status = 400,
    subcode,
    transient = false,
  }: { readonly status?: number; readonly subcode?: number; readonly transient?: boolean } = {},
): Reply & { readonly status: number } {
  return {
    status,
    body: {
      error: {
        message,
        type: 'OAuthException',
        code,
        error_subcode: subcode,
        is_transient: transient || undefined,
        fbtrace_id: 'AbCdEfGhIjKlMnOp',
      },
    },
  };
}

/** The refusal of an ad account that was asked too often; access comes back after `minutes`. */
export const tooManyCalls = (
  minutes: number | undefined,
  code = 80004,
): Reply & { readonly status: number } => ({
  ...graphError(code, 'There have been too many calls to this ad-account. Wait a bit and try again.', {
    subcode: 2446079,
  }),
  headers: { 'x-business-use-case-usage': minutes === undefined ? undefined : usageUntil(minutes) },
});

const usageUntil = (minutes: number): string =>
  JSON.stringify({
    '66782684': [
      {
        type: 'ads_insights',
        call_count: 100,
        total_cputime: 25,
        total_time: 25,
        estimated_time_to_regain_access: minutes,
      },
    ],
  });

const encoded = (index: number): string => Buffer.from(`c${index}`).toString('base64');
const decoded = (cursor: string): number => Number(Buffer.from(cursor, 'base64').toString().slice(1));

/** One page of an edge: by cursors, with a link that has the access token in it, as the API's links do. */
export function edgePage(
  request: EmulatorRequest,
  rows: readonly Readonly<Record<string, unknown>>[],
  { maxRows, accessToken }: { readonly maxRows: number; readonly accessToken: string },
): Reply {
  const limit = numberParam(request, 'limit', { fallback: 25, min: 1, max: 5000 });
  if (limit > maxRows)
    return graphError(1, "Please reduce the amount of data you're asking for, then retry your request", {
      status: 500,
    });
  const after = request.query.get('after');
  const from = after === null ? 0 : decoded(after) + 1;
  if (!Number.isInteger(from)) return graphError(100, 'Invalid parameter: after');
  const page = rows.slice(from, from + limit);
  if (page.length === 0) return reply({ body: { data: [] } });
  const last = from + page.length - 1;
  const cursors = { before: encoded(from), after: encoded(last) };
  const next = linkTo(request, { access_token: accessToken, after: cursors.after });
  return reply({
    body: { data: page, paging: { cursors, next: last + 1 < rows.length ? next : undefined } },
  });
}

/** Only what `fields` asks for, and the id; `creative{id}` counts as `creative`. */
export function chosen(
  row: Readonly<Record<string, unknown>>,
  fields: string | null,
  always: readonly string[],
): Record<string, unknown> {
  const names = new Set([...always, ...(fields ?? '').split(',').map((field) => field.replace(/\{.*$/, ''))]);
  return Object.fromEntries(Object.entries(row).filter(([name]) => names.has(name)));
}
