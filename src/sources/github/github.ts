import { z } from 'zod';
import { bearer } from '../../http';
import { incremental } from '../../incremental';
import { HOUR_MS } from '../../interval';
import { defineSource, resource, transformer } from '../../source';
import { withoutUndefined } from '../../value';
import { isoRange } from '../date-range';
import { changedPages } from './changed-pages';
import { commitPages } from './commit-pages';
import { checkRepositories, config, repositoriesOf } from './config';
import { eventPages, type RepositoryEvent } from './event-pages';
import { PRIMARY_LIMIT, secondaryLimit } from './limits';
import { type PullRequest, pullPages, reviewPages } from './pull-pages';
import { releasePages } from './release-pages';
import { type Visit, type WalkContext, walk } from './repositories';
import { runPages } from './run-pages';
import { starPages } from './star-pages';

/** The API's clock and ours may differ; a reset is given in whole seconds, up to an hour ahead. */
const MAX_WAIT_MS = 2 * HOUR_MS;
const DAY_SECONDS = 86_400;
/** In seconds, and longer than GitHub exists. */
const EVERYTHING = 3_000_000_000;
/** For a resource that starts again from its beginning. */
const WHOLE = { resumeFrom: undefined, checkpoint: async (): Promise<void> => {} };

interface CursorSettings {
  /** Of a list of one repository. */
  readonly rowOrder?: 'desc';
  /** Seconds by which a later run looks back. */
  readonly lag?: number;
  readonly onCursorValueMissing?: 'include';
}

/**
 * GitHub repositories by the REST API: `issues`, `events`, `stargazers`, and, when they are chosen by `withResources`,
 * `pull_requests`, `reviews`, `review_comments`, `issue_comments`, `commits`, `releases`, `workflow_runs`.
 *
 * `github({ owner, repo, accessToken, startDate, endDate })`; what isn't given is looked up, `SOURCES__GITHUB__ACCESS_TOKEN`.
 * With `endDate` the load is stateless; without it only what is new comes on the next run. With a data interval, that is
 * the range.
 *
 * **Several repositories**: `github({ repositories: ['duckdb/duckdb', 'dlt-hub/dlt'] })` instead of `owner` and `repo`. Rows say
 * whose they are in `repository_full_name`. Each repository has a cursor of its own, kept in the resource's state: one that is
 * added is read from `startDate` on. Stars and commits are unique in their repository.
 *
 * **issues** are merged by `id`, with `updated_at` as cursor: GitHub's `since` asks for the time of the last change, and
 * there is no `until`, so rows beyond the end are dropped here and end the load. Open and closed ones come, pull requests
 * too, as GitHub has it (they have `pull_request`). An issue comes as it is now, in the interval of its last change: one
 * that changes again leaves the interval it was in for a later one, and an older interval that runs again doesn't
 * overwrite what is newer. Deleted and transferred issues stay in the table as they were last seen. **issue_comments** and
 * **review_comments** are asked for in the same way.
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
 * **pull_requests** are merged by `id`, with `updated_at` as cursor, read from the end of the range backwards, as the list has
 * them: without the counts of lines and commits. **reviews**, merged by `id`, are those of the pull requests of the range:
 * a request for each.
 *
 * **commits** of the default branch, or `bind({ commits: { branch } })`, are merged by repository and `sha`, with the
 * committer's time, `committed_at`, as cursor. One that is merged late has an older time: a run that goes on from its cursor
 * looks back by `commitDelayDays` (@default 14).
 *
 * **workflow_runs** are merged by `id`, with `created_at` as cursor; a range with 1,000 runs or more is asked for by halves. A run
 * that goes on from its cursor looks back by `workflowRunDays` (@default 3), since they change until they are completed.
 * **releases** are replaced by each run.
 *
 * Requests go one at a time, as GitHub asks; both rate limits are waited out. A run without anything new costs requests
 * that are answered with 304 and don't count (issues, comments, events).
 *
 * @throws CONFIG_MISSING where no repository is named, CONFIG_INVALID where that is done in both ways
 *
 * Source of these rules: docs.github.com/rest, "List repository issues", "Events", "Starring", "Pulls", "List commits",
 * "List workflow runs for a repository", "Best practices for using the REST API", "Rate limits for the REST API".
 *
 * @example github({ owner: 'duckdb', repo: 'duckdb', startDate: '2024-01-01' }).withResources('issues')
 */
export const github = defineSource({
  name: 'github',
  config,
  http: (c) => {
    checkRepositories(c);
    return {
      baseUrl: c.baseUrl,
      auth: c.accessToken === undefined ? undefined : bearer(c.accessToken),
      headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
      concurrency: 1,
      limitHeaders: [PRIMARY_LIMIT],
      check: secondaryLimit,
      maxWait: MAX_WAIT_MS,
    };
  },
  resources: (c) => {
    const repositories = repositoriesOf(c);
    const apart = c.repositories !== undefined;
    const { type, ...range } = isoRange(c);

    /** The cursor of a list, by the field that it goes by. */
    const cursorOf = (field: string, { lag = 0, rowOrder, ...more }: CursorSettings = {}) =>
      apart
        ? // reaches back to the beginning, and so drops nothing: each repository has its own in the state. Its name isn't
          // the field's: what a run of one repository stored is not for several, nor the other way round. Without a declared
          // type a run that no interval drives claims no time as loaded.
          incremental({ cursor: `$.${field}`, lag: EVERYTHING, ...range, ...more })
        : incremental({ cursor: field, type, lag, ...range, ...more, ...withoutUndefined({ rowOrder }) });
    const walked = <R extends object>(
      context: WalkContext,
      list: {
        readonly field: string;
        readonly ascending?: boolean;
        readonly lag?: number;
        readonly named?: boolean;
      },
      pagesOf: (visit: Visit) => AsyncIterable<readonly R[]>,
    ) =>
      walk(
        {
          ...context,
          repositories,
          apart,
          named: list.named ?? true,
          field: list.field,
          ascending: list.ascending ?? false,
          lagSeconds: list.lag ?? 0,
        },
        pagesOf,
      );
    const changed = <const N extends string>(
      name: N,
      list: {
        readonly path: string;
        readonly state?: 'all';
        readonly named?: boolean;
        readonly selected?: boolean;
      },
    ) =>
      resource({
        name,
        primaryKey: 'id',
        writeDisposition: 'merge',
        selected: list.selected ?? false,
        resumable: true,
        incremental: { updatedAt: cursorOf('updated_at') },
        extract: ({ incremental: { updatedAt: cursor }, http, ...context }) =>
          walked(
            { ...context, cursor },
            { field: 'updated_at', ascending: true, named: list.named ?? true },
            ({ path, ...visit }) =>
              changedPages({
                http,
                path: `${path}/${list.path}`,
                params: withoutUndefined({ state: list.state }),
                ...visit,
              }),
          ),
      });
    const pulls = resource({
      name: 'pull_requests',
      primaryKey: 'id',
      writeDisposition: 'merge',
      selected: false,
      resumable: true,
      incremental: { updatedAt: cursorOf('updated_at') },
      extract: ({ incremental: { updatedAt: cursor }, http, ...context }) =>
        walked({ ...context, cursor }, { field: 'updated_at' }, (visit) => pullPages(http, visit)),
    });
    const eventDelay = c.eventDelayHours * 3600;
    const commitDelay = c.commitDelayDays * DAY_SECONDS;
    const runDelay = c.workflowRunDays * DAY_SECONDS;

    return [
      changed('issues', { path: 'issues', state: 'all', named: apart, selected: true }),
      resource({
        name: 'events',
        primaryKey: 'id',
        writeDisposition: 'append',
        tableName: (event: RepositoryEvent) => event.type,
        incremental: { createdAt: cursorOf('created_at', { rowOrder: 'desc', lag: eventDelay }) },
        extract: ({ incremental: { createdAt: cursor }, http, log, ...context }) =>
          walked(
            { ...context, ...WHOLE, cursor },
            { field: 'created_at', lag: eventDelay, named: apart },
            ({ path, ...visit }) => eventPages({ http, log, path: `${path}/events`, ...visit }),
          ),
      }),
      resource({
        name: 'stargazers',
        primaryKey: apart ? ['repository_full_name', 'user_id'] : 'user_id',
        writeDisposition: 'merge',
        incremental: { starredAt: cursorOf('starred_at', { rowOrder: 'desc' }) },
        extract: ({ incremental: { starredAt: cursor }, http, log, ...context }) =>
          walked({ ...context, ...WHOLE, cursor }, { field: 'starred_at', named: apart }, (visit) =>
            starPages({ http, log, ...visit }),
          ),
      }),
      pulls,
      transformer({
        name: 'reviews',
        from: pulls,
        primaryKey: 'id',
        writeDisposition: 'merge',
        selected: false,
        extract: ({ items, http }) => reviewPages(http, items as readonly PullRequest[]),
      }),
      changed('review_comments', { path: 'pulls/comments' }),
      changed('issue_comments', { path: 'issues/comments' }),
      resource({
        name: 'commits',
        primaryKey: ['repository_full_name', 'sha'],
        writeDisposition: 'merge',
        selected: false,
        params: z.object({ branch: z.string().optional() }),
        incremental: {
          committedAt: cursorOf('committed_at', { lag: commitDelay, onCursorValueMissing: 'include' }),
        },
        extract: ({ incremental: { committedAt: cursor }, http, params: { branch }, ...context }) =>
          walked({ ...context, ...WHOLE, cursor }, { field: 'committed_at', lag: commitDelay }, (visit) =>
            commitPages(http, visit, branch),
          ),
      }),
      resource({
        name: 'releases',
        writeDisposition: 'replace',
        selected: false,
        extract: ({ http }) => releasePages(http, repositories),
      }),
      resource({
        name: 'workflow_runs',
        primaryKey: 'id',
        writeDisposition: 'merge',
        selected: false,
        resumable: true,
        incremental: { createdAt: cursorOf('created_at', { lag: runDelay }) },
        extract: ({ incremental: { createdAt: cursor }, http, log, ...context }) =>
          walked({ ...context, cursor }, { field: 'created_at', lag: runDelay }, (visit) =>
            runPages(http, log, visit),
          ),
      }),
    ];
  },
});
