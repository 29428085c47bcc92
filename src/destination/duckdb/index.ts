export { type DuckdbOptions, duckdb } from './duckdb';
export { releaseIdleFiles } from './instance';
