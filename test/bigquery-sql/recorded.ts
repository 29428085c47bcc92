import { createReadStream, readdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
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
export async function* recordedIn(folder: string): AsyncGenerator<SentQuery, void, void> {
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.jsonl')))
    for await (const line of createInterface({ input: createReadStream(path.join(folder, name)) }))
      yield sentOf(JSON.parse(withSameNames(line)) as RecordedQuery);
}

/** With the tables that it may name alone: where many datasets are, a line has all of them. */
function sentOf({ parameters = [], tables = [], ...query }: RecordedQuery): SentQuery {
  const { sql, defaultDataset } = query;
  return {
    ...query,
    parameters: parameters.map(({ name, parameterType }) => ({ name, type: parameterType.type })),
    tables: tables.filter(({ dataset }) => dataset === defaultDataset || sql.includes(dataset)),
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
