import { type CheckQuery, googleSql, installGoogleSql, startService } from './googlesql';

const installed = installGoogleSql();

// in CI a proof that isn't run is a failure
if ('missing' in installed && process.env.CI === 'true') throw new Error(installed.missing);

/** Tests of what GoogleSQL takes; without it they are skipped, and it is said why. */
export function describeWithGoogleSql(name: string, tests: () => void): void {
  if ('missing' in installed) describe.skip(`${name} (${installed.missing})`, tests);
  else describe(name, tests);
}

let check: CheckQuery | undefined;

/** What GoogleSQL refuses of a query. It is started once for a file of tests. */
export const refusedOf: CheckQuery = (query) => {
  if ('missing' in installed) throw new Error(installed.missing);
  check ??= googleSql(startService(installed.file));
  return check(query);
};
