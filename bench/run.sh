#!/usr/bin/env bash
# Called by ./dev bench after a release build. Arguments go to bench/run.py.
set -euo pipefail
exec "$(dirname "$0")/run.py" "$@"
