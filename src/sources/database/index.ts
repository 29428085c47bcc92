export { duckdbSource, duckdbTables } from './duckdb-tables';
export { type PostgresTablesInput, postgresSource, postgresTables } from './postgres-tables';
export type { TableInput as DatabaseTableInput } from './table-config';
