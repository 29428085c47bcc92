import type { CompletedCommand, Kind, Word } from './model';

/** A text as one word of a shell, whatever is in it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The first sentence, in one line: a list of words has no room for more. */
const aboutOf = (text: string): string => (text.split(/[;\n]/)[0] ?? '').trim();

const line = ({ word, about }: Word): string => quoted(`${word}\t${aboutOf(about)}`);

/** A command of the shell that prints these words, each with what it is for after a tab. */
const printing = (words: readonly Word[]): string =>
  words.length === 0 ? ':' : `printf '%s\\n' ${words.map(line).join(' ')}`;

const kindText = (kind: Kind): string =>
  typeof kind === 'string' ? `echo ${kind}` : `echo ${quoted(`words ${kind.join(' ')}`)}`;

/**
 * What bash and zsh know of the command line, as functions of both: which words are commands, which options take a value, and
 * what can be put where.
 */
export function tablesOf(commands: readonly CompletedCommand[]): string {
  const cases = (of: (command: CompletedCommand) => string): string =>
    commands.map((command) => `    ${quoted(command.words)}) ${of(command)} ;;`).join('\n');
  const valued = commands.flatMap((command) =>
    command.options.flatMap(({ words, value }) =>
      value === undefined ? [] : [{ keys: words.map((word) => quoted(`${command.words} ${word}`)), value }],
    ),
  );
  return `# the commands below one
_tidemark_commands() {
  case $1 in
${cases(({ commands: below }) => printing(below))}
  esac
}

_tidemark_options() {
  case $1 in
${cases(({ options }) =>
  printing(options.flatMap(({ words, about }) => words.map((word) => ({ word, about })))),
)}
  esac
}

# what the value of an option is; nothing for one that takes none
_tidemark_value() {
  case "$1 $2" in
${valued.map(({ keys, value }) => `    ${keys.join(' | ')}) ${kindText(value)} ;;`).join('\n')}
  esac
}

# what an argument is, by its place
_tidemark_argument() {
  case "$1 $2" in
${commands
  .flatMap(({ words, arguments: kinds }) =>
    kinds.map((kind, at) => `    ${quoted(`${words} ${at}`)}) ${kindText(kind)} ;;`),
  )
  .join('\n')}
  esac
}

# where a word stands: sets at (the command), option (whose value is due), count (arguments before) and first (the first one)
_tidemark_walk() {
  local word found
  at='' option='' count=0 first='' config=''
  for word in "$@"; do
    if [[ -n $option ]]; then
      [[ $word == '=' ]] && continue
      [[ $option == --config || $option == -c ]] && config=$word
      option=''
    elif [[ $word == --*=* ]]; then
      [[ $word == --config=* ]] && config=\${word#--config=}
    elif [[ $word == -* ]]; then
      [[ -n $(_tidemark_value "$at" "$word") ]] && option=$word
    else
      found=$(_tidemark_commands "$at")
      if [[ $count == 0 && $'\\n'$found == *$'\\n'"$word"$'\\t'* ]]; then
        at=\${at:+$at }$word
      else
        [[ $count == 0 ]] && first=$word
        count=$((count + 1))
      fi
    fi
  done
}

# the kind of what can be put next
_tidemark_kind() {
  if [[ -n $option ]]; then
    _tidemark_value "$at" "$option"
  elif [[ $1 == -* ]]; then
    echo options
  elif [[ $count == 0 && -n $(_tidemark_commands "$at") ]]; then
    echo commands
  else
    _tidemark_argument "$at" "$count"
  fi
}

# the words of a kind, each with what it is for after a tab
_tidemark_words() {
  local word
  case $1 in
    options) _tidemark_options "$at" ;;
    commands) _tidemark_commands "$([[ $at == help ]] || echo "$at")" ;;
    'words '*) for word in $(echo "\${1#words }"); do echo "$word"; done ;;
    pipelines) _tidemark_names ;;
    resources) [[ -n $first ]] && _tidemark_names "$first" ;;
  esac
}

# names of the config; whatever is wrong with it is no matter while one types
_tidemark_names() {
  if [[ -n $config ]]; then
    command tidemark --config "$config" complete-names "$@" 2>/dev/null
  else
    command tidemark complete-names "$@" 2>/dev/null
  fi
}
`;
}
