import path from 'node:path';
import { caseFiles, OWN_CASES, readCases } from './case-files';
import { KINDS } from './kinds';
import { runCase } from './run-case';

/** Only kinds that are built: what isn't there yet is a failure of the runner's figures, not of every commit. */
const built = new Set(KINDS.map(({ name }) => name));

for (const file of caseFiles(OWN_CASES)) {
  const cases = readCases(file).filter(({ kind }) => built.has(kind));
  if (cases.length > 0)
    describe(`conformance of ${path.basename(file, '.json')}`, () => {
      test.each(cases.map((one) => [one.id, one] as const))('%s', async (_id, one) => {
        expect(await runCase(one)).toBeUndefined();
      });
    });
}
