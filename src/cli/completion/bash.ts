import type { CompletedCommand } from './model';
import { tablesOf } from './posix';

/** The script for bash, 3.2 or later, without the package bash-completion. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  return `# bash completion of tidemark, printed by: tidemark completion bash

${tablesOf(commands)}
_tidemark() {
  local cur=\${COMP_WORDS[COMP_CWORD]} at option count first config kind word
  [[ $cur == '=' ]] && cur=''
  COMPREPLY=()
  _tidemark_walk "\${COMP_WORDS[@]:1:COMP_CWORD-1}"
  kind=$(_tidemark_kind "$cur")
  case $kind in
    files) while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur") ;;
    folders) while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$cur") ;;
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
