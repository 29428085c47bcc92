import { z } from 'zod';
import { instant, secret } from '../../config';

/** The levels of insights, each with the ids that identify its rows. */
export const LEVEL_IDS = {
  account: ['account_id'],
  campaign: ['campaign_id'],
  adset: ['adset_id'],
  ad: ['ad_id'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export const config = z.object({
  /** Of a system user, or a long-lived one of a user; with the permission `ads_read`. */
  accessToken: secret(z.string()),
  /** Of the app that the token belongs to. With it every request carries its proof, which an app may require. */
  appSecret: secret(z.string()).optional(),
  /** Digits, with or without `act_` before them. */
  accountId: z.string().regex(/^(act_)?\d+$/, {
    error: 'write the digits of the ad account, "act_1234567890" or "1234567890"',
  }),
  /** The version of the Graph API; each lives for about two years. */
  graphVersion: z
    .string()
    .regex(/^v\d+\.\d+$/, { error: 'write a version of the Graph API such as "v25.0"' })
    .default('v25.0'),
  /** Where insights begin. Inclusive; the API has the last 37 months. */
  startDate: instant().default('2000-01-01'),
  /** Where they end. Exclusive; makes the load stateless. */
  endDate: instant().optional(),
  /** How many days a later run reads again, since conversions are attributed to ads of days ago: 7 or 28. */
  attributionDays: z.int().min(0).max(90).default(7),
  insights: z.object({
    /** One row a day for the account, or for each campaign, ad set or ad. */
    level: z.enum(['account', 'campaign', 'adset', 'ad']).default('ad'),
    /** Metrics and names, beside the ids of the level. */
    fields: z.array(z.string()).optional(),
    /** Further dimensions, each a part of the key: `['age', 'gender']`, `['publisher_platform']`. */
    breakdowns: z.array(z.string()).default([]),
    /** What the entries of `actions` are told apart by: `['action_type', 'action_device']`. @default by `action_type` */
    actionBreakdowns: z.array(z.string()).default([]),
    /** Windows in which conversions count, such as `['1d_view', '7d_click']`. @default those of the account */
    attributionWindows: z.array(z.string()).optional(),
    /** Days of one job; fewer for an account whose jobs fail. */
    jobDays: z.int().min(1).max(90).default(7),
    /** Seconds from one look at a job to the next; they grow up to six times as long. */
    pollSeconds: z.number().positive().default(5),
    /** How long a job may take before it counts as failed. */
    jobTimeoutSeconds: z.number().positive().default(3600),
  }),
  /** Rows of a page. Halved by itself where the API says that it is too much. */
  pageSize: z.int().min(1).max(5000).default(200),
  /** Another address than that of the Graph API. */
  baseUrl: z.string().default('https://graph.facebook.com'),
});

export type FacebookConfig = z.output<typeof config>;
