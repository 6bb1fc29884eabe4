// Damaged requests, cut anywhere: no crash, no hang, and the same answers as in one piece. The same
// property as server_fuzz.cpp, for every run of the tests. COFFER_SEED repeats a run, and
// COFFER_RUNS makes it longer.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

#include "http/framing_cases.h"
#include "http/server_fixture.h"

namespace coffer::http::testing {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class Damager {
public:
    explicit Damager(std::uint64_t seed) : random_{seed} {}

    std::size_t below(std::size_t end) { return random_() % end; }

    std::string conversation() {
        std::string bytes;
        for (std::size_t i = 0; i <= below(3); ++i) bytes += request();
        for (std::size_t i = below(4); i > 0; --i) damage(bytes);
        return bytes;
    }

private:
    // Long ones test limits, which framing_test.cpp does; here they would only take time.
    const std::string& request() {
        for (;;) {
            const auto& chosen = framing_cases[below(framing_cases.size())];
            if (chosen.bytes.size() < 1'000) return chosen.bytes;
        }
    }

    void damage(std::string& bytes) {
        static constexpr char bytes_of_interest[] = "\r\n\0 \t:;,/%?#0159afAF-+_\x7f\x80\xff";
        static const std::string interesting{bytes_of_interest, sizeof bytes_of_interest - 1};
        if (bytes.empty()) return;
        const std::size_t at = below(bytes.size());
        const char c = interesting[below(interesting.size())];
        switch (below(5)) {  // a choice by lot, not a closed list
            case 0: bytes[at] = c; break;
            case 1: bytes.insert(at, 1, c); break;
            case 2: bytes.erase(at, 1 + below(3)); break;
            case 3: bytes.resize(at); break;
            default: bytes.insert(at, bytes.substr(below(bytes.size()), below(20))); break;
        }
    }

    std::mt19937_64 random_;
};

// covers: H06, H12
TEST(ServerAtRandom, answers_damaged_requests_alike_however_they_are_cut) {
    const std::uint64_t seed = from_environment("COFFER_SEED", std::random_device{}());
    const std::uint64_t runs = from_environment("COFFER_RUNS", 3'000);
    SCOPED_TRACE("COFFER_SEED=" + std::to_string(seed));
    Damager damager(seed);
    for (std::uint64_t run = 0; run < runs; ++run) {
        const std::string bytes = damager.conversation();
        if (bytes.empty()) continue;
        const std::size_t cut = damager.below(bytes.size());
        const auto whole = converse(bytes, bytes.size());
        ASSERT_TRUE(whole.has_value()) << "never ends: " << ::testing::PrintToString(bytes);
        ASSERT_EQ(whole, converse(bytes, cut))
            << "cut at " << cut << " of " << ::testing::PrintToString(bytes);
    }
}

}  // namespace
}  // namespace coffer::http::testing
