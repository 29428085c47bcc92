import { incremental } from '../../incremental';
import { defineSource, resource } from '../../source';
import { isoRange, unixRange } from '../date-range';
import { settleMsOf } from '../settle-ms';
import { authOf, config } from './config';
import { exportPages } from './export-pages';

/** What the API holds back, by its documentation: the minute before a request. */
const SETTLE_SECONDS = 60;

/**
 * Zendesk Support by its incremental exports: `tickets`, `ticket_events`, `ticket_metric_events`, and, when they are
 * chosen by `withResources`, `users` and `organizations`.
 *
 * `zendesk({ startDate, endDate })` takes ISO text, a Date, a luxon DateTime or unix seconds. With `endDate` the load is
 * stateless; without it only what is new comes on the next run. With a data interval, that is the range. Credentials
 * are given in code or looked up, `SOURCES__ZENDESK__CREDENTIALS__PASSWORD`: `subdomain` with `email` and `password`,
 * with `email` and `token` (an API token), or with `oauthToken`; the first kind that is complete is used.
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
 * **users** and **organizations** are merged by `id`, cursor `updated_at`: exported once, as they are now, at the time of
 * their last change. Users come by cursor, organizations by time; tickets by time, or with `ticketExport: 'cursor'` by
 * cursor, with the same rows.
 *
 * The API leaves out the minute before a request. A run whose range ends within it waits for that minute to pass
 * (`settleSeconds`, @default 60, for an address on this machine 0); `schedule: { delay: '2m' }` saves the wait.
 * A rate limit is waited out, however long `Retry-After` says.
 * A load that is tried again goes on from the link of its last checkpoint.
 *
 * Source of these rules: developer.zendesk.com, "Incremental Exports", "Using the Incremental Exports API", "Security and authentication".
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
    auth: authOf(c.credentials),
  }),
  resources: (c) => {
    const settleMs = settleMsOf(c, SETTLE_SECONDS);
    const seconds = unixRange(c);
    const text = isoRange(c);
    const people = <const N extends 'users' | 'organizations'>(name: N, by: 'time' | 'cursor') =>
      resource({
        name,
        primaryKey: 'id',
        writeDisposition: 'merge',
        selected: false,
        resumable: true,
        incremental: { updatedAt: incremental({ cursor: 'updated_at', ...text }) },
        extract: ({ incremental: { updatedAt: cursor }, ...context }) =>
          exportPages({ ...context, name, by, cursor, settleMs }),
      });
    return [
      resource({
        name: 'tickets',
        primaryKey: 'id',
        writeDisposition: 'merge',
        resumable: true,
        incremental: { generatedTimestamp: incremental({ cursor: 'generated_timestamp', ...seconds }) },
        extract: ({ incremental: { generatedTimestamp: cursor }, ...context }) =>
          exportPages({ ...context, name: 'tickets', by: c.ticketExport, cursor, settleMs }),
      }),
      resource({
        name: 'ticket_events',
        primaryKey: 'id',
        writeDisposition: 'append',
        resumable: true,
        incremental: { timestamp: incremental({ cursor: 'timestamp', ...seconds }) },
        extract: ({ incremental: { timestamp: cursor }, ...context }) =>
          exportPages({ ...context, name: 'ticket_events', by: 'time', cursor, settleMs }),
      }),
      resource({
        name: 'ticket_metric_events',
        primaryKey: 'id',
        writeDisposition: 'append',
        resumable: true,
        incremental: { time: incremental({ cursor: 'time', ...text }) },
        extract: ({ incremental: { time: cursor }, ...context }) =>
          exportPages({
            ...context,
            name: 'ticket_metric_events',
            by: 'time',
            cursor,
            settleMs,
          }),
      }),
      people('users', 'cursor'),
      people('organizations', 'time'),
    ];
  },
});
