import { pick, randomFor, whole } from '../emulator-kit';
import { type Made, urlOf } from './made';
import { type IssueHistory, isoSeconds, type Row, type Timed, userRow } from './rows';

const STATES = ['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED'] as const;
const ASSOCIATIONS = ['NONE', 'MEMBER', 'CONTRIBUTOR', 'OWNER'];
const STREAM = 7;

/** A comment, which may be edited and deleted; what it looks like depends on when it is asked for. */
export interface Comment {
  readonly id: number;
  readonly createdAt: number;
  /** Unix seconds. */
  readonly edits: number[];
  isDeleted: boolean;
  readonly row: Row;
}

/** As it is at a time: none before it was written and after it was deleted. */
export function commentAt({ id, createdAt, edits, isDeleted, row }: Comment, now: number): Row[] {
  if (createdAt > now || isDeleted) return [];
  const seen = edits.filter((at) => at <= now);
  return [
    {
      ...row,
      id,
      created_at: isoSeconds(createdAt),
      updated_at: isoSeconds(Math.max(createdAt, ...seen)),
      body: `What I think of it${seen.length === 0 ? '' : `, version ${seen.length + 1}`}`,
    },
  ];
}

const pullsOf = (issues: readonly IssueHistory[]): readonly IssueHistory[] =>
  issues.filter(({ isPullRequest }) => isPullRequest);

/** One comment for each change of an issue but the first; every seventh is edited an hour later. */
export function makeIssueComments(made: Made, issues: readonly IssueHistory[]): readonly Comment[] {
  return issues.flatMap(({ number, updates }) =>
    updates.slice(1).map((at, index): Comment => {
      const random = randomFor(made.seed, STREAM, number * 10 + index);
      const id = 3_000_000_000 + made.base + number * 10 + index;
      return {
        id,
        createdAt: at,
        edits: id % 7 === 0 ? [at + 3600] : [],
        isDeleted: false,
        row: {
          url: urlOf(made, `issues/comments/${id}`),
          issue_url: urlOf(made, `issues/${number}`),
          node_id: `IC_${id}`,
          user: random() < 0.05 ? null : userRow(whole(random, 60)),
          author_association: pick(random, ASSOCIATIONS),
          performed_via_github_app: null,
          reactions: { total_count: whole(random, 3), '+1': 0, heart: whole(random, 3) },
        },
      };
    }),
  );
}

/** Two comments on the diff of each pull request. */
export function makeReviewComments(made: Made, issues: readonly IssueHistory[]): readonly Comment[] {
  return pullsOf(issues).flatMap(({ number, createdAt }) =>
    [0, 1].map((index): Comment => {
      const id = 3_500_000_000 + made.base + number * 10 + index;
      return {
        id,
        createdAt: createdAt + 600 * (index + 1),
        edits: [],
        isDeleted: false,
        row: {
          url: urlOf(made, `pulls/comments/${id}`),
          pull_request_url: urlOf(made, `pulls/${number}`),
          pull_request_review_id: reviewId(made, number, 0),
          node_id: `PRRC_${id}`,
          diff_hunk: '@@ -1,3 +1,3 @@',
          path: `src/file-${number % 9}.ts`,
          line: index === 0 ? 10 + (number % 50) : null,
          original_line: 10 + (number % 50),
          side: 'RIGHT',
          start_line: null,
          commit_id: String(number).padStart(40, '0'),
          in_reply_to_id: index === 0 ? undefined : id - 1,
          user: userRow(number % 60),
          author_association: 'MEMBER',
        },
      };
    }),
  );
}

const reviewId = ({ base }: Made, number: number, index: number): number =>
  1_700_000_000 + base + number * 10 + index;

/** A review for each change of a pull request but the first; `number` is no field of the answer. */
export function makeReviews(made: Made, issues: readonly IssueHistory[]): readonly Timed[] {
  return pullsOf(issues).flatMap(({ number, updates }) =>
    updates.slice(1).map((at, index) => {
      const random = randomFor(made.seed, STREAM + 1, number * 10 + index);
      const id = reviewId(made, number, index);
      return {
        at,
        row: {
          number,
          id,
          node_id: `PRR_${id}`,
          user: random() < 0.05 ? null : userRow(whole(random, 60)),
          body: random() < 0.5 ? '' : 'Looks good',
          state: pick(random, STATES),
          html_url: `https://github.example/${made.repository}/pull/${number}#pullrequestreview-${id}`,
          pull_request_url: urlOf(made, `pulls/${number}`),
          author_association: pick(random, ASSOCIATIONS),
          submitted_at: isoSeconds(at),
          commit_id: random() < 0.1 ? null : String(number).padStart(40, '0'),
        },
      };
    }),
  );
}

/** The pull requests as they are at a time, in the order of their numbers. */
export function makePulls(made: Made, issues: readonly IssueHistory[], now: number): readonly Row[] {
  return pullsOf(issues).flatMap(({ number, createdAt, updates, closes, author }) => {
    const seen = updates.filter((at) => at <= now);
    if (seen.length === 0) return [];
    const updatedAt = isoSeconds(Math.max(...seen));
    const isClosed = closes && seen.length > 1;
    const branch = (ref: string) => ({
      label: `octo:${ref}`,
      ref,
      sha: String(number).padStart(40, '0'),
      repo: number % 20 === 0 ? null : { id: 1, full_name: made.repository },
    });
    return [
      {
        url: urlOf(made, `pulls/${number}`),
        id: 1_500_000_000 + made.base + number,
        node_id: `PR_${number}`,
        number,
        state: isClosed ? 'closed' : 'open',
        locked: false,
        title: `Issue ${number}`,
        user: userRow(author),
        body: number % 4 === 0 ? null : `What it changes, version ${seen.length}`,
        created_at: isoSeconds(createdAt),
        updated_at: updatedAt,
        closed_at: isClosed ? updatedAt : null,
        merged_at: isClosed && number % 2 === 0 ? updatedAt : null,
        draft: number % 11 === 0,
        requested_reviewers: number % 5 === 0 ? [userRow(3)] : [],
        labels: [],
        milestone: null,
        head: branch(`change-${number}`),
        base: branch('main'),
        auto_merge: null,
      },
    ];
  });
}
