import type { CompletedCommand, Kind } from './model';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const aboutOf = (text: string): string => (text.split(/[;\n]/)[0] ?? '').trim();

/** What can be put for a kind, as flags of fish's \`complete\`. */
function flagsOf(kind: Kind): string {
  if (typeof kind !== 'string') return `-x -a ${quoted(kind.join(' '))}`;
  if (kind === 'files') return '-r -F';
  if (kind === 'folders') return `-x -a '(__fish_complete_directories)'`;
  if (kind === 'pipelines') return `-x -a '(__tidemark_names)'`;
  if (kind === 'resources') return `-x -a '(__tidemark_resources)'`;
  return '-x';
}

/** The script for fish, 3 or later. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const [program] = commands;
  const valued = commands.flatMap(({ words, options }) =>
    options.flatMap((option) =>
      option.value === undefined ? [] : option.words.map((word) => quoted(`${words} ${word}`)),
    ),
  );
  const lines = commands.flatMap(({ words, commands: below, options, arguments: kinds }) => {
    const here = `__tidemark_at ${quoted(words)}`;
    return [
      ...below.map(
        ({ word, about }) =>
          `complete -c tidemark -f -n "${here} 0" -a ${quoted(word)} -d ${quoted(aboutOf(about))}`,
      ),
      ...options.map(({ words: [long = '', short], about, value }) =>
        [
          `complete -c tidemark -n "${here}"`,
          ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
          `-l ${long.slice(2)}`,
          value === undefined ? '-f' : flagsOf(value),
          `-d ${quoted(aboutOf(about))}`,
        ].join(' '),
      ),
      ...kinds.flatMap((kind, at) => argumentLine(`${here} ${at}`, kind, program)),
    ];
  });
  return `# fish completion of tidemark, printed by: tidemark completion fish

function __tidemark_takes_value
    switch "$argv[1] $argv[2]"
        case ${valued.join(' ')}
            return 0
    end
    return 1
end

function __tidemark_is_command
    switch "$argv[1] $argv[2]"
        case ${commands
          .slice(1)
          .map(({ words }) => quoted(words.includes(' ') ? words : ` ${words}`))
          .join(' ')}
            return 0
    end
    return 1
end

# prints the command, the number of its arguments so far, the first of them, and the config
function __tidemark_walk
    set -l at ''
    set -l count 0
    set -l first ''
    set -l config ''
    set -l option ''
    for word in (commandline -opc)[2..-1]
        if test -n "$option"
            contains -- $option --config -c; and set config $word
            set option ''
        else if string match -q -- '-*' $word
            __tidemark_takes_value "$at" $word; and set option $word
        else if test $count -eq 0; and __tidemark_is_command "$at" $word
            set at (string trim -- "$at $word")
        else
            test $count -eq 0; and set first $word
            set count (math $count + 1)
        end
    end
    printf '%s\\n' "$at" $count "$first" "$config"
end

# whether a command is at hand, and so many arguments of it are there
function __tidemark_at
    set -l walked (__tidemark_walk)
    test "$walked[1]" = "$argv[1]"; or return 1
    test (count $argv) -eq 1; or test "$walked[2]" -eq $argv[2]
end

# names of the config; whatever is wrong with it is no matter while one types
function __tidemark_names
    set -l walked (__tidemark_walk)
    if test -n "$walked[4]"
        command tidemark --config $walked[4] complete-names $argv 2>/dev/null
    else
        command tidemark complete-names $argv 2>/dev/null
    end
end

function __tidemark_resources
    set -l walked (__tidemark_walk)
    test -n "$walked[3]"; and __tidemark_names $walked[3]
end

complete -c tidemark -f
${lines.join('\n')}
`;
}

function argumentLine(here: string, kind: Kind, program: CompletedCommand | undefined): string[] {
  if (kind === 'unknown') return [];
  if (kind === 'commands')
    return [
      `complete -c tidemark -n "${here}" -x -a ${quoted(program!.commands.map(({ word }) => word).join(' '))}`,
    ];
  return [`complete -c tidemark -n "${here}" ${flagsOf(kind)}`];
}
