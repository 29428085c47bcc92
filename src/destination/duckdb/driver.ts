import { loadWatch } from '../load-watch';
import { type Connect, type SqlDriver, withCommitLock } from '../sql';
import type { DatasetRef } from '../types';
import { DuckdbConnection } from './connection';
import { fileLeases } from './file-leases';
import type { Link } from './link';

/** The driver of a dataset in a DuckDB file, which is opened for each piece of work and held for a little while after it. */
export function duckdbDriver(file: string, { dataset }: DatasetRef): SqlDriver {
  fileLeases.retain(file);
  const connect: Connect = (work, { bulk = false } = {}) =>
    fileLeases.withConnection(file, (link, known) => {
      const workOn = async (on: Link) => work(await DuckdbConnection.open(on, dataset, known));
      return bulk ? fileLeases.withLittleMemory(file, link, workOn) : workOn(link);
    });
  return {
    location: file,
    capabilities: { alterType: true },
    exists: async () => fileLeases.exists(file),
    connect,
    // The file is this process's, so that a lock within it is enough.
    exclusive: (work) => withCommitLock(`${file}\n${dataset}`, () => work(connect)),
    async close() {
      fileLeases.release(file, loadWatch()?.lingers ?? false);
    },
  };
}
