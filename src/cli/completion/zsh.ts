import type { CompletedCommand } from './model';
import { tablesOf } from './posix';

/** The script for zsh: a file _tidemark in a folder of fpath, or sourced after compinit. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef tidemark
# zsh completion of tidemark, printed by: tidemark completion zsh

${tablesOf(commands)}
_tidemark() {
  emulate -L zsh
  local at option count first config kind word
  local -a found
  _tidemark_walk "\${(@)words[2,CURRENT-1]}"
  kind=$(_tidemark_kind "\${words[CURRENT]}")
  case $kind in
    files) _files ;;
    folders) _files -/ ;;
    *)
      while IFS= read -r word; do
        # a colon ends the word for _describe
        if [[ $word == *$'\\t'* ]]; then
          found+=("\${\${word%%$'\\t'*}//:/\\\\:}:\${word#*$'\\t'}")
        else
          found+=("\${word//:/\\\\:}")
        fi
      done < <(_tidemark_words "$kind")
      [[ \${#found} -gt 0 ]] && _describe "\${kind%% *}" found
      ;;
  esac
}

if [[ \${funcstack[1]} == _tidemark ]]; then
  _tidemark "$@"
else
  compdef _tidemark tidemark
fi
`;
}
