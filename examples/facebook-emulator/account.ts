import { DAY_MS } from '../../src/interval';
import { pick, randomFor, whole } from '../emulator-kit';

/** An object of the account, with every field that it has. */
export type GraphObject = Readonly<Record<string, unknown>> & { readonly id: string };

export interface AccountData {
  readonly id: string;
  readonly zone: string;
  readonly campaigns: readonly GraphObject[];
  readonly adsets: readonly GraphObject[];
  readonly ads: readonly GraphObject[];
  readonly adcreatives: readonly GraphObject[];
}

export interface AccountOptions {
  /** @default 42 */
  readonly seed?: number;
  /** How many ads there are. @default 60 */
  readonly ads?: number;
  /** The first day on which anything was made. @default '2024-01-01' */
  readonly from?: string;
  /** The zone of its days. @default 'Europe/Berlin' */
  readonly zone?: string;
}

const ACCOUNT_ID = '1020304050';
const AD_STATES = ['ACTIVE', 'ACTIVE', 'ACTIVE', 'PAUSED', 'DISAPPROVED', 'ADSET_PAUSED', 'ARCHIVED'];
const PRODUCTS = ['Boots', 'Coats', 'Tents', 'Lamps', 'Mugs', 'Skis'];
const OBJECTIVES = ['OUTCOME_SALES', 'OUTCOME_TRAFFIC', 'OUTCOME_LEADS'];
const COUNTRIES = ['DE', 'FR', 'JP', 'BR', 'US'];

/** Ids have 17 digits, beyond what a double holds, and are text, as in the API. */
const idOf = (kind: number, index: number): string =>
  String(23_850_000_000_000_000n + BigInt(kind * 1_000_000 + index));

const timeText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, '+0000');

/** The account as it was made: a pure function of its options. */
export function makeAccount(options: AccountOptions = {}): AccountData {
  const { seed = 42, ads: count = 60, from = '2024-01-01', zone = 'Europe/Berlin' } = options;
  const begin = Date.parse(from);
  const common = (kind: number, index: number, status: string) => {
    const made = begin + whole(randomFor(seed, kind, index), 20 * DAY_MS);
    return {
      id: idOf(kind, index),
      account_id: ACCOUNT_ID,
      status: status.endsWith('_PAUSED') ? 'ACTIVE' : status,
      effective_status: status,
      configured_status: status.endsWith('_PAUSED') ? 'ACTIVE' : status,
      created_time: timeText(made),
      updated_time: timeText(made + DAY_MS),
    };
  };
  const campaignOf = (index: number): number => index % Math.max(1, Math.floor(count / 10));
  const adsetOf = (index: number): number => index % Math.max(1, Math.floor(count / 5));
  const list = (length: number, make: (index: number) => GraphObject): GraphObject[] =>
    Array.from({ length }, (_, index) => make(index));
  const nameOf = (index: number): string => pick(randomFor(seed, 9, index), PRODUCTS);
  return {
    id: ACCOUNT_ID,
    zone,
    campaigns: list(Math.max(1, Math.floor(count / 10)), (index) => ({
      ...common(1, index, index % 4 === 3 ? 'PAUSED' : 'ACTIVE'),
      name: `${nameOf(index)} ${index}`,
      objective: OBJECTIVES[index % OBJECTIVES.length]!,
      buying_type: 'AUCTION',
      daily_budget: String(1000 + 500 * index),
    })),
    adsets: list(Math.max(1, Math.floor(count / 5)), (index) => ({
      ...common(2, index, index % 5 === 4 ? 'PAUSED' : 'ACTIVE'),
      campaign_id: idOf(1, campaignOf(index)),
      name: `${nameOf(index)} set ${index}`,
      billing_event: 'IMPRESSIONS',
      optimization_goal: 'LINK_CLICKS',
      targeting: { age_min: 18, age_max: 65, geo_locations: { countries: COUNTRIES.slice(index % 3) } },
    })),
    ads: list(count, (index) => ({
      ...common(3, index, AD_STATES[index % AD_STATES.length]!),
      campaign_id: idOf(1, campaignOf(adsetOf(index))),
      adset_id: idOf(2, adsetOf(index)),
      name: `${nameOf(index)} ad ${index}`,
      creative: { id: idOf(4, index) },
      tracking_specs: [
        { 'action.type': ['offsite_conversion'], fb_pixel: [String(5_000_000 + (index % 3))] },
        { 'action.type': ['post_engagement'], post: [idOf(5, index)] },
      ],
      conversion_specs: [{ 'action.type': ['link_click'], post: [idOf(5, index)] }],
    })),
    adcreatives: list(count, (index) => ({
      id: idOf(4, index),
      account_id: ACCOUNT_ID,
      name: `${nameOf(index)} creative ${index}`,
      title: `Buy ${nameOf(index)}`,
      body: `${nameOf(index)} — now`,
      object_type: 'SHARE',
      status: 'ACTIVE',
      call_to_action_type: 'SHOP_NOW',
    })),
  };
}
