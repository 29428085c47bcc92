import type { Dataset } from '../destination';
import type { CursorState } from '../incremental';
import { zoneOf } from '../plan';
import type { Entry } from '../run';
import { schemaNameOf } from '../schema';
import { isRecord, ownField } from '../value';
import type { Access } from './access';
import { recentIntervals, runSeconds } from './interval-totals';
import type { SchemaHistory, SourceHistory } from './schema-history';
import { readSourceTables } from './schema-tables';
import { readStates, type StoredState } from './state';
import { jsonText } from './value-text';

/**
 * What is stored of an entry's sources, when each table and column came, and what the newest 500 intervals brought.
 *
 * It reads records of loads only, no table of the user's: every stored version of each schema, and the ledger's loads by interval. In
 * BigQuery these are four jobs for one source, each billed 10 MB at the least. How long runs took is asked of Temporal, where there is one
 * that can be reached; none is started.
 */
export async function readHistory(entry: Entry, access: Access): Promise<SchemaHistory> {
  const states = await readStates(entry, undefined, access);
  const { sources, intervals } = await access.withDataset(entry, async (dataset) => {
    const found: SourceHistory[] = [];
    for (const { name } of entry.sources()) {
      const own = states.filter(({ source }) => source === name);
      found.push(await sourceHistory(dataset, { source: schemaNameOf(name), states: own }));
    }
    const isLoaded = found.some(({ versions }) => versions.length > 0);
    return { sources: found, intervals: isLoaded ? await recentIntervals(entry, dataset) : [] };
  });
  const seconds = await runSeconds(entry, access, intervals.length);
  return {
    pipeline: entry.name,
    zone: zoneOf(entry).name,
    sources,
    intervals: intervals.map(({ start, end, rows, runId }) => ({
      start,
      end,
      rows,
      seconds: runId === null ? undefined : seconds.get(runId),
    })),
  };
}

async function sourceHistory(
  dataset: Dataset,
  { source, states }: { readonly source: string; readonly states: readonly StoredState[] },
): Promise<SourceHistory> {
  return { source, ...(await readSourceTables(dataset, source)), states: states.flatMap(statesOf) };
}

type ResourceState = SourceHistory['states'][number];

/** What each resource keeps, and what they share. */
function statesOf({ pipeline, shared, resources }: StoredState): ResourceState[] {
  const own = Object.entries(resources).map(([resource, state]): ResourceState => {
    const { incremental, ...other } = isRecord(state) ? state : {};
    return { pipeline, resource, cursors: cursorsOf(incremental), other: jsonIfAny(other) };
  });
  const common = jsonIfAny(shared);
  return common === undefined ? own : [...own, { pipeline, resource: '', cursors: [], other: common }];
}

function cursorsOf(incremental: unknown): ResourceState['cursors'] {
  const cursors = isRecord(incremental) ? (incremental as Record<string, CursorState>) : {};
  return Object.keys(cursors).map((cursor) => {
    const stored = ownField(cursors, cursor);
    return {
      cursor,
      lastValue: valueText(stored?.last_value),
      initialValue: valueText(stored?.initial_value),
    };
  });
}

/** JSON, but a text as it is. */
function valueText(value: unknown): string {
  const json = jsonText(value ?? null);
  return json.startsWith('"') && json.endsWith('"') ? (JSON.parse(json) as string) : json;
}

const jsonIfAny = (fields: Readonly<Record<string, unknown>>): string | undefined =>
  Object.keys(fields).length === 0 ? undefined : jsonText(fields);
