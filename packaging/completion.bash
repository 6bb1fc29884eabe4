# bash completion of coffer. Options and their words come from `coffer … --help`, so that this file
# knows every option of the binary that is installed.

_coffer() {
    local coffer=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]} previous= subcommand= word
    ((COMP_CWORD > 0)) && previous=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        if [[ $word != -* ]]; then
            subcommand=$word
            break
        fi
    done
    if [[ -z $subcommand ]]; then
        local subcommands
        subcommands=$("$coffer" --help 2>/dev/null |
            sed -n '/^Subcommands:/,$s/^  \([a-z][a-z-]*\) .*/\1/p')
        COMPREPLY=($(compgen -W "$subcommands --help" -- "$current"))
        return
    fi
    local help
    help=$("$coffer" "$subcommand" --help 2>/dev/null) || return
    if [[ $current != -* && $previous == --* ]]; then
        # A value: one of the words that the help lists in braces, or a file.
        local line
        line=$(grep -m 1 -E "^ *(-[a-z],)?$previous( |$)" <<<"$help")
        if [[ $line == *:\{*\}* ]]; then
            line=${line#*:\{}
            COMPREPLY=($(compgen -W "$(tr ',' ' ' <<<"${line%%\}*}")" -- "$current"))
            return
        elif [[ $line == *' TEXT'* ]]; then
            COMPREPLY=($(compgen -f -- "$current"))
            return
        elif [[ $line == *' UINT'* || $line == *' INT'* ]]; then
            return
        elif [[ $line == *' BOOLEAN'* ]]; then
            COMPREPLY=($(compgen -W "true false" -- "$current"))
            return
        fi
    fi
    local options
    options=$(sed -n 's/^  \(-[a-z],\)\{0,1\}\(--[a-z0-9-]*\).*/\2/p' <<<"$help")
    COMPREPLY=($(compgen -W "$options" -- "$current"))
}
complete -o filenames -F _coffer coffer
