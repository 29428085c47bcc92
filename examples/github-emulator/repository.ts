import { makeCommits } from './commits';
import type { Made } from './made';
import { commentAt, makeIssueComments, makePulls, makeReviewComments, makeReviews } from './reviews';
import {
  type DatasetOptions,
  type IssueHistory,
  issuesAt,
  makeEvents,
  makeIssues,
  makeStars,
  type Row,
  secondsOf,
  type Timed,
} from './rows';
import { makeReleases, makeRuns, releaseAt, runAt } from './runs';

/** What one repository has; a time is unix seconds of the emulator's clock. */
export interface Repository {
  /** `owner/name` */
  readonly name: string;
  readonly issues: readonly IssueHistory[];
  readonly events: readonly Timed[];
  readonly stars: readonly Timed[];
  issuesAt(now: number): readonly Row[];
  pullsAt(now: number): readonly Row[];
  /** Oldest first; of one pull request, or of all. */
  reviewsAt(now: number, number?: number): readonly Row[];
  issueCommentsAt(now: number): readonly Row[];
  reviewCommentsAt(now: number): readonly Row[];
  /** On the default branch, newest first; those that a commit has behind it, if one is given. */
  commitsAt(now: number, head?: string): readonly Row[];
  /** Newest first, drafts too. */
  releasesAt(now: number): readonly Row[];
  /** Newest first. */
  runsAt(now: number): readonly Row[];
  /** Changes an issue, and the pull request that it may be, once more. */
  updateIssue(number: number, at: string): void;
  /** Edits a comment of an issue or, failing that, of a review. */
  editComment(id: number, at: string): void;
  deleteComment(id: number): void;
  deleteRun(id: number): void;
  /** Takes the newest commits of a time from the branch; by their hash they are still there. */
  forcePush(now: number, count: number): void;
  /** Gives the newest commit of a time another committer's time, as of a wrong clock. */
  misdateCommit(now: string, date: string): void;
  deleteRelease(id: number): void;
  publishRelease(at: string): void;
}

/** Ids are unique over all repositories: each has a range of its own. */
const IDS = 1_000_000;

/** A repository from a seed. */
export function makeRepository(name: string, place: number, options: DatasetOptions): Repository {
  const seed = (options.seed ?? 1) + place;
  const [from, to] = [secondsOf(options.from ?? '2024-01-01'), secondsOf(options.to ?? '2024-02-01')];
  const base = place * IDS;
  const made: Made = { seed, from, to, base, repository: name };
  const issues = makeIssues(seed, options.issues ?? 400, from, to);
  const events = makeEvents(seed, options.eventsPerDay ?? 8, from, to).map(({ at, row }) => ({
    at,
    row: { ...row, id: String(Number(row['id']) + base), repo: { id: 1 + place, name } },
  }));
  const stars = makeStars(seed, options.stars ?? 250, from, to);
  const comments = makeIssueComments(made, issues);
  const reviewComments = makeReviewComments(made, issues);
  const reviews = makeReviews(made, issues);
  const commits = makeCommits(made, options.commits ?? 150);
  const releases = makeReleases(made, options.releases ?? 12);
  const runs = makeRuns(made, options.runs ?? 120);
  const gone = { runs: new Set<number>(), releases: new Set<number>(), commits: new Set<unknown>() };

  return {
    name,
    issues,
    events,
    stars,
    issuesAt: (now) => issuesAt(issues, now, { repository: name, base }),
    pullsAt: (now) => makePulls(made, issues, now),
    reviewsAt: (now, number) =>
      reviews
        .filter(({ at, row }) => at <= now && (number === undefined || row['number'] === number))
        .map(({ row: { number: _, ...row } }) => row),
    issueCommentsAt: (now) => comments.flatMap((comment) => commentAt(comment, now)),
    reviewCommentsAt: (now) => reviewComments.flatMap((comment) => commentAt(comment, now)),
    commitsAt(now, head) {
      const isOnBranch = (row: Row): boolean => !gone.commits.has(row['sha']);
      const there = commits.filter(
        ({ reachedAt, row }) => reachedAt <= now && (isOnBranch(row) || gone.commits.has(head)),
      );
      const upTo = head === undefined ? there.length : there.findIndex(({ row }) => row['sha'] === head) + 1;
      const listed = there.slice(0, upTo);
      const newest = listed.pop();
      // a branch's own commit comes first, whatever its time is
      return [
        ...(newest === undefined ? [] : [newest]),
        ...listed.sort((a, b) => b.at - a.at || b.reachedAt - a.reachedAt),
      ].map(({ row }) => row);
    },
    releasesAt: (now) =>
      releases
        .filter(({ at, id }) => at <= now && !gone.releases.has(id))
        .map((release) => releaseAt(made, release))
        .reverse(),
    runsAt: (now) =>
      runs
        .filter(({ at, id }) => at <= now && !gone.runs.has(id))
        .map((run) => runAt(made, run, now))
        .reverse(),
    updateIssue(number, at) {
      issues.find((issue) => issue.number === number)?.updates.push(secondsOf(at));
    },
    editComment(id, at) {
      const comment = [...comments, ...reviewComments].find((one) => one.id === id);
      if (comment === undefined) throw new RangeError(`There is no comment "${id}".`);
      comment.edits.push(secondsOf(at));
    },
    deleteComment(id) {
      for (const comment of [...comments, ...reviewComments]) if (comment.id === id) comment.isDeleted = true;
    },
    forcePush(now, count) {
      const there = commits.filter(({ reachedAt }) => reachedAt <= now);
      for (const { row } of there.slice(-count)) gone.commits.add(row['sha']);
    },
    misdateCommit(now, date) {
      const { length } = commits.filter(({ reachedAt }) => reachedAt <= secondsOf(now));
      const [index, old] = [length - 1, commits[length - 1]!];
      const commit = old.row['commit'] as { readonly committer: Row };
      const row = { ...old.row, commit: { ...commit, committer: { ...commit.committer, date } } };
      commits[index] = { ...old, at: secondsOf(date), row };
    },
    deleteRun: (id) => void gone.runs.add(id),
    deleteRelease: (id) => void gone.releases.add(id),
    publishRelease: (at) =>
      void releases.push({ id: 5_000_000 + base + releases.length, at: secondsOf(at), isDraft: false }),
  };
}
