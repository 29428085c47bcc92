import path from 'node:path';
import { parseArgs } from 'node:util';
import type { MakeDestination } from '../../src/conformance';
import { inPostgres } from '../postgres/destinations';
import { startPostgres } from '../postgres/server';
import { caseFiles, OWN_CASES, readCases } from './case-files';
import { runCase } from './run-case';

interface Count {
  passed: number;
  failed: number;
}

async function runFolder(
  folder: string,
  destination: MakeDestination | undefined,
): Promise<ReadonlyMap<string, Count>> {
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
      for (const one of readCases(file)) settle(one.id, one.kind, await runCase(one, destination));
    } catch (error) {
      settle(name, name, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return tally;
}

async function report(folder: string, destination?: MakeDestination): Promise<void> {
  let passed = 0;
  let failed = 0;
  for (const [kind, count] of await runFolder(folder, destination)) {
    console.log(`${kind}: ${count.passed} passed, ${count.failed} failed`);
    passed += count.passed;
    failed += count.failed;
  }
  if (passed + failed === 0) console.log(`There is no case in ${folder}.`);
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { destination: { type: 'string', default: 'duckdb' } },
    allowPositionals: true,
  });
  const folder = path.resolve(positionals[0] ?? OWN_CASES);
  if (values.destination === 'duckdb') return report(folder);
  if (values.destination !== 'postgres')
    throw new Error(
      `"${values.destination}" is not a destination to run the cases on; write duckdb or postgres.`,
    );
  const server = await startPostgres();
  try {
    await report(folder, () => inPostgres(server));
  } finally {
    await server.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
