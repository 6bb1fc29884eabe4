#!/usr/bin/env bash
# Called by ./dev bench after a release build. Arguments go to bench/run.py, or behind --peer to
# bench/peer.py, behind --loads to bench/loads.py, behind --tls to bench/tls.py.
set -euo pipefail
script=run
if [[ ${1:-} == --peer || ${1:-} == --loads || ${1:-} == --tls ]]; then
    script=${1#--}
    shift
fi
exec "$(dirname "$0")/$script.py" "$@"
