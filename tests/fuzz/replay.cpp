// main() of a fuzz target where there is no libFuzzer: replays the inputs it is given, then
// changed copies of them for a while. Meant for a build with sanitizers; what stops it is a
// finding, and the input that did it is printed in hexadecimal and written to `finding-<target>`
// in COFFER_FINDINGS.
//
//     head --seconds 2 [--runs N] [--seed S] FILE-OR-FOLDER...
//
// The number after --seed comes from COFFER_SEED, too, and is printed.
#include <sanitizer/common_interface_defs.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "tests/fuzz/mutator.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace coffer::fuzz {
namespace {

using Clock = std::chrono::steady_clock;

// No seed is longer; nor is what is made of them.
constexpr std::size_t input_bytes_max = 4096;

// The input that is running, for whoever stops us. Plain pointers: they are read in a signal
// handler.
const std::uint8_t* running = nullptr;
std::size_t running_bytes = 0;
std::uint64_t seed_used = 0;
const char* target = "";

void tell_finding() {
    if (running == nullptr) return;
    const std::uint8_t* input = std::exchange(running, nullptr);
    std::fprintf(stderr, "\n%s: finding with seed %llu, %zu bytes:\n", target,
                 static_cast<unsigned long long>(seed_used), running_bytes);
    for (std::size_t i = 0; i < running_bytes; ++i) std::fprintf(stderr, "%02x", input[i]);
    std::fputc('\n', stderr);
    const char* folder = std::getenv("COFFER_FINDINGS");
    if (folder == nullptr) return;
    const std::string path = std::string{folder} + "/finding-" + target;
    if (FILE* file = std::fopen(path.c_str(), "wb")) {
        std::fwrite(input, 1, running_bytes, file);
        std::fclose(file);
        std::fprintf(stderr, "%s: written to %s\n", target, path.c_str());
    }
}

void on_abort(int) {
    tell_finding();
    std::_Exit(1);
}

void run(const Input& input) {
    // Memory of its own and exactly as long: one byte too far is seen by the sanitizer.
    const auto copy = std::make_unique_for_overwrite<std::uint8_t[]>(input.size());
    std::ranges::copy(input, copy.get());
    running = copy.get();
    running_bytes = input.size();
    LLVMFuzzerTestOneInput(copy.get(), input.size());
    running = nullptr;
}

void read_seed(const std::filesystem::path& path, std::vector<Input>& seeds) {
    std::ifstream file{path, std::ios::binary};
    seeds.emplace_back(std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{});
}

void read_seeds(const std::filesystem::path& path, std::vector<Input>& seeds) {
    if (!std::filesystem::is_directory(path)) return read_seed(path, seeds);
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{path}) {
        files.push_back(entry.path());
    }
    std::ranges::sort(files);
    for (const auto& file : files) read_seed(file, seeds);
}

int main_of(int count, char** arguments) {
    double seconds = 0;
    std::uint64_t runs_max = UINT64_MAX;
    std::vector<Input> seeds;
    const char* from_outside = std::getenv("COFFER_SEED");
    seed_used =
        from_outside != nullptr ? std::strtoull(from_outside, nullptr, 10) : std::random_device{}();
    for (int i = 1; i < count; ++i) {
        const std::string_view argument = arguments[i];
        const char* value = i + 1 < count ? arguments[i + 1] : "0";
        if (argument == "--seconds") {
            seconds = std::strtod(value, nullptr), ++i;
        } else if (argument == "--runs") {
            runs_max = std::strtoull(value, nullptr, 10), ++i;
        } else if (argument == "--seed") {
            seed_used = std::strtoull(value, nullptr, 10), ++i;
        } else {
            read_seeds(arguments[i], seeds);
        }
    }
    const std::string name = std::filesystem::path{arguments[0]}.filename().string();
    target = name.c_str();
#ifdef __SANITIZE_ADDRESS__  // not where coverage is counted, which has no sanitizers
    __sanitizer_set_death_callback(tell_finding);
#endif
    std::signal(SIGABRT, on_abort);

    std::printf("%s: seed %llu\n", target, static_cast<unsigned long long>(seed_used));
    std::fflush(stdout);
    if (seeds.empty()) {
        std::fprintf(stderr, "%s: no seeds\n", target);
        return 2;
    }
    for (const Input& seed : seeds) run(seed);
    Mutator mutator{seed_used};
    const auto end = Clock::now() + std::chrono::duration<double>{seconds};
    std::uint64_t runs = 0;
    while (runs < runs_max && Clock::now() < end) {
        run(mutator.make(seeds, input_bytes_max));
        ++runs;
    }
    std::printf("%s: %zu seeds and %llu changed ones, nothing found\n", target, seeds.size(),
                static_cast<unsigned long long>(runs));
    return 0;
}

}  // namespace
}  // namespace coffer::fuzz

int main(int count, char** arguments) { return coffer::fuzz::main_of(count, arguments); }
