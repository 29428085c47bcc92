import { googleSql, installGoogleSql, startService } from './googlesql';
import { recordedIn } from './recorded';

/** Says which statements of the queries that were recorded in a folder GoogleSQL refuses, each once. */
async function main(folder: string | undefined): Promise<void> {
  if (folder === undefined)
    throw new Error('Name the folder that `recordSql` of the fake BigQuery wrote to.');
  const installed = installGoogleSql();
  if ('missing' in installed) throw new Error(installed.missing);
  const check = googleSql(startService(installed.file));
  const told = new Set<string>();
  let queries = 0;
  for await (const query of recordedIn(folder)) {
    queries += 1;
    for (const { statement, reason } of check(query)) {
      const text = `${reason}\n  ${statement}`;
      if (!told.has(text)) console.log(text);
      told.add(text);
    }
  }
  console.log(`${queries} queries, ${told.size} statements refused`);
  if (told.size > 0 || queries === 0) process.exitCode = 1;
}

void main(process.argv[2]);
