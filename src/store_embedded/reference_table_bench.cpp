// Ten million references: memory, cold finds, inserts with growth, and loading from runs.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

#include "os/simulated_disk.h"
#include "store_embedded/reference_runs.h"

namespace coffer::store_embedded {
namespace {

constexpr std::uint64_t references = 10'000'000;

Fingerprint numbered(std::uint64_t i) {  // splitmix64, so that no list of them is needed
    const auto mix = [](std::uint64_t z) {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    };
    return {mix(i * 0x9E3779B97F4A7C15), mix(~i)};
}

const ReferenceTable& filled_table() {
    static const auto table = [] {
        auto made = std::make_unique<ReferenceTable>();
        for (std::uint64_t i = 1; i <= references; ++i) made->insert(numbered(i), i);
        return made;
    }();
    return *table;
}

void find_what_is_there(benchmark::State& state) {
    const ReferenceTable& table = filled_table();
    std::uint64_t i = 0;
    for (auto _ : state) {
        i = (i + 7'919'333) % references;
        benchmark::DoNotOptimize(table.find(numbered(i + 1)));
    }
    state.counters["bytes"] = static_cast<double>(table.bytes());
    state.counters["longest_growth_us"] = static_cast<double>(table.longest_growth_ns()) / 1000;
}
BENCHMARK(find_what_is_there);

void find_what_is_new(benchmark::State& state) {
    const ReferenceTable& table = filled_table();
    std::uint64_t i = references + 1;
    for (auto _ : state) benchmark::DoNotOptimize(table.find(numbered(++i)));
}
BENCHMARK(find_what_is_new);

void find_sixteen_prefetched(benchmark::State& state) {
    const ReferenceTable& table = filled_table();
    std::uint64_t i = references + 1;
    for (auto _ : state) {
        for (std::uint64_t j = 0; j < 16; ++j) table.prefetch(numbered(i + j));
        for (std::uint64_t j = 0; j < 16; ++j)
            benchmark::DoNotOptimize(table.find(numbered(i + j)));
        i += 16;
    }
    state.SetItemsProcessed(state.iterations() * 16);
}
BENCHMARK(find_sixteen_prefetched);

void insert_from_empty(benchmark::State& state) {
    for (auto _ : state) {
        ReferenceTable table;
        for (std::uint64_t i = 1; i <= references; ++i) table.insert(numbered(i), i);
        benchmark::DoNotOptimize(table.size());
        state.counters["longest_growth_us"] = static_cast<double>(table.longest_growth_ns()) / 1000;
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(references));
}
BENCHMARK(insert_from_empty)->Unit(benchmark::kMillisecond)->Iterations(1);

void load_45_runs(benchmark::State& state) {
    constexpr std::uint32_t run_count = 45;
    os::SimulatedDisk disk;
    (void)disk.make_folder("journal");
    std::vector<RunInfo> runs;
    for (std::uint32_t segment = 1; segment <= run_count; ++segment) {
        SegmentReferences one{{segment, segment, segment, references / run_count}, {}};
        for (std::uint64_t i = 0; i < references / run_count; ++i) {
            const std::uint64_t number = segment * (references / run_count) + i;
            one.entries.push_back({numbered(number), number});
        }
        std::sort(one.entries.begin(), one.entries.end(),
                  [](const auto& a, const auto& b) { return a.fingerprint < b.fingerprint; });
        (void)write_run(disk, BookId{}, one);
        runs.push_back(one.run);
    }
    for (auto _ : state) {
        ReferenceTable table;
        ReferenceTable keys;
        benchmark::DoNotOptimize(load_runs(disk, BookId{}, runs, table, keys).ok());
        state.counters["bytes"] = static_cast<double>(table.bytes());
    }
}
BENCHMARK(load_45_runs)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(3);

}  // namespace
}  // namespace coffer::store_embedded
