import { z } from 'zod';
import { instant, isoText, secret, unix } from '../../config';
import { basic } from '../../http';
import { incremental } from '../../incremental';
import { defineSource, resource } from '../../source';
import { exportPages } from './export-pages';

/** What the API holds back, by its documentation: the minute before a request. */
const SETTLE_SECONDS = 60;

const config = z.object({
  credentials: z.object({
    /** `acme` of `https://acme.zendesk.com`. */
    subdomain: z.string(),
    /** Of an admin; with an API token, `name@example.com/token`. */
    email: z.string(),
    password: secret(z.string()),
  }),
  /** Where the data begins. Inclusive. */
  startDate: instant().default('2000-01-01'),
  /** Where it ends. Exclusive; makes the load stateless. */
  endDate: instant().optional(),
  /** Another address than that of the subdomain. */
  baseUrl: z.string().optional(),
  /** Seconds for which the API holds back what is new; 0 for one that doesn't. */
  settleSeconds: z.number().min(0).optional(),
});

const isLoopback = (baseUrl: string | undefined): boolean =>
  baseUrl !== undefined && /^https?:\/\/(localhost|127\.[\d.]+|\[::1\])(:|\/|$)/.test(baseUrl);

/**
 * Zendesk Support by its time-based incremental exports: `tickets`, `ticket_events`, `ticket_metric_events`.
 *
 * `zendesk({ startDate, endDate })` takes ISO text, a Date, a luxon DateTime or unix seconds. With `endDate` the load is
 * stateless; without it only what is new comes on the next run. With a data interval, that is the range. Credentials
 * (`subdomain`, `email`, `password`) are given in code or looked up, `SOURCES__ZENDESK__CREDENTIALS__PASSWORD`.
 *
 * **tickets** are merged by `id`, with `generated_timestamp` as cursor and not `updated_at`. Zendesk compares
 * `start_time` with `generated_timestamp`, which every change moves; `updated_at` moves only with changes that make a
 * ticket event, not with those by the system. With `updated_at` as cursor, a ticket that the system changed would come
 * with a time before the range and be dropped as out of it, its change lost; and a stateful load would ask from the
 * wrong time. A ticket is exported once, as it is now, at the time of its last change: one that changes again leaves the
 * interval it was in for a later one, and rerunning the earlier interval doesn't bring it back or overwrite what is
 * newer. Deleted tickets come with the status `deleted`.
 *
 * **ticket_events** are appended, cursor `timestamp`. **ticket_metric_events** are appended, cursor `time`.
 *
 * The API leaves out the minute before a request. A run whose range ends within it waits for that minute to pass
 * (`settleSeconds`, @default 60, for an address on this machine 0); `schedule: { delay: '2m' }` saves the wait.
 * A rate limit is waited out, however long `Retry-After` says.
 * A load that is tried again goes on from the link of its last checkpoint.
 *
 * Source of these rules: developer.zendesk.com, "Incremental Exports" and "Using the Incremental Exports API".
 *
 * @example zendesk({ startDate: '2023-01-01' }).withResources('ticket_events')
 */
export const zendesk = defineSource({
  name: 'zendesk_support',
  section: 'zendesk',
  maxTableNesting: 2,
  config,
  http: (c) => ({
    baseUrl: c.baseUrl ?? `https://${c.credentials.subdomain}.zendesk.com`,
    auth: basic(c.credentials.email, c.credentials.password),
  }),
  resources: (c) => {
    const settleMs = (c.settleSeconds ?? (isLoopback(c.baseUrl) ? 0 : SETTLE_SECONDS)) * 1000;
    const seconds = {
      type: 'unix',
      initialValue: unix(c.startDate),
      endValue: c.endDate === undefined ? null : unix(c.endDate),
      allowExternalSchedulers: true,
    } as const;
    return [
      resource({
        name: 'tickets',
        primaryKey: 'id',
        writeDisposition: 'merge',
        resumable: true,
        incremental: { generatedTimestamp: incremental({ cursor: 'generated_timestamp', ...seconds }) },
        async *extract({ incremental: { generatedTimestamp: cursor }, http, log, resumeFrom, checkpoint }) {
          yield* exportPages({ name: 'tickets', cursor, http, log, settleMs, resumeFrom, checkpoint });
        },
      }),
      resource({
        name: 'ticket_events',
        primaryKey: 'id',
        writeDisposition: 'append',
        resumable: true,
        incremental: { timestamp: incremental({ cursor: 'timestamp', ...seconds }) },
        async *extract({ incremental: { timestamp: cursor }, http, log, resumeFrom, checkpoint }) {
          yield* exportPages({ name: 'ticket_events', cursor, http, log, settleMs, resumeFrom, checkpoint });
        },
      }),
      resource({
        name: 'ticket_metric_events',
        primaryKey: 'id',
        writeDisposition: 'append',
        resumable: true,
        incremental: {
          time: incremental({
            cursor: 'time',
            type: 'iso',
            initialValue: isoText(c.startDate),
            endValue: c.endDate === undefined ? null : isoText(c.endDate),
            allowExternalSchedulers: true,
          }),
        },
        async *extract({ incremental: { time: cursor }, http, log, resumeFrom, checkpoint }) {
          yield* exportPages({
            name: 'ticket_metric_events',
            cursor,
            http,
            log,
            settleMs,
            resumeFrom,
            checkpoint,
          });
        },
      }),
    ];
  },
});
