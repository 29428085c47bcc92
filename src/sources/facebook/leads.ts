import { z } from 'zod';
import { unix } from '../../config';
import type { Http } from '../../http';
import { incremental } from '../../incremental';
import { DAY_MS } from '../../interval';
import { resource } from '../../source';
import { isoRange } from '../date-range';
import type { FacebookConfig } from './config';
import { graphPages } from './graph-pages';
import { accountOf } from './insights';
import { AD_STATES } from './objects';

const FIELDS = (
  'id created_time ad_id ad_name adset_id adset_name campaign_id campaign_name form_id is_organic platform ' +
  'field_data custom_disclaimer_responses'
).split(' ');

/** For how long the API keeps leads. */
const DAYS_KEPT = 90;
const DAY_SECONDS = 86_400;

/**
 * Leads, merged by `id`, with `created_time` as cursor: of the forms that are named, else of each ad of the account. The
 * API filters by their time. One form or ad is read after the other, so a run that goes on from its cursor looks
 * back by a day: what came to the first while the last was read is not missed.
 */
export function leads(c: FacebookConfig) {
  return resource({
    name: 'leads',
    primaryKey: 'id',
    writeDisposition: 'merge',
    selected: false,
    resumable: true,
    params: z.object({
      /** Ids of lead forms. @default the ads of the account */
      forms: z.array(z.string().regex(/^\d+$/, { error: 'write the digits of the form' })).default([]),
      fields: z.array(z.string()).default([...FIELDS]),
    }),
    incremental: {
      createdTime: incremental({ cursor: 'created_time', lag: DAY_SECONDS, ...isoRange(c) }),
    },
    async *extract({ incremental: { createdTime }, http, log, params, resumeFrom, checkpoint }) {
      const { startValue, endValue, initialValue } = createdTime;
      const isFirst = endValue === undefined && startValue === initialValue;
      if (!isFirst && Date.parse(startValue) < http.now() - DAYS_KEPT * DAY_MS)
        log.warn(
          `the range begins more than ${DAYS_KEPT} days ago, from where the API has no leads: they cannot be loaded any more`,
          { start: startValue },
        );
      const after = { field: 'time_created', operator: 'GREATER_THAN', value: unix(startValue) - 1 };
      const before = endValue !== undefined && {
        field: 'time_created',
        operator: 'LESS_THAN',
        value: Math.ceil(Date.parse(endValue) / 1000),
      };
      const filtering = JSON.stringify(before ? [after, before] : [after]);
      const done = new Set<string>(resumeFrom === undefined ? [] : JSON.parse(resumeFrom));
      const owners = params.forms.length > 0 ? [params.forms] : adsOf(http, c);
      for await (const ids of owners)
        for (const id of ids) {
          if (done.has(id)) continue;
          yield* graphPages({
            http,
            path: `/${c.graphVersion}/${id}/leads`,
            params: { fields: params.fields.join(','), filtering },
            pageSize: c.pageSize,
          });
          done.add(id);
          await checkpoint(JSON.stringify([...done]));
        }
    },
  });
}

/** The ids of the ads of the account, those that don't run any more too, page by page. */
async function* adsOf(http: Http, c: FacebookConfig): AsyncGenerator<readonly string[], void, void> {
  const pages = graphPages({
    http,
    path: `/${c.graphVersion}/${accountOf(c)}/ads`,
    params: {
      fields: 'id',
      effective_status: JSON.stringify(AD_STATES.filter((state) => state !== 'DELETED')),
    },
    pageSize: c.pageSize,
  });
  for await (const page of pages) yield page.map((ad) => String((ad as { readonly id: unknown }).id));
}
