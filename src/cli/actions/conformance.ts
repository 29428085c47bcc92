import path from 'node:path';
import { type CheckResult, loadDestination, runSuite } from '../../conformance';
import { plural, toJsonText } from '../output/format';
import { styleFor } from '../output/style';
import type { Terminal } from '../output/terminal';
import { packageRoot } from '../package-root';
import type { Action } from '../session/command';
import { EXIT } from '../session/command';

interface ConformanceCommandOptions {
  readonly destination: string;
  readonly only?: readonly string[];
  readonly timeout: number;
}

/** Where it is told what a kind asks. */
const told = (kind: string): string => `src/destination/README.md#what-the-suite-asks, "${kind}"`;

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

export const conformance: Action<ConformanceCommandOptions> = async ({
  context: { terminal, cwd, interrupted },
  options,
}) => {
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
};
