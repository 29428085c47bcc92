import { TidemarkError } from '../../errors';
import { coverageOf } from '../../ledger';
import { CLOSED_RUN, claimAll } from '../claims';
import { commitLoad } from '../commit';
import { withCommitLock } from '../commit-lock';
import { createServiceTables } from '../ddl';
import { applyStateEdit } from '../edit-state';
import { failpoint } from '../failpoint';
import { loadWatch } from '../load-watch';
import type { ResultChunk } from '../result-column';
import { EMPTY_SNAPSHOT, readSnapshot } from '../snapshot';
import { type StoredReader, storedReader } from '../stored';
import type { CommitOutcome, Dataset, DatasetRef } from '../types';
import { type RowWriter, rowWriter } from '../write-rows';
import { databaseExists, release, retain, withConnection, withLittleMemory } from './instance';
import type { Link } from './link';
import { runQuery } from './query';
import { DuckdbSession } from './session';
import { streamQuery } from './stream';

export const DESTINATION_TYPE = 'dlt.destinations.duckdb';

const nowMicros = (): bigint => BigInt(Date.now()) * 1000n;

/** A dataset in a DuckDB file, which is opened for each piece of work and held for a little while after it. */
export function duckdbDataset(file: string, ref: DatasetRef): Dataset {
  const lock = `${file}\n${ref.dataset}`;
  const running = new Set<Promise<unknown>>();
  const streams = new Set<() => void>();
  let closed = false;
  retain(file);

  const closedError = (): TidemarkError =>
    new TidemarkError('USAGE', `The dataset "${ref.dataset}" in "${file}" is closed; open it again.`);

  function onConnection<T>(work: (session: DuckdbSession, link: Link) => Promise<T>): Promise<T> {
    if (closed) throw closedError();
    const done = withConnection(file, async (link, known) =>
      work(await DuckdbSession.open(link, ref.dataset, known), link),
    );
    running.add(done);
    const forget = (): void => void running.delete(done);
    done.then(forget, forget);
    return done;
  }

  /** Reads without making anything: where there is no file, there is nothing to read. */
  async function reading<T>(nothing: T, work: (reader: StoredReader) => Promise<T>): Promise<T> {
    if (!(await databaseExists(file))) return nothing;
    return onConnection(async (session) => work(storedReader(session, await session.tables())));
  }

  function writing<T>(work: (writer: RowWriter, reader: StoredReader) => Promise<T>): Promise<T> {
    return withCommitLock(lock, () =>
      onConnection(async (session) => {
        await session.begin();
        try {
          const before = await session.tables();
          await createServiceTables(session, before);
          const writer = rowWriter(session);
          const done = await work(writer, storedReader(session, await session.tables()));
          if ((await storedReader(session, before).datasetId()) === undefined)
            await writer.datasetId(nowMicros());
          await session.commit();
          return done;
        } catch (error) {
          await session.rollback().catch(() => undefined);
          throw error;
        }
      }),
    );
  }

  return {
    name: ref.dataset,
    location: file,

    async snapshot(schemaName) {
      if (!(await databaseExists(file))) return EMPTY_SNAPSHOT;
      return onConnection((session) => readSnapshot(session, ref.pipeline, schemaName));
    },

    findLoad: (loadKey) => reading(undefined, (reader) => reader.findLoad(loadKey)),

    claim: (claims) => writing((writer, reader) => claimAll(claims, { writer, reader, at: nowMicros() })),

    async revokeClaims({ workflowId, runId, loadKeys = [] }) {
      if (loadKeys.length === 0 && !(await databaseExists(file))) return;
      await writing(async (writer) => {
        await writer.dropClaimsOf({ workflowId, runId });
        for (const loadKey of loadKeys) {
          await writer.dropClaim(loadKey);
          await writer.claims([{ loadKey, workflowId, runId, attempt: CLOSED_RUN }], nowMicros());
        }
      });
    },

    async commit(load) {
      const target = { dataset: ref.dataset, destinationType: DESTINATION_TYPE };
      const begun = performance.now();
      const outcome = await withCommitLock(lock, async () => {
        for (const signal of [ref.signal, load.signal]) refuseCancelled(signal);
        await load.beforeCommit?.();
        return onConnection((session, link) => {
          const work = (): Promise<CommitOutcome> => commitLoad(session, load, target);
          return load.staged.tables.some(({ rows }) => rows > 0)
            ? withLittleMemory(file, link, work)
            : work();
        });
      });
      loadWatch()?.onCommit?.((performance.now() - begun) / 1000);
      failpoint('before-ack');
      return outcome;
    },

    async record(rows) {
      if (rows.length > 0) await writing((writer) => writer.ledger(rows));
    },

    ledger: (filter = {}) => reading([], (reader) => reader.ledger(filter)),

    async coverage({ source, resource, start, end }) {
      return coverageOf(await reading([], (reader) => reader.ledger({ source, resource })), { start, end });
    },

    editState: (edit) =>
      withCommitLock(lock, () =>
        onConnection((session) =>
          applyStateEdit(session, ref.pipeline, edit, {
            dataset: ref.dataset,
            destinationType: DESTINATION_TYPE,
          }),
        ),
      ),

    async query(sql, params = []) {
      if (!(await databaseExists(file))) throw noFile(file);
      return onConnection((session, link) => runQuery(link, session, { dataset: ref.dataset, sql, params }));
    },

    async *stream(sql, params = []) {
      if (!(await databaseExists(file))) throw noFile(file);
      let end = (): void => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      streams.add(end);
      try {
        const chunks = await new Promise<AsyncGenerator<ResultChunk, void, void>>((resolve, reject) => {
          onConnection(async (session, link) => {
            const opened = streamQuery(link, session, { dataset: ref.dataset, sql, params });
            resolve(opened);
            await ended;
            await opened.return();
          }).catch(reject);
        });
        for (;;) {
          const next = await chunks.next();
          // Closing ends a stream as if it were complete; who reads on must not take the part for the whole.
          if (!streams.has(end)) throw closedError();
          if (next.done === true) return;
          yield next.value;
        }
      } finally {
        end();
        streams.delete(end);
      }
    },

    async close() {
      if (closed) return;
      for (const end of streams) end();
      streams.clear();
      await Promise.allSettled(running);
      closed = true;
      release(file, loadWatch()?.lingers);
    },
  };
}

function noFile(file: string): TidemarkError {
  return new TidemarkError('QUERY_FAILED', `There is no file "${file}" yet; load something first.`);
}

function refuseCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new TidemarkError('CANCELLED', 'The load was cancelled before its commit; nothing was written.', {
    cause: signal.reason,
  });
}
