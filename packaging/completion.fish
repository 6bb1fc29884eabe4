# fish completion of coffer, from `coffer … --help`.

function __coffer_subcommands
    coffer --help 2>/dev/null | sed -n '/^Subcommands:/,$s/^  \([a-z][a-z-]*\) *\(.*\)/\1\t\2/p'
end

function __coffer_options
    set -l said (commandline -opc)
    coffer $said[2] --help 2>/dev/null | sed -n 's/^  \(-[a-z],\)\{0,1\}\(--[a-z0-9-]*\).*/\2/p'
end

complete -c coffer -n 'test (count (commandline -opc)) -eq 1' -f -a '(__coffer_subcommands)'
complete -c coffer -n 'test (count (commandline -opc)) -gt 1' -a '(__coffer_options)'
