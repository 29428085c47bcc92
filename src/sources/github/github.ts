import { z } from 'zod';
import { instant, secret } from '../../config';
import { bearer } from '../../http';
import { incremental } from '../../incremental';
import { HOUR_MS } from '../../interval';
import { defineSource, resource } from '../../source';
import { isoRange } from '../date-range';
import { eventPages } from './event-pages';
import { issuePages, type SeenIssues } from './issue-pages';
import { PRIMARY_LIMIT, secondaryLimit } from './limits';
import { starPages } from './star-pages';

/** The API's clock and ours may differ; a reset is given in whole seconds, up to an hour ahead. */
const MAX_WAIT_MS = 2 * HOUR_MS;

const config = z.object({
  /** `duckdb` of github.com/duckdb/duckdb: a user or an organization. */
  owner: z.string(),
  /** The repository's name. */
  repo: z.string(),
  /** A personal or an app's token; without one, public repositories at 60 requests an hour. */
  accessToken: secret(z.string()).optional(),
  /** Where the data begins. Inclusive. */
  startDate: instant().default('2008-01-01'),
  /** Where it ends. Exclusive; makes the load stateless. */
  endDate: instant().optional(),
  /** Hours by which an event may show up late; a later run looks back so far. */
  eventDelayHours: z.number().min(0).default(6),
  /** Of GitHub Enterprise Server: `https://HOST/api/v3`. */
  baseUrl: z.string().default('https://api.github.com'),
});

/**
 * One GitHub repository by the REST API: `issues`, `events`, `stargazers`.
 *
 * `github({ owner, repo, accessToken, startDate, endDate })`; what isn't given is looked up, `SOURCES__GITHUB__ACCESS_TOKEN`.
 * With `endDate` the load is stateless; without it only what is new comes on the next run. With a data interval, that is
 * the range.
 *
 * **issues** are merged by `id`, with `updated_at` as cursor: GitHub's `since` asks for the time of the last change, and
 * there is no `until`, so rows beyond the end are dropped here and end the load. Open and closed ones come, pull requests
 * too, as GitHub has it (they have `pull_request`). An issue comes as it is now, in the interval of its last change: one
 * that changes again leaves the interval it was in for a later one, and an older interval that runs again doesn't
 * overwrite what is newer. Deleted and transferred issues stay in the table as they were last seen.
 *
 * **events** are appended, each once by `id`, to one table for each type (`push_event`, `issues_event`, …), with
 * `created_at` as cursor. They come newest first and the load stops at the first one before the start. GitHub keeps 300 of
 * them, for 30 days at most, and some show up hours late: load them daily or more often; a run looks back by
 * `eventDelayHours` (@default 6), and rows that are there already are left out.
 *
 * **stargazers** are merged by `user_id`, with `starred_at` as cursor, read from the end of the range backwards. Since July 2026
 * GitHub lists them to admins and collaborators of the repository only: a 403 says so, an empty list is warned of. Whoever takes a star
 * back stays in the table until a full refresh.
 *
 * Requests go one at a time, as GitHub asks; both rate limits are waited out. A run without anything new costs requests
 * that are answered with 304 and don't count.
 *
 * Source of these rules: docs.github.com/rest, "List repository issues", "Events", "Starring", "Best practices for using
 * the REST API", "Rate limits for the REST API".
 *
 * @example github({ owner: 'duckdb', repo: 'duckdb', startDate: '2024-01-01' }).withResources('issues')
 */
export const github = defineSource({
  name: 'github',
  config,
  http: (c) => ({
    baseUrl: c.baseUrl,
    auth: c.accessToken === undefined ? undefined : bearer(c.accessToken),
    headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
    concurrency: 1,
    limitHeaders: [PRIMARY_LIMIT],
    check: secondaryLimit,
    maxWait: MAX_WAIT_MS,
  }),
  resources: (c) => {
    const path = `/repos/${encodeURIComponent(c.owner)}/${encodeURIComponent(c.repo)}`;
    const times = isoRange(c);
    return [
      resource({
        name: 'issues',
        primaryKey: 'id',
        writeDisposition: 'merge',
        resumable: true,
        incremental: { updatedAt: incremental({ cursor: 'updated_at', ...times }) },
        async *extract({ incremental: { updatedAt: cursor }, http, state, resumeFrom, checkpoint }) {
          yield* issuePages({
            http,
            path: `${path}/issues`,
            cursor,
            resumeFrom,
            checkpoint,
            seen: state['seen'] as SeenIssues | undefined,
            keep(seen) {
              if (seen === undefined) delete state['seen'];
              else state['seen'] = seen;
            },
          });
        },
      }),
      resource({
        name: 'events',
        primaryKey: 'id',
        writeDisposition: 'append',
        tableName: (event: { readonly type: string }) => event.type,
        incremental: {
          createdAt: incremental({
            cursor: 'created_at',
            rowOrder: 'desc',
            lag: c.eventDelayHours * 3600,
            ...times,
          }),
        },
        async *extract({ incremental: { createdAt: cursor }, http, log, state }) {
          yield* eventPages({ http, log, path: `${path}/events`, cursor, state });
        },
      }),
      resource({
        name: 'stargazers',
        primaryKey: 'user_id',
        writeDisposition: 'merge',
        incremental: { starredAt: incremental({ cursor: 'starred_at', rowOrder: 'desc', ...times }) },
        async *extract({ incremental: { starredAt: cursor }, http, log }) {
          yield* starPages({ http, log, path, cursor });
        },
      }),
    ];
  },
});
