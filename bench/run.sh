#!/usr/bin/env bash
# Called by ./dev bench after a build. Arguments go to bench/run.py, or behind --peer to
# bench/peer.py, behind --loads, --batch and --tls to bench/loads.py, batch.py and tls.py.
set -euo pipefail
script=run
if [[ ${1:-} =~ ^--(peer|loads|batch|tls)$ ]]; then
    script=${1#--}
    shift
fi
exec "$(dirname "$0")/$script.py" "$@"
