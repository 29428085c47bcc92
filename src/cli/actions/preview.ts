import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Dataset, duckdb } from '../../destination';
import { checkResources, entryNamed } from '../../operate';
import { type Pipeline, pipeline } from '../../pipeline';
import { type Entry, previewEntry } from '../../run';
import { plural, toJsonText } from '../output/format';
import { createProgress } from '../output/progress';
import { localProgressView } from '../output/run-progress';
import { styleFor } from '../output/style';
import { renderTable } from '../output/table';
import type { Terminal } from '../output/terminal';
import { loadDeployment } from '../session/client';
import type { Action } from '../session/command';

interface PreviewOptions {
  readonly resource?: readonly string[];
  readonly limit: number;
}

/** A table as it would arise, with rows of it. */
interface PreviewTable {
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** A pipeline like the entry's, into a file of its own that is gone afterwards: what is shown went through the real load. */
async function inThrowawayDataset<T>(entry: Entry, use: (preview: Pipeline) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tidemark-preview-'));
  try {
    await using preview = pipeline({
      name: entry.name,
      destination: duckdb({ path: path.join(folder, 'preview.duckdb') }),
      dataset: entry.pipeline.datasetName,
      workDir: folder,
    });
    return await use(preview);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function previewTables(dataset: Dataset, limit: number): Promise<PreviewTable[]> {
  const { rows } = await dataset.query(
    "select table_name from information_schema.tables where table_schema = ? and table_name not like '\\_%' escape '\\' order by table_name",
    [dataset.name],
  );
  const tables: PreviewTable[] = [];
  for (const row of rows) {
    const table = String(row.table_name);
    tables.push({
      table,
      ...(await dataset.query(`SELECT * FROM ${dataset.qualify(table)} LIMIT ${limit}`)),
    });
  }
  return tables;
}

function printTable(terminal: Terminal, { table, columns, rows }: PreviewTable): void {
  const style = styleFor(terminal.colour);
  terminal.out(`${style.bold(table)}  ${style.dim(plural(rows.length, 'row'))}`);
  terminal.out(style.dim(columns.map(({ name, type }) => `${name} ${type.toLowerCase()}`).join(', ')));
  const shown = columns.filter(({ name }) => !name.startsWith('_dlt_')).map(({ name }) => name);
  if (shown.length > 0)
    terminal.out(
      renderTable(
        terminal,
        shown,
        rows.map((row) => shown.map((name) => row[name])),
      ),
    );
  terminal.out('');
}

export const preview: Action<PreviewOptions> = async ({ context, args, options }) => {
  const { terminal, interrupted } = context;
  const entry = entryNamed(await loadDeployment(context, options), args[0]!);
  checkResources(entry, options.resource);
  const progress = createProgress(terminal);
  const previews = await inThrowawayDataset(entry, async (preview) => {
    const infos = await previewEntry({
      entry,
      into: preview,
      resources: options.resource,
      limit: options.limit,
      signal: interrupted,
      onProgress: localProgressView(progress),
    });
    progress.end();
    return { infos, tables: await previewTables(await preview.openDataset(), options.limit) };
  }).finally(() => progress.end());
  if (options.json) return terminal.out(toJsonText({ pipeline: entry.name, tables: previews.tables }));
  for (const table of previews.tables) printTable(terminal, table);
  for (const warning of previews.infos.flatMap((info) => info.resources.flatMap(({ warnings }) => warnings)))
    terminal.err(`${styleFor(terminal.colour).yellow('warning')} ${warning}`);
  if (previews.tables.length === 0) terminal.err('The source gave no rows.');
  terminal.err(
    styleFor(terminal.colour).dim(
      `Nothing was written to ${entry.pipeline.destination.describe(entry.name)}.`,
    ),
  );
  return undefined;
};
