import type { TidemarkError } from '../../errors';
import { ownField } from '../../value';
import type { ResultChunk } from '../result-column';
import { whenRowIsTaken } from '../result-reader';
import type { QueryResult } from '../types';
import type { ConnectOptions, SqlConnection } from './driver';
import { inTransaction } from './transaction';

/** A user's SQL. */
interface StreamedQuery {
  readonly sql: string;
  readonly params: readonly unknown[];
  readonly files: boolean;
}

/** The results of a dataset that are being read. */
interface OpenStreams {
  run(query: StreamedQuery): AsyncGenerator<ResultChunk, void, void>;
  /** Ends all of them, so that their connections come back. */
  end(): void;
}

/** @param connected runs work on a connection of the dataset; a stream keeps its one until it has ended */
export function openStreams(
  connected: (work: (connection: SqlConnection) => Promise<void>, options: ConnectOptions) => Promise<void>,
  closedError: () => TidemarkError,
): OpenStreams {
  const streams = new Set<() => void>();
  return {
    async *run({ sql, params, files }) {
      let end = (): void => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      streams.add(end);
      let waited: number | undefined;
      const isRead = (): void => {
        waited = performance.now();
      };
      try {
        const chunks = await new Promise<AsyncGenerator<ResultChunk, void, void>>((resolve, reject) => {
          connected(
            (connection) =>
              inTransaction(connection, 'read', async () => {
                const opened = connection.stream?.(sql, params);
                if (opened === undefined) {
                  // all of it is in memory: who reads it needn't have the connection
                  resolve(oneChunk(await connection.query(sql, params)));
                  return;
                }
                resolve(opened);
                await ended;
                await opened.return();
              }),
            { files, reader: { waitedForSince: () => waited } },
          ).catch(reject);
        });
        for (;;) {
          const next = await chunks.next();
          // Closing ends a stream as if it were complete; who reads on must not take the part for the whole.
          if (!streams.has(end)) throw closedError();
          if (next.done === true) return;
          isRead();
          whenRowIsTaken(next.value, isRead);
          yield next.value;
          waited = undefined;
        }
      } finally {
        waited = undefined;
        end();
        streams.delete(end);
      }
    },

    end() {
      for (const end of streams) end();
      streams.clear();
    },
  };
}

/** A whole result as one chunk. */
export async function* oneChunk(result: QueryResult): AsyncGenerator<ResultChunk, void, void> {
  yield rowChunk(result);
}

/** Rows as a chunk, for a database that gives no columns. */
export function rowChunk({ columns, rows }: QueryResult): ResultChunk {
  return {
    rows: rows.length,
    columns: () =>
      columns.map(({ name, type }) => {
        const values = rows.map((row) => ownField(row, name) ?? null);
        return {
          name,
          type,
          rows: rows.length,
          values,
          validity: validityOf(values),
          read: (value) => value,
        };
      }),
    toRows: () => rows,
  };
}

function validityOf(values: readonly unknown[]): Uint8Array | undefined {
  if (!values.includes(null)) return undefined;
  const validity = new Uint8Array(Math.ceil(values.length / 8));
  for (const [row, value] of values.entries()) if (value !== null) validity[row >> 3]! |= 1 << (row & 7);
  return validity;
}
