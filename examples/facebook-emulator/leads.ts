import { DAY_MS } from '../../src/interval';
import { pick, randomFor, whole } from '../emulator-kit';
import type { AccountData, GraphObject } from './account';

/** Every so manyeth ad has a lead form. */
const WITH_FORM = 3;
const DAYS_KEPT = 90;
const NAMES = ['Ada', 'Björn', 'Chidi', '田中'];

export const FORMS: readonly string[] = ['700000000000001', '700000000000002'];
export const isForm = (id: string): boolean => FORMS.includes(id);

/** The unix seconds at which a lead came. */
export const leadTime = ({ created_time }: GraphObject): number =>
  Date.parse(String(created_time).replace('+0000', 'Z')) / 1000;

const timeText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, '+0000');

/** The leads of 90 days, newest first. Some came without an ad: those have a form only. */
export function leadsOf(account: AccountData, seed: number, now: number): readonly GraphObject[] {
  const leads = account.ads.flatMap((ad, place) => {
    if (place % WITH_FORM !== 0) return [];
    const begun = Date.parse(String(ad['created_time']).replace('+0000', 'Z'));
    const days = Math.max(0, Math.ceil((now - begun) / DAY_MS));
    return Array.from({ length: days * 2 }, (_, index): GraphObject => {
      const random = randomFor(seed, 3000 + place, index);
      const at = begun + Math.floor(((index >> 1) + random()) * DAY_MS);
      const isOrganic = random() < 0.15;
      const name = pick(random, NAMES);
      return {
        id: String(9_000_000_000_000_000n + BigInt(place * 1_000_000 + index)),
        created_time: timeText(at),
        ...(isOrganic
          ? {}
          : {
              ad_id: ad.id,
              ad_name: ad['name'],
              adset_id: ad['adset_id'],
              campaign_id: ad['campaign_id'],
            }),
        form_id: FORMS[(place / WITH_FORM) % FORMS.length],
        is_organic: isOrganic,
        platform: pick(random, ['fb', 'ig']),
        field_data: [
          { name: 'full_name', values: [name] },
          { name: 'email', values: [`lead${place}.${index}@example.com`] },
          ...(random() < 0.3 ? [{ name: 'colours', values: ['red', 'blue'].slice(whole(random, 2)) }] : []),
        ],
      };
    });
  });
  return leads
    .filter((lead) => leadTime(lead) * 1000 <= now && leadTime(lead) * 1000 > now - DAYS_KEPT * DAY_MS)
    .sort((a, b) => leadTime(b) - leadTime(a));
}
