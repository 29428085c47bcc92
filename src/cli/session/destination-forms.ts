/** How a destination is written on the command line, for help and errors. */
export const DESTINATION_FORMS =
  'duckdb:FILE, postgres (the server of the config), bigquery (the project of the config), or a module that exports a destination (./target.ts)';
