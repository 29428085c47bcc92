import { defineSource } from '../../source';
import { adAccount } from './ad-account';
import { graphAuth } from './auth';
import { config } from './config';
import { checkGraph } from './graph-errors';
import { insights } from './insights';
import { leads } from './leads';
import { adSets, ads, campaigns, creatives } from './objects';

/**
 * Facebook ads by Meta's Marketing API: `campaigns`, `ad_sets`, `ads`, `ad_creatives` and `insights` of one ad account, and,
 * when they are chosen by `withResources`, its `leads` and `ad_account`.
 *
 * Config is given in code or looked up, `SOURCES__FACEBOOK_ADS__ACCESS_TOKEN`, `SOURCES__FACEBOOK_ADS__ACCOUNT_ID`; with
 * `appSecret` every request carries its proof.
 *
 * **campaigns**, **ad_sets**, **ads** and **ad_creatives** are what there is now: key `id`, disposition `replace`. `states`
 * bound to a run selects by effective status; without it the API leaves deleted and archived ones out. To load some states
 * and merge others later, begin with `with({ rootKey: true })` and `run(…, { writeDisposition: 'replace' })`, go on with
 * `run(…, { writeDisposition: 'merge' })`.
 *
 * **insights** have a row for each day and ad (or campaign, ad set, account: `insights.level`), merged by day, id and
 * breakdowns; the cursor is the day, `date_start`, as the ad account's own time zone has it. Conversions are attributed to
 * ads of days ago, so numbers of past days change: a run from the stored cursor reads the last `attributionDays` again
 * (@default 7; 28 for the longest window). A run of an interval reads its days and no other: there
 * `schedule: { lookback: 'P7D' }` does the same. Today's numbers, incomplete, come too where the range has no end.
 * The API keeps 37 months; what is asked for before is left out, and the log says so.
 *
 * `insights.actionBreakdowns` splits what is within `actions` and `action_values`; rows and key stay as they are.
 *
 * **leads** are merged by `id`, cursor `created_time`: of the forms of `bind({ leads: { forms: ['123'] } })`, else of each ad of the
 * account, a request each. They hold personal data. The API has those of 90 days; a run that goes on from its cursor looks back by a
 * day. **ad_account** is the account itself, replaced by each run.
 *
 * Reports are asynchronous jobs of `insights.jobDays` days, looked at until they are complete. One that fails or is skipped
 * is started again, then cut into shorter ones. A load that is tried again goes on after the last job it read.
 *
 * Rate limits (errors 4, 17, 32, 613, 80000 to 80014) are waited out as the usage headers say; where they don't, for
 * a minute, then two, up to six tries.
 *
 * Source of these rules: developers.facebook.com, "Marketing API": "Insights API", "Retrieving Leads", "Ad Account", "Rate
 * Limiting", "Error Reference".
 *
 * @example
 * facebook({ accountId: 'act_1234567890' }).bind({ ads: { states: ['PAUSED'] } }).withResources('ads')
 */
export const facebook = defineSource({
  name: 'facebook_ads',
  config,
  http: (c) => ({
    baseUrl: c.baseUrl,
    auth: graphAuth(c.accessToken, c.appSecret),
    check: checkGraph,
  }),
  resources: (c) => [campaigns(c), adSets(c), ads(c), creatives(c), insights(c), leads(c), adAccount(c)],
});
