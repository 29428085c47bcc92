import path from 'node:path';
import { BUILT_IN_NAMES, type CheckResult, loadDestination, runSuite, SUITE_KINDS } from '../../conformance';
import { plural, toJsonText } from '../output/format';
import { styleFor } from '../output/style';
import type { Terminal } from '../output/terminal';
import { packageRoot } from '../package-root';
import { EXIT, type Register } from '../session/command';
import { collect, wholeNumber } from '../session/options';

interface ConformanceCommandOptions {
  readonly destination: string;
  readonly only?: readonly string[];
  readonly timeout: number;
}

/** Where it is told what a kind asks. */
const told = (kind: string): string => `src/destination/README.md#what-the-suite-asks, "${kind}"`;

/** `tidemark conformance --destination FILE`: whether a destination does what tidemark asks of one. */
export const registerConformance: Register = (program, run) => {
  program
    .command('conformance')
    .description('check a destination of your own, or one that comes with tidemark')
    .requiredOption(
      '-d, --destination <file>',
      `a module that exports a destination, or (folder) => destination; or one that comes with tidemark: ${BUILT_IN_NAMES.join(', ')}; the environment says where a server is`,
    )
    .option('--only <kind>', `only checks of a kind, may be given again: ${SUITE_KINDS.join(', ')}`, collect)
    .option('--timeout <seconds>', 'after which a check that has not ended has failed', wholeNumber(1), 60)
    .action(
      run<ConformanceCommandOptions>(async ({ context: { terminal, cwd, interrupted }, options }) => {
        const results: CheckResult[] = [];
        const suite = runSuite({
          destination: await loadDestination(options.destination, cwd),
          cases: path.join(packageRoot(), 'test', 'conformance', 'cases'),
          only: options.only,
          timeoutMs: options.timeout * 1000,
          signal: interrupted,
        });
        for await (const result of suite) {
          results.push(result);
          if (!options.json) printResult(terminal, result);
        }
        const failed = results.filter(({ passed }) => !passed).length;
        const passed = results.length - failed;
        if (options.json) {
          const list = results.map((one) => (one.passed ? one : { ...one, told: told(one.kind) }));
          terminal.out(toJsonText({ destination: options.destination, passed, failed, results: list }, 2));
        } else {
          printRecorded(terminal, results);
          terminal.out(`${plural(passed, 'check')} passed, ${failed} failed`);
        }
        return failed > 0 ? EXIT.failed : EXIT.done;
      }),
    );
};

/** Cases recorded from dlt are many: those that pass are counted at the end. */
const isRecorded = ({ kind }: CheckResult): boolean => kind === 'load' || kind === 'normalize';

function printResult(terminal: Terminal, result: CheckResult): void {
  const { passed, kind, name, problem = '', expected = '', found = '' } = result;
  const { red, green } = styleFor(terminal.colour);
  if (passed && isRecorded(result)) return;
  terminal.out(`${passed ? green('passed') : red('FAILED')}  ${kind.padEnd(11)}  ${name}`);
  if (passed) return;
  for (const [label, text] of [
    ['where', problem],
    ['expected', expected],
    ['found', found],
    ['see', told(kind)],
  ])
    terminal.out(`          ${label!.padEnd(9)} ${text!.replace(/\s*\n\s*/g, ' ')}`);
}

function printRecorded(terminal: Terminal, results: readonly CheckResult[]): void {
  const { red, green } = styleFor(terminal.colour);
  for (const kind of new Set(results.filter(isRecorded).map((one) => one.kind))) {
    const all = results.filter((one) => one.kind === kind);
    const failed = all.filter(({ passed }) => !passed).length;
    const word = failed === 0 ? green('passed') : red('FAILED');
    const counts = failed === 0 ? `all ${all.length}` : `${failed} of ${all.length}`;
    terminal.out(`${word}  ${kind.padEnd(11)}  ${counts} cases recorded from dlt`);
  }
}
