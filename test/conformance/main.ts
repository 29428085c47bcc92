import { existsSync } from 'node:fs';
import path from 'node:path';
import { caseFiles, readCases } from './case-files';
import { runCase } from './run-case';

/** The cases of this checkout, also when this file runs from `dist`, where no case is copied to. */
function ownCases(): string {
  for (let folder = __dirname; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const cases = path.join(folder, 'test', 'conformance', 'cases');
    if (existsSync(cases)) return cases;
  }
  throw new Error('No folder test/conformance/cases was found; give the folder of the cases as argument.');
}

interface Count {
  passed: number;
  failed: number;
}

async function runFolder(folder: string): Promise<ReadonlyMap<string, Count>> {
  const tally = new Map<string, Count>();
  const settle = (id: string, kind: string, problem: string | undefined): void => {
    const count = tally.get(kind) ?? { passed: 0, failed: 0 };
    tally.set(kind, count);
    count[problem === undefined ? 'passed' : 'failed'] += 1;
    if (problem !== undefined) console.log(`${id}: ${problem.replace(/\s+/g, ' ')}`);
  };
  for (const file of caseFiles(folder)) {
    const name = path.basename(file);
    try {
      for (const one of readCases(file)) settle(one.id, one.kind, await runCase(one));
    } catch (error) {
      settle(name, name, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return tally;
}

async function main(): Promise<void> {
  const folder = path.resolve(process.argv[2] ?? ownCases());
  let passed = 0;
  let failed = 0;
  for (const [kind, count] of await runFolder(folder)) {
    console.log(`${kind}: ${count.passed} passed, ${count.failed} failed`);
    passed += count.passed;
    failed += count.failed;
  }
  if (passed + failed === 0) console.log(`There is no case in ${folder}.`);
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
