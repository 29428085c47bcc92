import { DAY_MS } from '../../src/interval';
import { randomFor, whole } from '../emulator-kit';
import type { AccountData, GraphObject } from './account';

/** For how many days after an ad was seen a conversion counts for it. */
const ATTRIBUTED_DAYS = 7;
const PLATFORMS = ['facebook', 'instagram'];

export interface InsightRequest {
  readonly since: string;
  readonly until: string;
  readonly level: string;
  readonly breakdowns: readonly string[];
  /** What entries of `actions` are told apart by. @default by `action_type` */
  readonly actionBreakdowns?: readonly string[];
  /** The day that it is: today's numbers are half there, and conversions of late days still come. */
  readonly today: string;
}

interface Numbers {
  impressions: number;
  clicks: number;
  cents: number;
  purchases: number;
}

const LEVELS = ['account', 'campaign', 'adset', 'ad'];
const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

/** What is known of an ad's day on a later one; undefined where it wasn't shown. */
function numbersOf(
  seed: number,
  ad: number,
  day: string,
  today: string,
  platform: number,
): Numbers | undefined {
  const random = randomFor(seed, 100 + ad * 2 + platform, Math.floor(Date.parse(day) / DAY_MS));
  if (random() < 0.2) return undefined;
  const age = daysBetween(day, today);
  const shown = age === 0 ? 0.5 : 1;
  const impressions = Math.floor(shown * (100 + whole(random, 5000)));
  const clicks = Math.floor(impressions * (0.005 + random() * 0.03));
  return {
    impressions,
    clicks,
    cents: Math.floor(impressions * (0.3 + random())),
    purchases: Math.floor((clicks * Math.min(age + 1, ATTRIBUTED_DAYS + 1)) / (ATTRIBUTED_DAYS + 1) / 3),
  };
}

const amount = (cents: number): string => (cents / 100).toFixed(2);

function actionsOf(clicks: number, purchases: number): readonly Readonly<Record<string, string>>[] {
  const actions = [{ action_type: 'link_click', value: String(clicks) }];
  if (purchases > 0) actions.push({ action_type: 'purchase', value: String(purchases) });
  return actions;
}

/** Entries told apart by the device, as far as that is asked for: two thirds are of a phone. */
function byDevice(
  actions: readonly Readonly<Record<string, string>>[],
): readonly Readonly<Record<string, string>>[] {
  return actions.flatMap(({ action_type = '', value }) => {
    const phone = Math.floor((Number(value) * 2) / 3);
    return [
      { action_type, action_device: 'iphone', value: String(phone) },
      { action_type, action_device: 'desktop', value: String(Number(value) - phone) },
    ].filter((entry) => entry.value !== '0');
  });
}

function metricsOf(
  { impressions, clicks, cents, purchases }: Numbers,
  split: boolean,
): Record<string, unknown> {
  const actions = actionsOf(clicks, purchases);
  return {
    account_currency: 'EUR',
    impressions: String(impressions),
    clicks: String(clicks),
    spend: amount(cents),
    reach: String(Math.floor(impressions * 0.8)),
    cpc: clicks > 0 ? (cents / 100 / clicks).toFixed(6) : undefined,
    ctr: ((100 * clicks) / impressions).toFixed(6),
    actions: clicks > 0 ? (split ? byDevice(actions) : actions) : undefined,
  };
}

/** The rows of a report, with every field that there is, days in order. */
export function insightRows(
  account: AccountData,
  seed: number,
  { since, until, level, breakdowns, actionBreakdowns = [], today }: InsightRequest,
): Record<string, unknown>[] {
  const last = [until, today].sort()[0]!;
  const depth = LEVELS.indexOf(level);
  const split = breakdowns.includes('publisher_platform');
  const nameOf = (list: readonly GraphObject[], id: unknown): unknown =>
    list.find((one) => one.id === id)?.['name'];
  const rows = new Map<string, { ids: Record<string, unknown>; numbers: Numbers }>();
  for (let day = since; day <= last; day = new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10))
    for (const [index, ad] of account.ads.entries()) {
      if (day < String(ad['created_time']).slice(0, 10)) continue;
      for (const [place, platform] of PLATFORMS.entries()) {
        const numbers = numbersOf(seed, index, day, today, place);
        if (numbers === undefined) continue;
        const ids: Record<string, unknown> = { account_id: account.id, date_start: day, date_stop: day };
        if (depth >= 1) {
          ids['campaign_id'] = ad['campaign_id'];
          ids['campaign_name'] = nameOf(account.campaigns, ad['campaign_id']);
        }
        if (depth >= 2) {
          ids['adset_id'] = ad['adset_id'];
          ids['adset_name'] = nameOf(account.adsets, ad['adset_id']);
        }
        if (depth >= 3) {
          ids['ad_id'] = ad.id;
          ids['ad_name'] = ad['name'];
        }
        if (split) ids['publisher_platform'] = platform;
        const key = JSON.stringify(ids);
        const known = rows.get(key);
        if (known === undefined) rows.set(key, { ids, numbers });
        else
          for (const name of ['impressions', 'clicks', 'cents', 'purchases'] as const)
            known.numbers[name] += numbers[name];
      }
    }
  return [...rows.values()].map(({ ids, numbers }) => ({
    ...metricsOf(numbers, actionBreakdowns.includes('action_device')),
    ...ids,
  }));
}
