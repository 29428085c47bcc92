import { unix } from '../../config';
import { incremental } from '../../incremental';
import { defineSource, resource } from '../../source';
import { isoRange, unixRange } from '../date-range';
import { settleMsOf } from '../settle-ms';
import { commentsIn, metricsIn, reaches } from './beside-tickets';
import { authOf, config } from './config';
import { customFieldsByTitle } from './custom-fields';
import { exportPages } from './export-pages';
import { listPages } from './list-pages';

/** What the API holds back, by its documentation: the minute before a request. */
const SETTLE_SECONDS = 60;
const DAY_SECONDS = 86_400;

/**
 * Zendesk Support by its incremental exports: `tickets`, `ticket_events`, `ticket_metric_events`, and, when they are
 * chosen by `withResources`, `users`, `organizations`, `ticket_comments`, `ticket_metrics`; and by lists
 * `satisfaction_ratings`, `groups`, `ticket_fields`.
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
 * **ticket_comments** are merged by `id`, cursor `timestamp`, the time of their event: they come from the export of events, which
 * can be asked to hold them whole, a thousand events a request; comments by ticket would cost a request for each.
 * **ticket_metrics** are merged by `id`, cursor `generated_timestamp`: they come beside the export of tickets.
 * **satisfaction_ratings** are merged by `id`, cursor `updated_at`; asked for from `ratingDays` (@default 30) before the range on, since
 * a rating changes after it was offered. **groups** and **ticket_fields** are replaced by each run.
 *
 * With `customFields: 'byTitle'` the custom fields of a ticket are columns, `custom_fields__<title>`, instead of a child table.
 * Of fields whose titles give one column, the one with the smallest id has it, and the others have their id behind the title. One that
 * isn't listed any more is `custom_fields__field_<id>`. `dropdownValues: 'titles'` stores a choice by its title instead of its tag.
 *
 * The API leaves out the minute before a request. A run whose range ends within it waits for that minute to pass
 * (`settleSeconds`, @default 60, for an address on this machine 0); `schedule: { delay: '2m' }` saves the wait.
 * A rate limit is waited out, however long `Retry-After` says.
 * A load that is tried again goes on from the link of its last checkpoint.
 *
 * Source of these rules: developer.zendesk.com, "Incremental Exports", "Using the Incremental Exports API", "Satisfaction
 * Ratings", "Groups", "Ticket Fields", "Pagination", "Security and authentication".
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
    const snapshot = <const N extends 'groups' | 'ticket_fields'>(name: N) =>
      resource({
        name,
        writeDisposition: 'replace',
        selected: false,
        async *extract({ http }) {
          for await (const { rows } of listPages(http, name)) yield rows;
        },
      });
    return [
      resource({
        name: 'tickets',
        primaryKey: 'id',
        writeDisposition: 'merge',
        resumable: true,
        incremental: { generatedTimestamp: incremental({ cursor: 'generated_timestamp', ...seconds }) },
        async *extract({ incremental: { generatedTimestamp: cursor }, ...context }) {
          const named =
            c.customFields === 'list' ? undefined : await customFieldsByTitle(context.http, c.dropdownValues);
          const pick = named && ((tickets: readonly unknown[]) => tickets.map(named));
          yield* exportPages({ ...context, name: 'tickets', by: c.ticketExport, pick, cursor, settleMs });
        },
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
      resource({
        name: 'ticket_comments',
        primaryKey: 'id',
        writeDisposition: 'merge',
        selected: false,
        resumable: true,
        incremental: { timestamp: incremental({ cursor: 'timestamp', ...seconds }) },
        extract: ({ incremental: { timestamp: cursor }, ...context }) =>
          exportPages({
            ...context,
            name: 'ticket_events',
            by: 'time',
            include: 'comment_events',
            pick: commentsIn,
            isLast: (events) => reaches(events, cursor.endValue),
            cursor,
            settleMs,
          }),
      }),
      resource({
        name: 'ticket_metrics',
        primaryKey: 'id',
        writeDisposition: 'merge',
        selected: false,
        resumable: true,
        incremental: { generatedTimestamp: incremental({ cursor: 'generated_timestamp', ...seconds }) },
        extract: ({ incremental: { generatedTimestamp: cursor }, ...context }) =>
          exportPages({
            ...context,
            name: 'tickets',
            by: c.ticketExport,
            include: 'metric_sets',
            pick: metricsIn,
            cursor,
            settleMs,
          }),
      }),
      resource({
        name: 'satisfaction_ratings',
        primaryKey: 'id',
        writeDisposition: 'merge',
        selected: false,
        resumable: true,
        incremental: { updatedAt: incremental({ cursor: 'updated_at', ...text }) },
        async *extract({ incremental: { updatedAt: cursor }, http, resumeFrom, checkpoint }) {
          const { startValue, endValue } = cursor;
          // of which of a rating's times the API's range is isn't documented: this one holds it by either
          const params = {
            start_time: Math.max(0, Math.floor(unix(startValue) - c.ratingDays * DAY_SECONDS)),
            end_time: endValue === undefined ? undefined : unix(endValue),
          };
          for await (const { rows, next } of listPages(http, 'satisfaction_ratings', {
            params,
            resumeFrom,
          })) {
            yield rows;
            if (next !== undefined) await checkpoint(next);
          }
        },
      }),
      snapshot('groups'),
      snapshot('ticket_fields'),
    ];
  },
});
