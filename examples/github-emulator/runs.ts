import { pick, randomFor, whole } from '../emulator-kit';
import { type Made, urlOf } from './made';
import { isoSeconds, type Row, userRow } from './rows';

const STREAM = 11;
const EVENTS = ['push', 'pull_request', 'schedule', 'workflow_dispatch'];
const CONCLUSIONS = ['success', 'success', 'failure', 'cancelled', 'skipped'];
/** How long a run takes. */
const SECONDS = 1200;

export interface RunHistory {
  readonly id: number;
  readonly at: number;
  readonly index: number;
}

export const makeRuns = ({ seed, from, to, base }: Made, count: number): readonly RunHistory[] =>
  Array.from({ length: count }, (_, index) => ({
    id: 7_000_000_000 + base + index,
    // two each in one second, so that a page may end between them
    at:
      from +
      Math.floor(((to - from) * ((index >> 1) + randomFor(seed, STREAM, index >> 1)() * 0.9) * 2) / count),
    index,
  })).filter(({ at }) => at < to);

/** A run as it is at a time: it goes on for a while after it was created. */
export function runAt(made: Made, { id, at, index }: RunHistory, now: number): Row {
  const random = randomFor(made.seed, STREAM + 1, index);
  const isDone = at + SECONDS <= now;
  const conclusion = pick(random, CONCLUSIONS);
  return {
    id,
    name: 'CI',
    node_id: `WFR_${id}`,
    head_branch: index % 3 === 0 ? 'main' : `change-${index}`,
    head_sha: String(index).padStart(40, '0'),
    path: '.github/workflows/ci.yml',
    display_title: `Change ${index}`,
    run_number: index + 1,
    event: pick(random, EVENTS),
    status: isDone ? 'completed' : 'in_progress',
    conclusion: isDone ? conclusion : null,
    workflow_id: 1 + whole(random, 3),
    url: urlOf(made, `actions/runs/${id}`),
    pull_requests: index % 4 === 0 ? [{ id: 1_500_000_000 + made.base + index, number: index }] : [],
    created_at: isoSeconds(at),
    updated_at: isoSeconds(isDone ? at + SECONDS : at),
    run_started_at: isoSeconds(at),
    run_attempt: 1,
    actor: userRow(index % 9),
    triggering_actor: userRow(index % 9),
    referenced_workflows: [],
    repository: { id: 1, full_name: made.repository, private: false },
  };
}

export interface ReleaseHistory {
  readonly id: number;
  readonly at: number;
  readonly isDraft: boolean;
}

export const makeReleases = ({ from, to, base }: Made, count: number): ReleaseHistory[] =>
  Array.from({ length: count }, (_, index) => ({
    id: 5_000_000 + base + index,
    at: from + Math.floor(((to - from) * index) / count),
    isDraft: index % 6 === 5,
  }));

export function releaseAt(made: Made, { id, at, isDraft }: ReleaseHistory): Row {
  return {
    url: urlOf(made, `releases/${id}`),
    id,
    node_id: `RE_${id}`,
    tag_name: `v0.${id % 1000}`,
    target_commitish: 'main',
    name: id % 3 === 0 ? null : `Release ${id % 1000}`,
    draft: isDraft,
    prerelease: id % 4 === 0,
    created_at: isoSeconds(at - 60),
    published_at: isDraft ? null : isoSeconds(at),
    author: userRow(1),
    assets: isDraft ? [] : [{ id: id * 10, name: 'package.tgz', size: 1024, download_count: id % 100 }],
    body: null,
  };
}
