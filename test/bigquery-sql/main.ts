import { googleSql, installGoogleSql, startService } from './googlesql';
import { recordedIn } from './recorded';

/** Says which statements of the queries that were recorded in a folder GoogleSQL refuses, each once. */
function main(folder: string | undefined): void {
  if (folder === undefined)
    throw new Error('Name the folder that `recordSql` of the fake BigQuery wrote to.');
  const installed = installGoogleSql();
  if ('missing' in installed) throw new Error(installed.missing);
  const check = googleSql(startService(installed.file));
  const queries = recordedIn(folder);
  const refused = new Map(
    queries.flatMap(check).map(({ statement, reason }) => [`${reason}\n${statement}`, { statement, reason }]),
  );
  for (const { statement, reason } of refused.values()) console.log(`${reason}\n  ${statement}`);
  console.log(`${queries.length} queries, ${refused.size} statements refused`);
  if (refused.size > 0 || queries.length === 0) process.exitCode = 1;
}

main(process.argv[2]);
