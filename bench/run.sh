#!/usr/bin/env bash
# Called by ./dev bench after a release build. Arguments go to bench/run.py, or behind --peer to
# bench/peer.py.
set -euo pipefail
if [[ ${1:-} == --peer ]]; then
    shift
    exec "$(dirname "$0")/peer.py" "$@"
fi
exec "$(dirname "$0")/run.py" "$@"
