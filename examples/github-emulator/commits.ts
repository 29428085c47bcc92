import { createHash } from 'node:crypto';
import { randomFor, whole } from '../emulator-kit';
import { type Made, urlOf } from './made';
import { isoSeconds, type Row, userRow } from './rows';

const STREAM = 9;
/** The first commits are those of every repository, as of a fork and what it was forked from. */
const SHARED = 5;
/** Every so manyeth commit is of a branch that is merged two days later. */
const MERGED_LATE = 10;
const MERGE_DELAY = 2 * 86_400;

/** A commit, by its own time, and by when it reached the branch. */
export interface CommitHistory {
  readonly at: number;
  readonly reachedAt: number;
  readonly row: Row;
}

/** In the order in which they reached the default branch. */
export function makeCommits(made: Made, count: number): CommitHistory[] {
  const { seed, from, to, repository } = made;
  const shaOf = (index: number): string =>
    createHash('sha1')
      .update(`${index < SHARED ? 'shared' : repository} ${index}`)
      .digest('hex');
  return Array.from({ length: count }, (_, index) => {
    const random = randomFor(seed, STREAM, index);
    const at = from + Math.floor(((to - from) * (index + random() * 0.9)) / count);
    const signature = { name: `User ${index % 7}`, email: `user-${index % 7}@example.com` };
    const sha = shaOf(index);
    return {
      at,
      reachedAt: index % MERGED_LATE === MERGED_LATE - 1 ? at + MERGE_DELAY : at,
      row: {
        sha,
        node_id: `C_${sha.slice(0, 8)}`,
        url: urlOf(made, `commits/${sha}`),
        commit: {
          author: { ...signature, date: isoSeconds(at - whole(random, 3600)) },
          committer: { ...signature, date: isoSeconds(at) },
          message: `Change ${index}\n\nWhy: 你好`,
          tree: { sha: shaOf(index + 100_000) },
          comment_count: 0,
          verification: { verified: index % 2 === 0, reason: 'unsigned', signature: null, payload: null },
        },
        // nobody of GitHub has that address
        author: random() < 0.1 ? null : userRow(index % 7),
        committer: random() < 0.1 ? null : userRow(index % 7),
        parents: index === 0 ? [] : [{ sha: shaOf(index - 1) }],
      },
    };
  }).sort((a, b) => a.reachedAt - b.reachedAt);
}
