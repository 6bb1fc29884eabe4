// What one request costs inside HTTP, without sockets: where the time between the read and the
// handler goes. bench/http_floor.cpp measures it with them.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "http/deadlines.h"
#include "http/head_parser.h"
#include "http/head_scan.h"
#include "http/response.h"

namespace coffer::http {
namespace {

std::string typical_head() {
    return "POST /api/v1/wallets/user-000001/deposit HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
           "Content-Type: application/json\r\nAuthorization: Bearer " +
           std::string(180, 'a') +
           "\r\nIdempotency-Key: 6f1c0f0e-3f1d-4d31-9d6e-0a3a4a1c5b77\r\nX-Tenant-ID: t1\r\n"
           "Content-Length: 100\r\n\r\n";
}

void scan_head(benchmark::State& state) {
    const std::string head = typical_head();
    const Limits limits;
    for (auto _ : state) {
        HeadScan scan;
        benchmark::DoNotOptimize(scan.scan(head, limits));
    }
}
BENCHMARK(scan_head);

void parse_head_by_beast(benchmark::State& state) {
    std::string text = typical_head();
    Head head;
    for (auto _ : state) benchmark::DoNotOptimize(parse_head(text, head));
}
BENCHMARK(parse_head_by_beast);

void parse_and_judge_head(benchmark::State& state) {
    std::string text = typical_head();
    Head head;
    for (auto _ : state) {
        benchmark::DoNotOptimize(parse_head(text, head));
        benchmark::DoNotOptimize(judge_head(head));
    }
}
BENCHMARK(parse_and_judge_head);

void write_response(benchmark::State& state) {
    const std::string body(620, 'x');
    std::string out;
    for (auto _ : state) {
        out.clear();
        ResponseWriter response(out, {});
        response.body() += body;
        response.finish();
        benchmark::DoNotOptimize(out.data());
    }
}
BENCHMARK(write_response);

void look_at_deadlines(benchmark::State& state) {
    Deadlines deadlines;
    deadlines.grow(8'192);
    for (std::size_t slot = 0; slot < 8'192; ++slot) deadlines.lower(slot, 1'000'000'000'000);
    std::int64_t now = 0;
    for (auto _ : state) {
        deadlines.lower(0, now);
        deadlines.look(now, [](std::size_t) { return Deadlines::never; });
        now += Deadlines::tick_ns / 1'000;
    }
}
BENCHMARK(look_at_deadlines);

}  // namespace
}  // namespace coffer::http
