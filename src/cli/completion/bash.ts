import type { CompletedCommand } from './model';
import { tablesOf } from './posix';

/** The script for bash, 3.2 or later, without the package bash-completion. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  return `# bash completion of tidemark, printed by: tidemark completion bash

${tablesOf(commands)}
_tidemark() {
  local cur=\${COMP_WORDS[COMP_CWORD]} at option count first config kind word quotes=''
  [[ $cur == '=' ]] && cur=''
  COMPREPLY=()
  _tidemark_walk "\${COMP_WORDS[@]:1:COMP_CWORD-1}"
  kind=$(_tidemark_kind "$cur")
  case $kind in
    files | folders)
      # from bash 4 on readline itself quotes names of files
      compopt -o filenames 2>/dev/null && quotes=1
      while IFS= read -r word; do
        if [[ -z $quotes ]]; then
          at=''
          [[ $word == '~'* ]] && at='~'
          printf -v word '%q' "\${word#'~'}"
          [[ $word == "''" ]] && word=''
          word=$at$word
        fi
        COMPREPLY+=("$word")
      done < <(if [[ $kind == files ]]; then compgen -f -- "$cur"; else compgen -d -- "$cur"; fi)
      ;;
    *)
      while IFS= read -r word; do
        word=\${word%%$'\\t'*}
        if [[ $word == "$cur"* ]]; then
          printf -v word '%q' "$word"
          COMPREPLY+=("$word")
        fi
      done < <(_tidemark_words "$kind")
      ;;
  esac
}

complete -F _tidemark tidemark
`;
}
