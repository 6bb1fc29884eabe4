#compdef coffer
# zsh completion of coffer, from `coffer … --help`.

local -a words_of subcommands
if ((CURRENT == 2)); then
    subcommands=(${(f)"$(coffer --help 2>/dev/null |
        sed -n '/^Subcommands:/,$s/^  \([a-z][a-z-]*\) *\(.*\)/\1:\2/p')"})
    _describe 'subcommand' subcommands
    return
fi
words_of=(${(f)"$(coffer ${words[2]} --help 2>/dev/null |
    sed -n 's/^  \(-[a-z],\)\{0,1\}\(--[a-z0-9-]*\).*/\2/p')"})
if [[ $PREFIX == -* ]]; then
    compadd -a words_of
else
    _files
    compadd -a words_of
fi
