#!/bin/bash
# What HTTP alone costs: bench/http_floor.cpp against nginx `return 200` of the same 620 bytes.
# Prints requests/s and µs of server CPU a request; on a busy machine trust only the second.
#
#     bench/http_floor.sh [runs]        needs g++, nginx, wrk
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-5}
work=$(mktemp -d)
servers=()
trap 'kill "${servers[@]}" 2>/dev/null; rm -rf "$work"' EXIT

sources=$(ls src/http/*.cpp src/os/{socket,poller,clock}.cpp src/base/{ensure,instant}.cpp |
          grep -vE '_(test|bench|fuzz)\.cpp$')
# shellcheck disable=SC2086
g++ -std=c++20 -O2 -I src bench/http_floor.cpp $sources -o "$work/http_floor"

cat > "$work/post.lua" <<'LUA'
wrk.method = "POST"
wrk.body = '{"amount":"12.50","reference_id":"deposit-000000000001",' ..
           '"description":"a deposit of about 100 bytes"}'
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. string.rep("a", 180)
LUA

body='{"code":0,"message":"'$(printf 'x%.0s' $(seq 597))'"}'
for workers in 1 2; do
    cat > "$work/nginx$workers.conf" <<NGINX
daemon off; worker_processes $workers; pid $work/nginx$workers.pid; error_log $work/nginx.log;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000000; default_type application/json;
    client_body_temp_path $work/b; proxy_temp_path $work/p; fastcgi_temp_path $work/f;
    uwsgi_temp_path $work/u; scgi_temp_path $work/s;
    server { listen 127.0.0.1:1808$workers; location / { return 200 '$body'; } } }
NGINX
    nginx -c "$work/nginx$workers.conf" & servers+=($!)
done
"$work/http_floor" 127.0.0.1:18080 & servers+=($!)
sleep 1

# User and system ticks of a process and its children.
ticks() {
    cat "/proc/$1/stat" $(pgrep -P "$1" | sed 's|.*|/proc/&/stat|') |
        awk '{ t += $14 + $15 } END { print t }'
}
measure() {  # name pid port
    local before after out
    before=$(ticks "$2")
    out=$(wrk -t2 -c256 -d4 -s "$work/post.lua" \
              "http://127.0.0.1:$3/api/v1/wallets/user-1/deposit")
    after=$(ticks "$2")
    awk -v name="$1" -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" '
        /requests in/ { n = $1 } /Requests\/sec/ { rate = $2 }
        /Non-2xx|Socket errors/ { bad = " " $0 }
        END { printf "%-16s %8.0f requests/s  %5.2f µs CPU a request%s\n",
                     name, rate, ticks * 1e6 / hz / n, bad }
    ' <<< "$out"
}
for _ in $(seq "$runs"); do
    measure coffer "${servers[2]}" 18080
    measure "nginx 1 worker" "${servers[0]}" 18081
    measure "nginx 2 workers" "${servers[1]}" 18082
done | sort | tee "$work/all"
echo "medians:"
for name in coffer "nginx 1 worker" "nginx 2 workers"; do
    for column in requests CPU; do
        grep "^$name " "$work/all" | sed -E "s/^$name +//" |
            awk -v c=$column '{ print c == "CPU" ? $3 : $1 }' | sort -n |
            awk -v name="$name" -v c=$column '{ a[NR] = $1 }
                END { printf "  %-16s %-8s %s\n", name, c, a[int((NR + 1) / 2)] }'
    done
done
