import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SentQuery } from './googlesql';

/** A parameter as the API has it. */
interface ApiParameter {
  readonly name?: string;
  readonly parameterType: { readonly type: string };
}

/** A query as `recordSql` of the fake BigQuery writes it: its parameters are the API's. */
export interface RecordedQuery extends Omit<SentQuery, 'parameters'> {
  readonly parameters?: readonly ApiParameter[];
}

/** The queries that were recorded in a folder: a line of JSON each. */
export const recordedIn = (folder: string): readonly SentQuery[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(path.join(folder, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => sentOf(JSON.parse(withSameNames(line)) as RecordedQuery));

function sentOf({ parameters = [], ...query }: RecordedQuery): SentQuery {
  return {
    ...query,
    parameters: parameters.map(({ name, parameterType }) => ({ name, type: parameterType.type })),
  };
}

/** Names of staging tables are drawn from what is in them; by their order alone, what is alike is analyzed once. */
function withSameNames(line: string): string {
  const names = new Map<string, string>();
  return line.replace(/_tidemark_stage_[0-9a-f]+/g, (name) => {
    const same = names.get(name) ?? `_tidemark_stage_${names.size}`;
    names.set(name, same);
    return same;
  });
}
