/** A name as an identifier of standard SQL, whatever letters it has: DuckDB and Postgres quote alike. */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
