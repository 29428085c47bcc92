import path from 'node:path';
import { duckdbDriver } from '../../../src/destination/duckdb/driver';
import {
  type Destination,
  type SqlConnection,
  type SqlDriver,
  sqlDestination,
} from '../../../src/destination/public';
import type { SentQuery } from '../googlesql';
import { TwinConnection } from './twin-connection';

/** A destination that keeps its rows in DuckDB, and tells of each load what would be sent to BigQuery for it. */
export function twinDestination(folder: string, sent: (query: SentQuery) => void): Destination {
  return sqlDestination({
    kind: 'twin',
    destinationType: 'dlt.destinations.bigquery',
    describe: (pipeline) => path.join(folder, `${pipeline}.duckdb`),
    open: async (ref) =>
      twinDriver(
        duckdbDriver(path.join(folder, `${ref.home ?? ref.pipeline}.duckdb`), ref),
        (inner) => new TwinConnection(inner, ref.dataset, sent),
      ),
  });
}

function twinDriver(driver: SqlDriver, twin: (inner: SqlConnection) => SqlConnection): SqlDriver {
  return {
    location: driver.location,
    capabilities: driver.capabilities,
    exists: () => driver.exists(),
    connect: (work, options) => driver.connect((inner) => work(twin(inner)), options),
    exclusive: (work) =>
      driver.exclusive((connect) =>
        work((inner, options) => connect((connection) => inner(twin(connection)), options)),
      ),
    close: () => driver.close(),
  };
}
