import path from 'node:path';
import { checkOptions, object, text } from '../../options';
import { sqlDestination } from '../sql';
import type { Destination } from '../types';
import { duckdbDriver } from './driver';
import { fileLeases } from './file-leases';
import { realPathOf } from './probe';

/** Options of {@link duckdb}. */
export interface DuckdbOptions {
  /** The database file, relative to the working directory. It and its folder are made with the first load. @default `<pipeline>.duckdb` */
  readonly path?: string;
}

const checks = object<DuckdbOptions>({ path: text });

/**
 * A DuckDB file as destination. One process at a time can write to such a file: tidemark holds it while it works and for
 * two seconds after, and all pipelines of a process share it.
 *
 * @throws CONFIG_INVALID for an option that doesn't exist, or a path that is no text
 * @example pipeline({ name: 'zendesk', destination: duckdb({ path: 'zendesk.duckdb' }) })
 */
export function duckdb(options: DuckdbOptions = {}): Destination {
  checkOptions('duckdb', options, checks);
  const fileOf = (pipeline: string): string => path.resolve(options.path ?? `${pipeline}.duckdb`);
  return sqlDestination({
    kind: 'duckdb',
    destinationType: 'dlt.destinations.duckdb',
    onOneHost: true,
    describe: fileOf,
    async open(ref) {
      const file = realPathOf(fileOf(ref.home ?? ref.pipeline));
      // what isn't a database is refused now, not with the first look
      fileLeases.exists(file);
      return duckdbDriver(file, ref);
    },
  });
}
