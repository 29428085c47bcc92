import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { caseFiles, OWN_CASES, readCases } from '../../conformance/case-files';
import { runCase } from '../../conformance/run-case';
import { ROOT } from '../../root';
import { sqlite } from '.';

const FOLDER = path.join(ROOT, 'examples', 'destination');

const cases = caseFiles(OWN_CASES)
  .flatMap(readCases)
  .filter(({ kind }) => kind === 'load' || kind === 'normalize');

/** Through `pipeline.run`, as a user has it: there is no case that SQLite can't. */
describe('conformance of the example destination', () => {
  test.each(cases.map((one) => [one.id, one] as const))('%s', async (_id, one) => {
    expect(await runCase(one, () => sqlite())).toBeUndefined();
  });

  test('has cases of both kinds', () => {
    expect(new Set(cases.map(({ kind }) => kind))).toEqual(new Set(['load', 'normalize']));
  });
});

test('the example stands on what everybody can import', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'));
  const imported = files.flatMap((name) =>
    [...readFileSync(path.join(FOLDER, name), 'utf8').matchAll(/from '([^.][^']*)'/g)].map(
      (found) => found[1],
    ),
  );
  expect(new Set(imported)).toEqual(new Set(['sql.js', 'tidemark/destination']));
});
