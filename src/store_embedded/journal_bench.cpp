// What an append costs the engine's thread besides the write itself.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "store_embedded/journal.h"

namespace coffer::store_embedded {
namespace {

/// Takes every write and keeps nothing; segments read as zeros.
class NowhereFile final : public os::File {
public:
    Result<std::size_t, Fault> read_at(std::uint64_t, std::span<std::uint8_t> into) override {
        std::fill(into.begin(), into.end(), std::uint8_t{0});
        return into.size();
    }
    Result<Ok, Fault> write_at(std::uint64_t, Bytes) override { return Ok{}; }
    Result<Ok, Fault> write_durable(std::uint64_t, Bytes bytes) override {
        benchmark::DoNotOptimize(bytes.data());
        return Ok{};
    }
    void begin_durable(std::uint64_t, Bytes bytes) override {
        benchmark::DoNotOptimize(bytes.data());
    }
    bool durable_ended() override { return true; }
    Result<Ok, Fault> end_durable() override { return Ok{}; }
    Result<Ok, Fault> sync() override { return Ok{}; }
    Result<std::uint64_t, Fault> size() override { return std::uint64_t{0}; }
};

class NowhereLock final : public os::Lock {};

class Nowhere final : public os::FileSystem {
public:
    Result<std::unique_ptr<os::File>, Fault> open(std::string_view, os::Open) override {
        return std::unique_ptr<os::File>{std::make_unique<NowhereFile>()};
    }
    Result<bool, Fault> exists(std::string_view) override { return false; }
    Result<std::vector<std::string>, Fault> list(std::string_view) override {
        return std::vector<std::string>{};
    }
    Result<Ok, Fault> make_folder(std::string_view) override { return Ok{}; }
    Result<Ok, Fault> rename(std::string_view, std::string_view) override { return Ok{}; }
    Result<Ok, Fault> remove(std::string_view) override { return Ok{}; }
    Result<Ok, Fault> sync_folder(std::string_view) override { return Ok{}; }
    Result<std::unique_ptr<os::Lock>, Fault> lock(std::string_view) override {
        return std::unique_ptr<os::Lock>{std::make_unique<NowhereLock>()};
    }
};

/// A batch of `deposits` records of 300 bytes; the time is per batch, the counter per deposit.
void append(benchmark::State& state) {
    Nowhere nowhere;
    auto journal =
        std::move(
            Journal::open(nowhere, {.new_book = {}, .segment_bytes = 64 << 20, .background = true}))
            .value();
    if (!journal->recover({}, [](const BatchView&) -> Result<Ok, Fault> { return Ok{}; })) {
        state.SkipWithError("recover");
        return;
    }
    const auto deposits = static_cast<std::size_t>(state.range(0));
    std::vector<std::uint8_t> payload(batch_header_bytes + deposits * 304, 7);
    std::uint64_t sequence = 0;
    for (auto _ : state) {
        while (!journal->check_writable()) {
        }
        const auto done = journal->append_durable(
            {++sequence, Instant{1}, {}, static_cast<std::uint32_t>(deposits), payload});
        benchmark::DoNotOptimize(done.ok());
    }
    state.counters["per_deposit"] =
        benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(deposits),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(append)->Arg(1)->Arg(16)->Arg(256);

void frame_one_sector(benchmark::State& state) {
    const SectorCodec codec{BookId{}};
    std::vector<std::uint8_t> payload(500, 7);
    std::vector<std::uint8_t> out(512);
    std::uint64_t position = 0;
    for (auto _ : state) {
        codec.frame({1, Instant{1}, 500, 1, {}}, payload, position += 512, out.data());
        benchmark::DoNotOptimize(out.data());
    }
}
BENCHMARK(frame_one_sector);

}  // namespace
}  // namespace coffer::store_embedded
