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
import { answerComments, answerEvents, answerIssues, answerStargazers } from './answers';
import {
  type DatasetOptions,
  issuesAt,
  makeEvents,
  makeIssues,
  makeStars,
  type Row,
  secondsOf,
} from './rows';

export interface GithubEmulatorOptions extends DatasetOptions {
  /** @default 'octo' */
  readonly owner?: string;
  /** @default 'hello' */
  readonly repo?: string;
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
}

const DOCUMENTATION = 'https://docs.github.com/rest';
const message = (status: number, text: string): Reply =>
  reply({ status, body: { message: text, documentation_url: DOCUMENTATION, status: String(status) } });

const anonymous: AuthChecker = {
  check: ({ headers }) => (headers.authorization === undefined ? 'anonymous' : undefined),
};

/**
 * GitHub's REST API for one repository, on a loopback port, over data made from a seed: issues, events, stargazers, Link
 * headers, ETags, the primary rate limit. A secondary one is a fault: `faults.inject(SECONDARY_LIMIT)`.
 *
 * Source of the rules: docs.github.com/rest.
 * @example
 * const emulator = await startGithubEmulator({ now: '2024-01-20T00:00:00Z' });
 * const source = github(emulator.config);
 */
export async function startGithubEmulator(options: GithubEmulatorOptions = {}): Promise<GithubEmulator> {
  const { owner = 'octo', repo = 'hello', token = 'emulator-token', seed = 1 } = options;
  const [from, to] = [secondsOf(options.from ?? '2024-01-01'), secondsOf(options.to ?? '2024-02-01')];
  const issues = makeIssues(seed, options.issues ?? 400, from, to);
  const events = makeEvents(seed, options.eventsPerDay ?? 8, from, to);
  const stars = makeStars(seed, options.stars ?? 250, from, to);
  let fixedNow = typeof options.now === 'string' ? Date.parse(options.now) : undefined;
  const clock = typeof options.now === 'function' ? options.now : Date.now;
  const now = (): number => fixedNow ?? clock();

  let hidden = { from: Number.POSITIVE_INFINITY, to: 0 };
  const repository = `${owner}/${repo}`;
  const ofRepository =
    (answer: (request: EmulatorRequest) => Reply) =>
    (request: EmulatorRequest): Reply => {
      const { params } = request;
      if (`${params['owner']}/${params['repo']}` !== repository) return message(404, 'Not Found');
      return answer(request);
    };
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
      'GET /repos/:owner/:repo': ofRepository(() =>
        reply({
          body: {
            full_name: repository,
            stargazers_count: stars.filter(({ at }) => at * 1000 <= now()).length,
          },
        }),
      ),
      'GET /repos/:owner/:repo/issues': ofRepository((request) => answerIssues(request, issues, repository)),
      'GET /repos/:owner/:repo/issues/:number/comments': ofRepository((request) =>
        answerComments(request, issues, repository),
      ),
      'GET /repos/:owner/:repo/events': ofRepository((request) =>
        answerEvents(
          request,
          events.filter(({ at }) => at < hidden.from || at >= hidden.to),
        ),
      ),
      'GET /repos/:owner/:repo/stargazers': ofRepository((request) => answerStargazers(request, stars)),
    },
    notFound: () => message(404, 'Not Found'),
    now,
    port: options.port,
    faults: options.faults,
  });

  const expected: GithubEmulator['expected'] = ({ from: begin = '', to: end = '9999' } = {}) => {
    const seconds = Math.floor(now() / 1000);
    const within = (field: string) => (row: Row) => begin <= String(row[field]) && String(row[field]) < end;
    const happened = (rows: readonly { readonly at: number; readonly row: Row }[]): readonly Row[] =>
      rows.filter(({ at }) => at <= seconds).map(({ row }) => row);
    return {
      issues: issuesAt(issues, seconds, repository).filter(within('updated_at')),
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
    updateIssue(number, at) {
      issues.find((issue) => issue.number === number)?.updates.push(secondsOf(at));
    },
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
