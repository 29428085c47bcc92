import { loadWatch } from '../load-watch';
import { type Connect, type SqlDriver, withCommitLock } from '../sql';
import type { DatasetRef } from '../types';
import { DuckdbConnection } from './connection';
import { databaseExists, release, retain, withConnection, withLittleMemory } from './instance';
import type { Link } from './link';

/** The driver of a dataset in a DuckDB file, which is opened for each piece of work and held for a little while after it. */
export function duckdbDriver(file: string, { dataset }: DatasetRef): SqlDriver {
  retain(file);
  const connect: Connect = (work, { bulk = false } = {}) =>
    withConnection(file, (link, known) => {
      const on = async (given: Link = link) => work(await DuckdbConnection.open(given, dataset, known));
      return bulk ? withLittleMemory(file, link, on) : on();
    });
  return {
    location: file,
    capabilities: { alterType: true },
    exists: () => databaseExists(file),
    connect,
    // The file is this process's, so that a lock within it is enough.
    exclusive: (work) => withCommitLock(`${file}\n${dataset}`, () => work(connect)),
    async close() {
      release(file, loadWatch()?.lingers);
    },
  };
}
