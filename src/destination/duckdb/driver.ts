import { loadWatch } from '../load-watch';
import { type Connect, type SqlDriver, withCommitLock } from '../sql';
import type { DatasetRef } from '../types';
import { DuckdbConnection } from './connection';
import { fileLeases } from './file-leases';
import type { Link } from './link';
import { memoryFor } from './memory-bound';

/** The driver of a dataset in a DuckDB file, which is opened for each piece of work and held for a little while after it. */
export function duckdbDriver(file: string, { dataset }: DatasetRef): SqlDriver {
  fileLeases.retain(file);
  const connect: Connect = (work, { bulk, files } = {}) =>
    fileLeases.withConnection(
      file,
      (link, known) => {
        const workOn = async (on: Link) => work(await DuckdbConnection.open(on, dataset, known));
        return bulk === undefined
          ? workOn(link)
          : fileLeases.withLittleMemory(file, link, { work: workOn, bytes: memoryFor(bulk) });
      },
      { files },
    );
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
