import {
  type AuthChecker,
  bearerAuth,
  type Emulator,
  type EmulatorRequest,
  type Fault,
  type Reply,
  reply,
  startEmulator,
} from '../emulator-kit';
import { answerEvents, answerIssues, answerStargazers, paged } from './answers';
import { makeRepository, type Repository } from './repository';
import { type DatasetOptions, type Row, secondsOf } from './rows';
import {
  answerComments,
  answerCommits,
  answerIssueComments,
  answerPulls,
  answerReviews,
  answerRuns,
} from './work-answers';

export interface GithubEmulatorOptions extends DatasetOptions {
  /** @default 'octo' */
  readonly owner?: string;
  /** @default 'hello' */
  readonly repo?: string;
  /** Further repositories, `owner/name`, each with data of its own. @default none */
  readonly others?: readonly string[] | undefined;
  /** @default 'emulator-token' */
  readonly token?: string;
  /** Requests an hour with a token; without one it is 60. @default 5000 */
  readonly requestsPerHour?: number;
  /** ISO text of its clock; what is later hasn't happened. @default the machine's */
  readonly now?: string | (() => number);
  readonly faults?: readonly Fault[];
  /** @default a free one */
  readonly port?: number | undefined;
}

export type GithubTable = 'issues' | 'events' | 'stargazers';

/** A range of ISO texts, the end exclusive. */
export interface Range {
  readonly from?: string;
  readonly to?: string;
}

export interface GithubEmulator extends Emulator {
  /** Config for the source. */
  readonly config: {
    readonly owner: string;
    readonly repo: string;
    readonly accessToken: string;
    readonly baseUrl: string;
  };
  /** Moves its clock. */
  setNow(now: string | undefined): void;
  /** Changes an issue once more, at a time after its last change. */
  updateIssue(number: number, at: string): void;
  /** Holds back the events of a time, as GitHub does for hours sometimes; without one, none. */
  hideEvents(from?: string, to?: string): void;
  /** What a load of the range should hold, as of now: issues by their last change. */
  expected(range?: Range): Readonly<Record<GithubTable, readonly Row[]>>;
  expectedCounts(range?: Range): Readonly<Record<GithubTable, number>>;
  /** A repository by `owner/name`. @default the first */
  repository(name?: string): Repository;
  /** Unix seconds of its clock. */
  seconds(): number;
}

const DOCUMENTATION = 'https://docs.github.com/rest';
const message = (status: number, text: string): Reply =>
  reply({ status, body: { message: text, documentation_url: DOCUMENTATION, status: String(status) } });

const anonymous: AuthChecker = {
  check: ({ headers }) => (headers.authorization === undefined ? 'anonymous' : undefined),
};

/**
 * GitHub's REST API for one repository or several, on a loopback port, over data made from a seed: issues, events,
 * stargazers, pull requests with reviews and comments, commits, releases, workflow runs; Link headers, ETags, the primary rate limit. A secondary one is a fault: `faults.inject(SECONDARY_LIMIT)`.
 *
 * Source of the rules: docs.github.com/rest.
 * @example
 * const emulator = await startGithubEmulator({ now: '2024-01-20T00:00:00Z' });
 * const source = github(emulator.config);
 */
export async function startGithubEmulator(options: GithubEmulatorOptions = {}): Promise<GithubEmulator> {
  const { owner = 'octo', repo = 'hello', others = [], token = 'emulator-token' } = options;
  const repository = `${owner}/${repo}`;
  const repositories = [repository, ...others].map((name, place) => makeRepository(name, place, options));
  const [main] = repositories as [Repository];
  const { events, stars } = main;
  let fixedNow = typeof options.now === 'string' ? Date.parse(options.now) : undefined;
  const clock = typeof options.now === 'function' ? options.now : Date.now;
  const now = (): number => fixedNow ?? clock();

  let hidden = { from: Number.POSITIVE_INFINITY, to: 0 };
  const ofRepository =
    (answer: (request: EmulatorRequest, repository: Repository) => Reply) =>
    (request: EmulatorRequest): Reply => {
      const { params } = request;
      const asked = `${params['owner']}/${params['repo']}`;
      const found = repositories.find(({ name }) => name === asked);
      return found === undefined ? message(404, 'Not Found') : answer(request, found);
    };
  const seconds = (): number => Math.floor(now() / 1000);
  const limit = (isMeant: (request: EmulatorRequest) => boolean, requests: number) => ({
    requests,
    seconds: 3600,
    on: isMeant,
    status: 403,
    retryAfter: false,
    headers: {
      limit: 'x-ratelimit-limit',
      remaining: 'x-ratelimit-remaining',
      reset: 'x-ratelimit-reset',
    },
    body: { message: 'API rate limit exceeded', documentation_url: DOCUMENTATION },
  });

  const emulator = await startEmulator({
    auth: [bearerAuth(token, { refusal: message(401, 'Bad credentials') }), anonymous],
    limits: [
      limit(({ identity }) => identity === token, options.requestsPerHour ?? 5000),
      limit(({ identity }) => identity === 'anonymous', 60),
    ],
    routes: {
      'GET /repos/:owner/:repo': ofRepository((_, { name, stars: own }) =>
        reply({
          body: { full_name: name, stargazers_count: own.filter(({ at }) => at <= seconds()).length },
        }),
      ),
      'GET /repos/:owner/:repo/issues': ofRepository(answerIssues),
      'GET /repos/:owner/:repo/issues/comments': ofRepository((request, found) =>
        answerComments(request, found.issueCommentsAt(seconds())),
      ),
      'GET /repos/:owner/:repo/issues/:number/comments': ofRepository(answerIssueComments),
      'GET /repos/:owner/:repo/events': ofRepository((request, found) =>
        answerEvents(
          request,
          found.events.filter(({ at }) => at < hidden.from || at >= hidden.to),
        ),
      ),
      'GET /repos/:owner/:repo/stargazers': ofRepository((request, found) =>
        answerStargazers(request, found.stars),
      ),
      'GET /repos/:owner/:repo/pulls': ofRepository(answerPulls),
      'GET /repos/:owner/:repo/pulls/comments': ofRepository((request, found) =>
        answerComments(request, found.reviewCommentsAt(seconds())),
      ),
      'GET /repos/:owner/:repo/pulls/:number/reviews': ofRepository(answerReviews),
      'GET /repos/:owner/:repo/commits': ofRepository(answerCommits),
      'GET /repos/:owner/:repo/releases': ofRepository((request, found) =>
        paged(request, found.releasesAt(seconds())),
      ),
      'GET /repos/:owner/:repo/actions/runs': ofRepository(answerRuns),
    },
    notFound: () => message(404, 'Not Found'),
    now,
    port: options.port,
    faults: options.faults,
  });

  const expected: GithubEmulator['expected'] = ({ from: begin = '', to: end = '9999' } = {}) => {
    const until = seconds();
    const within = (field: string) => (row: Row) => begin <= String(row[field]) && String(row[field]) < end;
    const happened = (rows: readonly { readonly at: number; readonly row: Row }[]): readonly Row[] =>
      rows.filter(({ at }) => at <= until).map(({ row }) => row);
    return {
      issues: main.issuesAt(until).filter(within('updated_at')),
      events: happened(events).filter(within('created_at')),
      stargazers: happened(stars).filter(within('starred_at')),
    };
  };
  return {
    ...emulator,
    config: { owner, repo, accessToken: token, baseUrl: emulator.url },
    setNow(changed) {
      fixedNow = changed === undefined ? undefined : Date.parse(changed);
    },
    hideEvents: (begin, end) => {
      hidden =
        begin === undefined || end === undefined
          ? { from: Number.POSITIVE_INFINITY, to: 0 }
          : { from: secondsOf(begin), to: secondsOf(end) };
    },
    updateIssue: main.updateIssue,
    repository: (name = repository) => {
      const found = repositories.find((one) => one.name === name);
      if (found === undefined) throw new RangeError(`There is no repository "${name}".`);
      return found;
    },
    seconds,
    expected,
    expectedCounts: (range) => {
      const rows = expected(range);
      return { issues: rows.issues.length, events: rows.events.length, stargazers: rows.stargazers.length };
    },
  };
}

/** GitHub's refusal of too many requests in a short time, which says nothing of when to come again. */
export const SECONDARY_LIMIT: Fault = {
  kind: 'status',
  status: 403,
  headers: { 'x-ratelimit-remaining': 4000, 'x-ratelimit-reset': 4_000_000_000 },
  body: {
    message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    documentation_url: `${DOCUMENTATION}/using-the-rest-api/rate-limits-for-the-rest-api`,
  },
};
