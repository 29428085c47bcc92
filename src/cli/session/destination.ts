import { existsSync } from 'node:fs';
import path from 'node:path';
import { loadDefaultExport } from '../../config';
import { bigquery, type Destination, duckdb, isDestination, postgres } from '../../destination';
import { shownAddress, TidemarkError } from '../../errors';
import { isRecord } from '../../value';
import { DESTINATION_FORMS } from './destination-forms';

/**
 * The destination that was named on the command line. Paths are relative to where the command was called.
 * @throws USAGE for what names none
 */
export async function namedDestination(text: string, cwd: string): Promise<Destination> {
  const [, kind, rest] = /^([a-z]+):(?!\\)(.*)$/s.exec(text) ?? [];
  if (kind === 'duckdb' && rest !== undefined && rest !== '')
    return duckdb({ path: path.resolve(cwd, rest) });
  if (text === 'postgres') return postgres();
  if (text === 'bigquery') return bigquery();
  if (/\.[cm]?[jt]s$/.test(text)) return exported(path.resolve(cwd, text), text);
  const meant = /\.(duckdb|ddb|db)$/.test(text) ? ` A DuckDB file is duckdb:${text}.` : '';
  throw new TidemarkError(
    'USAGE',
    `"${shownAddress(text)}" is no destination; write ${DESTINATION_FORMS}.${meant}`,
  );
}

/** A module's default export, or the one of its exports that is a destination. */
async function exported(file: string, text: string): Promise<Destination> {
  if (!existsSync(file))
    throw new TidemarkError('USAGE', `The module "${text}" does not exist (looked for "${file}").`);
  const loaded = await loadDefaultExport(file);
  if (isDestination(loaded)) return loaded;
  const found = isRecord(loaded) ? Object.values(loaded).filter(isDestination) : [];
  if (found.length === 1) return found[0]!;
  throw new TidemarkError(
    'USAGE',
    `"${text}" exports ${found.length === 0 ? 'no destination' : 'several destinations'}; write "export default duckdb({ path: … })" or the like.`,
  );
}
