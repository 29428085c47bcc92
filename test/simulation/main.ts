/**
 * `npm run simulation`: 10,000 seeds (`--from SEED --seeds N` others). `--seed SEED` replays one and prints its steps.
 * `--without RULE` leaves a rule of the protocol out.
 */
import { parseArgs } from 'node:util';
import { RULES, type Rule } from './rules';
import { simulate } from './simulate';
import { sweep } from './sweep';

const OPTIONS = {
  seed: { type: 'string' },
  from: { type: 'string' },
  seeds: { type: 'string' },
  without: { type: 'string' },
} as const;

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const without = ruleOf(values.without);
  process.exitCode =
    values.seed === undefined
      ? await sweepAll({
          from: whole('from', values.from ?? '0'),
          seeds: whole('seeds', values.seeds ?? '10000'),
          without,
        })
      : await replay(whole('seed', values.seed), without);
}

function whole(option: string, text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new Error(`--${option} "${text}" is not a whole number of 0 or more.`);
}

function ruleOf(name: string | undefined): Rule | undefined {
  if (name === undefined || Object.hasOwn(RULES, name)) return name as Rule | undefined;
  throw new Error(`--without "${name}" is not a rule; give one of ${Object.keys(RULES).join(', ')}.`);
}

async function replay(seed: number, without: Rule | undefined): Promise<number> {
  const { wrong, steps, commits, log } = await simulate({ seed, without, logged: true });
  print([...log, '', ...wrong, `seed ${seed}: ${steps} steps, ${commits} commits, ${wrong.length} wrong`]);
  return wrong.length === 0 ? 0 : 1;
}

async function sweepAll(of: { from: number; seeds: number; without: Rule | undefined }): Promise<number> {
  const begun = process.cpuUsage();
  const { failed, seeds, steps, commits } = await sweep(of);
  const { user, system } = process.cpuUsage(begun);
  const without = of.without === undefined ? '' : ` --without ${of.without}`;
  for (const { seed, wrong } of failed)
    print([
      ...wrong.map((one) => `seed ${seed}: ${one}`),
      `  npm run simulation -- --seed ${seed}${without}`,
    ]);
  const seconds = ((user + system) / 1e6).toFixed(1);
  print([
    `${seeds} seeds, ${steps} steps, ${commits} commits, ${seconds} s of CPU: ${failed.length} seeds went wrong`,
  ]);
  return failed.length === 0 ? 0 : 1;
}

const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
