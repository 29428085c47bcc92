import type { Argument, Command, Option } from 'commander';
import { wordsOf } from '../examples';

/** What can be put for an argument or the value of an option; `unknown` is anything, such as a date. */
export type Kind =
  | 'pipelines'
  | 'resources'
  | 'files'
  | 'folders'
  | 'commands'
  | 'unknown'
  | readonly string[];

/** A word that can be put, and what it is for. */
export interface Word {
  readonly word: string;
  readonly about: string;
}

export interface CompletedOption {
  /** `--resource`, and `-r` where it has a short one. */
  readonly words: readonly string[];
  readonly about: string;
  /** Undefined where it takes no value. */
  readonly value: Kind | undefined;
}

/** A command as a shell has to know it. */
export interface CompletedCommand {
  /** `state set`; empty for the program itself. */
  readonly words: string;
  readonly commands: readonly Word[];
  /** Its own, and those that every command takes. */
  readonly options: readonly CompletedOption[];
  /** What its arguments are, in order. */
  readonly arguments: readonly Kind[];
}

/** The command line as data, of the commands that its help lists: what the scripts of all shells are made of. */
export function completedCommands(program: Command): readonly CompletedCommand[] {
  const everywhere = program.options.filter((option) => option.long !== '--version').map(optionOf);
  const visit = (command: Command): CompletedCommand[] => {
    const below = command.createHelp().visibleCommands(command);
    const own = command === program ? program.options.map(optionOf) : command.options.map(optionOf);
    return [
      {
        words: wordsOf(command),
        commands: below.map((one) => ({ word: one.name(), about: one.description() })),
        options: [...own, HELP, ...(command === program ? [] : everywhere)],
        arguments: command.registeredArguments.map(argumentKind),
      },
      ...below.flatMap(visit),
    ];
  };
  return visit(program);
}

const HELP: CompletedOption = { words: ['--help', '-h'], about: 'how it is used', value: undefined };

function optionOf({
  long,
  short,
  description,
  required,
  optional,
  flags,
  argChoices,
}: Option): CompletedOption {
  const takesValue = required || optional;
  const [, placeholder = ''] = /[<[]([^\]>]+)[\]>]$/.exec(flags) ?? [];
  return {
    words: [long, short].filter((word) => word !== undefined && word !== null),
    about: description,
    value: takesValue ? (argChoices ?? kindOf(placeholder)) : undefined,
  };
}

const argumentKind = (argument: Argument): Kind => argument.argChoices ?? kindOf(argument.name());

/** The names that the help has say what they stand for. */
function kindOf(placeholder: string): Kind {
  if (/\bpipeline\b/.test(placeholder)) return 'pipelines';
  if (placeholder === 'resource') return 'resources';
  if (placeholder === 'file' || placeholder === 'destination') return 'files';
  if (placeholder === 'dir') return 'folders';
  return placeholder === 'command' ? 'commands' : 'unknown';
}
