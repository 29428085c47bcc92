import { z } from 'zod';
import { resource } from '../../source';
import type { FacebookConfig } from './config';
import { graphPages } from './graph-pages';
import { accountOf } from './insights';

const COMMON = ['ACTIVE', 'PAUSED', 'DELETED', 'ARCHIVED', 'IN_PROCESS', 'WITH_ISSUES'] as const;
export const AD_STATES = [
  ...COMMON,
  'PENDING_REVIEW',
  'DISAPPROVED',
  'PREAPPROVED',
  'PENDING_BILLING_INFO',
  'CAMPAIGN_PAUSED',
  'ADSET_PAUSED',
] as const;

const CAMPAIGN_FIELDS = (
  'id account_id name objective status effective_status configured_status buying_type daily_budget ' +
  'lifetime_budget start_time stop_time created_time updated_time'
).split(' ');
const AD_SET_FIELDS = (
  'id account_id campaign_id name status effective_status daily_budget lifetime_budget ' +
  'billing_event optimization_goal targeting start_time end_time created_time updated_time'
).split(' ');
const AD_FIELDS = (
  'id account_id campaign_id adset_id name status effective_status configured_status creative{id} ' +
  'conversion_specs tracking_specs created_time updated_time'
).split(' ');
const CREATIVE_FIELDS = (
  'id account_id name title body status object_type call_to_action_type image_url thumbnail_url ' +
  'object_story_id effective_object_story_id'
).split(' ');

interface ObjectsOptions<N extends string, S extends string> {
  readonly name: N;
  /** The edge of the ad account. */
  readonly edge: string;
  readonly fields: readonly string[];
  readonly states: readonly [S, ...S[]];
}

/**
 * The objects of an ad account as they are now, or those in some states. They are replaced by each run, since
 * the API has no time of last change that also moves when a parent is paused.
 */
function objects<const N extends string, S extends string>(c: FacebookConfig, options: ObjectsOptions<N, S>) {
  return resource({
    name: options.name,
    primaryKey: 'id',
    writeDisposition: 'replace',
    params: z.object({
      states: z
        .array(z.enum(options.states, { error: `a state is one of "${options.states.join('", "')}"` }))
        .default([]),
      fields: z.array(z.string()).default([...options.fields]),
    }),
    async *extract({ http, params }) {
      yield* graphPages({
        http,
        path: `/${c.graphVersion}/${accountOf(c)}/${options.edge}`,
        params: {
          fields: params.fields.join(','),
          effective_status: params.states.length > 0 ? JSON.stringify(params.states) : undefined,
        },
        pageSize: c.pageSize,
      });
    },
  });
}

export const campaigns = (c: FacebookConfig) =>
  objects(c, { name: 'campaigns', edge: 'campaigns', fields: CAMPAIGN_FIELDS, states: COMMON });

export const adSets = (c: FacebookConfig) =>
  objects(c, {
    name: 'ad_sets',
    edge: 'adsets',
    fields: AD_SET_FIELDS,
    states: [...COMMON, 'CAMPAIGN_PAUSED'] as const,
  });

export const ads = (c: FacebookConfig) =>
  objects(c, { name: 'ads', edge: 'ads', fields: AD_FIELDS, states: AD_STATES });

/** They have no effective status to be chosen by. */
export const creatives = (c: FacebookConfig) =>
  resource({
    name: 'ad_creatives',
    primaryKey: 'id',
    writeDisposition: 'replace',
    params: z.object({ fields: z.array(z.string()).default([...CREATIVE_FIELDS]) }),
    async *extract({ http, params }) {
      yield* graphPages({
        http,
        path: `/${c.graphVersion}/${accountOf(c)}/adcreatives`,
        params: { fields: params.fields.join(',') },
        pageSize: c.pageSize,
      });
    },
  });
