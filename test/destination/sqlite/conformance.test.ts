import path from 'node:path';
import { caseFiles, readCases } from '../../conformance/case-files';
import { runCase } from '../../conformance/run-case';
import { sqlite } from './sqlite';

/** What SQLite can't, by case: each must fail, or it is no exception any more. */
const EXCEPTIONS: Readonly<Record<string, string>> = {};

const cases = caseFiles(path.join(__dirname, '..', '..', 'conformance', 'cases'))
  .flatMap(readCases)
  .filter(({ kind }) => kind === 'load' || kind === 'normalize');

describe('conformance of the example destination', () => {
  test.each(cases.map((one) => [one.id, one] as const))('%s', async (id, one) => {
    const problem = await runCase(one, () => sqlite());
    if (EXCEPTIONS[id] === undefined) expect(problem).toBeUndefined();
    else expect(problem).toBeDefined();
  });

  test('every exception is a case', () => {
    const ids = new Set(cases.map(({ id }) => id));
    expect(Object.keys(EXCEPTIONS).filter((id) => !ids.has(id))).toEqual([]);
  });
});
