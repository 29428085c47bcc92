import { pick, type Random, randomFor, whole } from '../emulator-kit';

/** What makes the data of an emulator: the same options, the same rows. */
export interface DatasetOptions {
  /** @default 1 */
  readonly seed?: number;
  /** When the repository begins. @default '2024-01-01' */
  readonly from?: string;
  /** When the last thing happens. Exclusive. @default '2024-02-01' */
  readonly to?: string;
  /** @default 400 */
  readonly issues?: number;
  /** @default 8 */
  readonly eventsPerDay?: number;
  /** @default 250 */
  readonly stars?: number;
  /** @default 150 */
  readonly commits?: number;
  /** @default 12 */
  readonly releases?: number;
  /** Workflow runs. @default 120 */
  readonly runs?: number;
}

/** Whose rows are made, and where their ids begin. */
interface Owner {
  readonly repository: string;
  readonly base: number;
}

export type Row = Readonly<Record<string, unknown>>;
type Reactions = Readonly<Record<string, number>>;

/** An issue with the times of its changes; what it looks like depends on when it is asked for. */
export interface IssueHistory {
  readonly number: number;
  readonly createdAt: number;
  /** Unix seconds of every change, rising. */
  readonly updates: number[];
  readonly closes: boolean;
  readonly isPullRequest: boolean;
  readonly reactions: Reactions;
  readonly author: number;
}

export const REACTIONS = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'] as const;
const EVENT_TYPES = [
  'PushEvent',
  'PushEvent',
  'IssuesEvent',
  'IssueCommentEvent',
  'PullRequestEvent',
  'WatchEvent',
  'ForkEvent',
  'CreateEvent',
] as const;
const STREAM = { issues: 0, events: 1, stars: 2 };
const DAY = 86_400;

export const isoSeconds = (seconds: number): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
export const secondsOf = (text: string): number => Math.floor(Date.parse(text) / 1000);

export const userRow = (id: number): Row => ({
  login: `user-${id}`,
  id: 9000 + id,
  node_id: `U_${id}`,
  type: 'User',
  site_admin: false,
});

export function makeIssues(seed: number, count: number, from: number, to: number): IssueHistory[] {
  return Array.from({ length: count }, (_, index) => {
    const random = randomFor(seed, STREAM.issues, index);
    // issues open one after the other, as their numbers say
    const createdAt = from + Math.floor(((to - from) * (index + random() * 0.9)) / count);
    const updates = Array.from({ length: whole(random, 4) }, () =>
      Math.floor(createdAt + (to - createdAt) * random() ** 2),
    ).sort((a, b) => a - b);
    return {
      number: index + 1,
      createdAt,
      updates: [createdAt, ...updates],
      closes: random() < 0.5,
      isPullRequest: random() < 0.3,
      reactions: reactionsOf(random),
      author: whole(random, 60),
    };
  });
}

const reactionsOf = (random: Random): Reactions =>
  Object.fromEntries(REACTIONS.map((name) => [name, random() < 0.5 ? 0 : whole(random, 40)]));

/** What the API says of an issue at a time; undefined before it was opened. */
function issueAt(history: IssueHistory, now: number, { repository, base }: Owner): Row | undefined {
  const seen = history.updates.filter((at) => at <= now);
  const updatedAt = seen.at(-1);
  if (updatedAt === undefined) return undefined;
  const { number, createdAt, reactions, author } = history;
  const isClosed = history.closes && seen.length > 1;
  const url = `https://api.github.example/repos/${repository}/issues/${number}`;
  return {
    url,
    id: 2_000_000_000 + base + number,
    node_id: `I_${number}`,
    number,
    title: `Issue ${number}`,
    user: userRow(author),
    labels:
      number % 3 === 0 ? [{ id: 7000 + (number % 5), name: `label-${number % 5}`, color: 'ededed' }] : [],
    state: isClosed ? 'closed' : 'open',
    locked: false,
    assignees: [],
    comments: seen.length - 1,
    created_at: isoSeconds(createdAt),
    updated_at: isoSeconds(updatedAt),
    closed_at: isClosed ? isoSeconds(updatedAt) : null,
    body: `What is wrong, change ${seen.length}`,
    reactions: {
      url: `${url}/reactions`,
      total_count: Object.values(reactions).reduce((sum, count) => sum + count, 0),
      ...reactions,
    },
    pull_request: history.isPullRequest
      ? { url: url.replace('/issues/', '/pulls/'), merged_at: null }
      : undefined,
  };
}

/** All issues that are open or were, at a time. */
export const issuesAt = (histories: readonly IssueHistory[], now: number, owner: Owner): readonly Row[] =>
  histories.map((history) => issueAt(history, now, owner)).filter((row): row is Row => row !== undefined);

export interface Timed {
  /** Unix seconds. */
  readonly at: number;
  readonly row: Row;
}

/** What happened in the repository, oldest first. */
export function makeEvents(seed: number, perDay: number, from: number, to: number): Timed[] {
  const count = Math.floor(((to - from) / DAY) * perDay);
  return Array.from({ length: count }, (_, index) => {
    const random = randomFor(seed, STREAM.events, index);
    const at = from + Math.floor(((to - from) * (index + random() * 0.9)) / count);
    const type = pick(random, EVENT_TYPES);
    const actor = whole(random, 60);
    return {
      at,
      row: {
        id: String(30_000_000_000 + index),
        type,
        actor: { id: 9000 + actor, login: `user-${actor}` },
        repo: { id: 1, name: 'octo/hello' },
        payload: payloadOf(type, random),
        public: true,
        created_at: isoSeconds(at),
      },
    };
  });
}

function payloadOf(type: (typeof EVENT_TYPES)[number], random: Random): Row {
  const number = 1 + whole(random, 400);
  switch (type) {
    case 'PushEvent':
      return {
        ref: 'refs/heads/main',
        commits: Array.from({ length: 1 + whole(random, 3) }, (_, index) => ({
          sha: `${number}${index}`.padStart(40, '0'),
          message: `Change ${index}`,
        })),
      };
    case 'IssuesEvent':
    case 'IssueCommentEvent':
    case 'PullRequestEvent':
      return { action: pick(random, ['opened', 'closed', 'created']), number };
    case 'WatchEvent':
      return { action: 'started' };
    case 'ForkEvent':
      return { forkee: { id: number, full_name: `user-${number}/hello` } };
    case 'CreateEvent':
      return { ref: `branch-${number}`, ref_type: 'branch' };
  }
}

/** Stars, oldest first. */
export function makeStars(seed: number, count: number, from: number, to: number): Timed[] {
  return Array.from({ length: count }, (_, index) => {
    const random = randomFor(seed, STREAM.stars, index);
    const at = from + Math.floor(((to - from) * (index + random() * 0.9)) / count);
    return { at, row: { starred_at: isoSeconds(at), user: userRow(1000 + index) } };
  });
}
