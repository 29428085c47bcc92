import type { Dataset } from '../destination';
import { LOADS_TABLE, STATE_TABLE } from '../schema';
import { parseState } from '../state';
import { ownField } from '../value';
import { jsonText } from './value-text';

/** What a load made of the state of its source, as JSON texts. */
export interface LoadState {
  /** Undefined where nothing was kept before. */
  readonly before: string | undefined;
  readonly after: string;
}

/** Whose state a load may have changed. */
export interface StatefulLoad {
  readonly loadId: string;
  readonly pipeline: string;
  readonly source: string;
}

/**
 * The state before and after each load, of its source only; a load that changed nothing isn't among them. Of each it reads two rows
 * of `_dlt_pipeline_state`: its own, and the newest before it of a load that was finished.
 */
export async function readLoadStates(
  dataset: Pick<Dataset, 'qualify' | 'query'>,
  loads: readonly StatefulLoad[],
): Promise<ReadonlyMap<string, LoadState>> {
  const [states, finished] = [dataset.qualify(STATE_TABLE), dataset.qualify(LOADS_TABLE)];
  const newestTwo = loads.map(
    (_load, at) =>
      `SELECT * FROM (SELECT ${at} AS load_no, s._dlt_load_id AS load_id, s.state AS content FROM ${states} AS s JOIN ${finished} AS l ON l.load_id = s._dlt_load_id` +
      ` WHERE s.pipeline_name = ? AND l.status = 0 AND s._dlt_load_id <= ? ORDER BY s._dlt_load_id DESC LIMIT 2) AS of_${at}`,
  );
  const { rows } = await dataset.query(
    `SELECT load_no, load_id, content FROM (${newestTwo.join(' UNION ALL ')}) AS states ORDER BY load_no, load_id DESC`,
    loads.flatMap(({ pipeline, loadId }) => [pipeline, loadId]),
  );
  const found = new Map<string, LoadState>();
  for (const [at, { loadId, source }] of loads.entries()) {
    const [own, earlier] = rows.filter((row) => Number(row['load_no']) === at);
    if (own === undefined || String(own['load_id']) !== loadId) continue;
    const before = earlier === undefined ? undefined : sourceState(earlier['content'], source);
    const after = sourceState(own['content'], source) ?? '{}';
    // what is kept beside the sources may have changed
    if (after !== (before ?? '{}')) found.set(loadId, { before, after });
  }
  return found;
}

function sourceState(content: unknown, source: string): string | undefined {
  const { sources } = parseState(String(content));
  const state = ownField(sources, source);
  return state === undefined ? undefined : jsonText(state);
}
