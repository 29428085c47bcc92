import { DateTime } from 'luxon';
import { isoText } from '../../config';
import { TidemarkError } from '../../errors';
import { incremental } from '../../incremental';
import { type ColumnHint, resource } from '../../source';
import { PlainDate } from '../../value';
import { type FacebookConfig, LEVEL_IDS } from './config';
import { addDays, piecesOf, servedDays } from './days';
import { graphPages } from './graph-pages';
import { runJobs } from './insights-job';

const IDS = {
  account: ['account_id'],
  campaign: ['account_id', 'campaign_id', 'campaign_name'],
  adset: ['account_id', 'campaign_id', 'campaign_name', 'adset_id', 'adset_name'],
  ad: ['account_id', 'campaign_id', 'campaign_name', 'adset_id', 'adset_name', 'ad_id', 'ad_name'],
} as const;

const METRICS = (
  'account_currency impressions clicks spend reach frequency cpc cpm ctr ' +
  'inline_link_clicks unique_clicks actions action_values'
).split(' ');

/** The API sends numbers as text. */
const COLUMNS: Readonly<Record<string, ColumnHint>> = {
  date_start: { dataType: 'date' },
  date_stop: { dataType: 'date' },
  ...Object.fromEntries(
    ['impressions', 'clicks', 'reach', 'inline_link_clicks', 'unique_clicks'].map((name) => [
      name,
      { dataType: 'bigint' } as const,
    ]),
  ),
  ...Object.fromEntries(
    ['spend', 'cpc', 'cpm', 'ctr', 'frequency'].map((name) => [name, { dataType: 'decimal' } as const]),
  ),
};

const MONTHS_KEPT = 37;

/** One row for each day and ad (or campaign, ad set, account), merged: a day that is read again replaces its earlier row. */
export function insights(c: FacebookConfig) {
  const { level, breakdowns, actionBreakdowns, attributionWindows, jobDays, pollSeconds, jobTimeoutSeconds } =
    c.insights;
  const fields = [...new Set([...IDS[level], ...LEVEL_IDS[level], ...(c.insights.fields ?? METRICS)])];
  const key = ['date_start', ...LEVEL_IDS[level], ...breakdowns];
  return resource({
    name: 'insights',
    primaryKey: key,
    writeDisposition: 'merge',
    columns: Object.fromEntries(
      Object.entries(COLUMNS).filter(([name]) => name.startsWith('date_') || fields.includes(name)),
    ),
    resumable: true,
    incremental: {
      day: incremental({
        cursor: 'date_start',
        type: 'date',
        initialValue: new PlainDate(isoText(c.startDate).slice(0, 10)),
        endValue: c.endDate === undefined ? null : new PlainDate(isoText(c.endDate).slice(0, 10)),
        lag: c.attributionDays,
        // a day that comes again has news
        primaryKey: [],
        allowExternalSchedulers: true,
      }),
    },
    async *extract({ incremental: { day }, http, log, run, resumeFrom, checkpoint }) {
      const root = `/${c.graphVersion}`;
      const account = accountOf(c);
      const zone = await http.get<{ timezone_name?: string }>(`${root}/${account}`, {
        params: { fields: 'timezone_name' },
      });
      const now = nowAt(run.now, zone.timezone_name);
      const oldest = now.minus({ months: MONTHS_KEPT }).plus({ days: 1 }).toFormat('yyyy-MM-dd');
      const start = resumeFrom === undefined ? day.startValue : new PlainDate(resumeFrom);
      const days = servedDays({ start, end: day.endValue, today: now.toFormat('yyyy-MM-dd'), oldest });
      if (start.iso < oldest)
        log.info(
          `the API has the last ${MONTHS_KEPT} months: insights begin at ${oldest}, not at ${start.iso}`,
        );
      if (days === undefined) return;
      const job = {
        http,
        log,
        root,
        account,
        form: {
          level,
          fields: fields.join(','),
          time_increment: 1,
          breakdowns: breakdowns.length > 0 ? breakdowns.join(',') : undefined,
          action_breakdowns: actionBreakdowns.length > 0 ? actionBreakdowns.join(',') : undefined,
          action_attribution_windows: attributionWindows && JSON.stringify(attributionWindows),
        },
        pollMs: pollSeconds * 1000,
        timeoutMs: jobTimeoutSeconds * 1000,
      };
      for (const piece of piecesOf(days, jobDays)) {
        for await (const { runId } of runJobs(piece, job)) {
          const path = `${root}/${runId}/insights`;
          yield* graphPages({ http, path, params: {}, pageSize: c.pageSize });
        }
        if (piece.until < days.until) await checkpoint(addDays(piece.until, 1));
      }
    },
  });
}

export const accountOf = ({ accountId }: Pick<FacebookConfig, 'accountId'>): string =>
  accountId.startsWith('act_') ? accountId : `act_${accountId}`;

/** Days are those of the ad account's own zone. */
function nowAt(now: string, zone: string | undefined): DateTime {
  const there = DateTime.fromISO(now, { zone: zone ?? 'utc' });
  if (there.isValid) return there;
  throw new TidemarkError(
    'ZONE_INVALID',
    `The ad account has the time zone "${zone}", which is not known here: ${there.invalidExplanation ?? ''}.`,
  );
}
