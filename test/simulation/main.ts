/** `npm run simulation -- SEED [RULE]`: replays a seed, without a rule of the protocol if one is named, and prints its steps. */
import { RULES, type Rule } from './rules';
import { simulate } from './simulate';

async function main([seedText, rule]: readonly string[]): Promise<void> {
  const seed = Number(seedText);
  if (seedText === undefined || !Number.isInteger(seed) || seed < 0)
    throw new Error(`"${seedText ?? ''}" is not a seed; give a whole number of 0 or more.`);
  if (rule !== undefined && !(rule in RULES))
    throw new Error(`"${rule}" is not a rule; give one of ${Object.keys(RULES).join(', ')}.`);
  const { wrong, steps, commits, log } = await simulate({
    seed,
    without: rule as Rule | undefined,
    logged: true,
  });
  process.stdout.write(`${[...log, '', ...wrong].join('\n')}\n`);
  process.stdout.write(`seed ${seed}: ${steps} steps, ${commits} commits, ${wrong.length} wrong\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
