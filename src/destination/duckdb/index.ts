export { type DuckdbOptions, duckdb } from './duckdb-destination';
export { releaseIdleFiles } from './file-leases';
