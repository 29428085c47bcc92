import type { Command } from 'commander';
import { wordsOf } from '../../src/cli/examples';
import { buildProgram } from '../../src/cli/program';
import type { RunAction } from '../../src/cli/session/command';
import { fakeTerminal } from './fake-terminal';

/** The command line, which calls `run` in place of its actions. */
export const program = (run: RunAction = () => () => Promise.resolve()): Command =>
  buildProgram(fakeTerminal().terminal, run);

const leavesOf = (command: Command): readonly Command[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .flatMap((one) => (one.commands.length === 0 ? [one] : leavesOf(one)));

/** The commands that the help lists and that do something, those below others too, by their words. */
export const LEAVES: readonly (readonly [words: string, command: Command])[] = leavesOf(program()).map(
  (one) => [wordsOf(one), one],
);
