/** `npm run torture [-- N]`: N loads killed with -9, half at named lines of the commit, half at random moments. */
import { rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { disturb, FAILPOINTS, makeBaseline, SCENARIOS } from './torture';

async function main(): Promise<void> {
  const total = Number(process.argv[2] ?? 200);
  if (!Number.isInteger(total) || total < 1)
    throw new Error(`"${process.argv[2]}" is not a number of rounds; give one of 1 or more.`);
  const baselines = await Promise.all(SCENARIOS.map(makeBaseline));
  const counts = { killed: 0, late: 0, wal: 0, wrong: 0 };
  for (let round = 0; round < total; round++) {
    const baseline = baselines[round % baselines.length]!;
    const failpoint = FAILPOINTS[Math.floor(round / baselines.length / 2) % FAILPOINTS.length]!;
    const named = Math.floor(round / baselines.length) % 2 === 0;
    const how = named ? { failpoint } : { killAfter: Math.random() * baseline.lasts };
    const { killed, wal, actual } = await disturb(baseline, how);
    if (killed) counts.killed++;
    else counts.late++;
    if (wal) counts.wal++;
    if (isDeepStrictEqual(actual, baseline.expected)) continue;
    counts.wrong++;
    process.stdout.write(
      `${baseline.scenario} ${JSON.stringify(how)}: what was left differs from an undisturbed run\n`,
    );
  }
  for (const { folder } of baselines) rmSync(folder, { recursive: true, force: true });
  process.stdout.write(
    `killed ${counts.killed} of ${total} (${counts.late} had ended before), WAL unmerged in ${counts.wal}\n`,
  );
  process.stdout.write(`${total - counts.wrong} passed, ${counts.wrong} failed\n`);
  process.exitCode = counts.wrong === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
