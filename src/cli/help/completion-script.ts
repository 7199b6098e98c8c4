/** Shells that `tspod completion` knows. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** The script that makes a shell ask `tspod __complete` for the words that can stand at the cursor. */
export function completionScript(shell: Shell): string {
  return { bash: BASH, zsh: ZSH, fish: FISH }[shell];
}

const BASH = String.raw`# bash completion for tspod

__tspod_complete() {
    local cur=$2 line directive=0 rest=$COMP_LINE text word value cut sign before i
    local -a words=() lines
    # bash parts words at : and = as well: what has no blank before it belongs to the word before.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=\${COMP_WORDS[i]}
        text=\${rest#"\${rest%%[![:space:]]*}"}
        if [[ $i -gt 0 && $text == "$rest" && -n $rest ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
        rest=\${text#"$word"}
    done
    words=("\${words[@]:1}")
    # A quote that is open stays where it is.
    words[-1]=\${words[-1]#[\'\"]}
    mapfile -t lines < <("\${COMP_WORDS[0]}" __completeNoDesc "\${words[@]}" 2>/dev/null)
    COMPREPLY=()
    for line in "\${lines[@]}"; do
        if [[ $line == :* ]]; then directive=\${line#:}; else COMPREPLY+=("$line"); fi
    done
    # Only what is behind the last colon or equals sign is replaced.
    value=\${words[-1]#--*=} cut=""
    for sign in : =; do
        [[ $COMP_WORDBREAKS == *$sign* && $value == *$sign* ]] || continue
        before=\${value%"\${value##*$sign}"}
        (( \${#before} > \${#cut} )) && cut=$before
    done
    COMPREPLY=("\${COMPREPLY[@]#"$cut"}")
    (( directive & 2 )) && compopt -o nospace
    if (( (directive & 4) == 0 )); then
        if (( directive & 16 )); then
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -d -- "$cur")
        elif [[ \${#COMPREPLY[@]} -eq 0 ]]; then
            compopt -o default
        fi
    fi
}

complete -F __tspod_complete tspod
`.replaceAll("\\$", "$");

const ZSH = String.raw`#compdef tspod
# zsh completion for tspod

_tspod() {
    local directive=0 line prefix=""
    local -a lines described
    local -a typed=("\${(@)words[2,CURRENT]}")
    lines=("\${(@f)$("\${words[1]}" __complete "\${typed[@]}" 2>/dev/null)}")
    for line in "\${lines[@]}"; do
        if [[ $line == :<-> ]]; then
            directive=\${line#:}
        elif [[ -n $line ]]; then
            local word=\${line%%$'\t'*} help=""
            [[ $line == *$'\t'* ]] && help=\${line#*$'\t'}
            described+=("\${word//:/\\:}\${help:+:$help}")
        fi
    done
    [[ \${typed[-1]} == --*=* ]] && compset -P '*='
    if (( \${#described} )); then
        local -a options
        (( directive & 2 )) && options=(-S '')
        _describe -V 'completions' described "\${options[@]}"
    elif (( directive & 16 )); then
        _files -/
    elif (( (directive & 4) == 0 )); then
        _files
    fi
}

if [[ $funcstack[1] == _tspod ]]; then
    _tspod "$@"
else
    compdef _tspod tspod
fi
`.replaceAll("\\$", "$");

const FISH = String.raw`# fish completion for tspod

function __tspod_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l lines ($words[1] __complete $words[2..-1] 2>/dev/null)
    set -l directive 0
    string match -qr '^:(?<directive>\d+)$' -- $lines[-1]
    and set -e lines[-1]
    set -l prefix (string match -r '^--[^=]+=' -- $words[-1])
    test -n "$lines[1]"
    and printf "$prefix%s\n" $lines
    set -l flags (math "bitand($directive, 20)")
    if test $flags -eq 16
        __fish_complete_directories $words[-1]
    else if test $flags -eq 0 -a -z "$lines[1]"
        __fish_complete_path $words[-1]
    end
end

complete -c tspod -e
complete -c tspod -f -a '(__tspod_complete)'
`;
