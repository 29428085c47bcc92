import { type CheckQuery, googleSql, installGoogleSql, startService } from './googlesql';

const installed = installGoogleSql();

// in CI a proof that isn't run is a failure
if ('missing' in installed && process.env.CI === 'true') throw new Error(installed.missing);
if ('missing' in installed) console.warn(`Skipped: ${installed.missing}`);

/** Tests of what GoogleSQL takes; without it they are skipped, and it is said why. */
export const describeWithGoogleSql: typeof describe.skip = 'missing' in installed ? describe.skip : describe;

let check: CheckQuery | undefined;

/** What GoogleSQL refuses of a query. It is started once for a file of tests. */
export const refusedOf: CheckQuery = (query) => {
  if ('missing' in installed) throw new Error(installed.missing);
  check ??= googleSql(startService(installed.file));
  return check(query);
};
