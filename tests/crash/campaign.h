#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "tests/crash/book.h"

namespace coffer::tests::crash {

/// Some rounds on a book. The power may go from round `first_at_risk` on; in an empty folder, from
/// the first step of the first start on.
struct Work {
    const Book* book = nullptr;
    std::vector<Round> rounds;
    std::size_t first_at_risk = 0;
    /// A checkpoint is taken before this round, slice by slice behind the rounds that follow.
    std::optional<std::size_t> checkpoint_before;

    [[nodiscard]] bool starts_empty() const { return book->is_nothing; }
    [[nodiscard]] std::string text() const;
};

/// How much is looked at. Every image is opened twice and asked; samples are looked at harder.
struct Depth {
    std::uint64_t images_per_step = 20;
    std::uint64_t verify_every = 50;     ///< images, by report::verify, before and after recovery
    std::uint64_t recovery_every = 100;  ///< images, crashed again at every step of recovery
    std::size_t violations_max = 10;     ///< a campaign that found so many ends
};

struct Totals {
    std::uint64_t works = 0;
    std::uint64_t steps = 0;
    std::uint64_t images = 0;
    std::uint64_t images_in_recovery = 0;
    std::uint64_t verified = 0;
    std::uint64_t kept_unacknowledged = 0;  ///< images in which more than was told had survived
    std::uint64_t lost_unacknowledged = 0;
    std::uint64_t torn = 0;  ///< images in which recovery dropped an unfinished batch
    std::unordered_set<std::uint64_t> distinct;
    std::vector<std::string> violations;
    double seconds = 0;  ///< of the processor

    [[nodiscard]] std::string text() const;
};

/// Cuts the power at every write and sync of works and holds what is left against what was told and
/// against a model. `broken` may stand between store and disk while the work is done: a mutant.
class Campaign {
public:
    using Broken = std::function<std::unique_ptr<os::FileSystem>(os::FileSystem&)>;

    explicit Campaign(const Depth& depth, Broken broken = nullptr)
        : depth_{depth}, broken_{std::move(broken)} {}

    /// Each pass draws other images.
    void run(const Work& work, std::uint64_t pass = 0);

    [[nodiscard]] const Totals& totals() const { return totals_; }
    [[nodiscard]] bool found_enough() const {
        return totals_.violations.size() >= depth_.violations_max;
    }

private:
    struct Expected;
    struct Done;

    Done work_on(const Work& work, os::SimulatedDisk& disk, const Expected& expected,
                 std::uint64_t power_lost_after);
    Expected reference_run(const Work& work);

    void look_at(const Work& work, const Expected& expected, os::SimulatedDisk& image,
                 std::size_t told, std::uint64_t image_seed);
    [[nodiscard]] std::string judge(const Work& work, const Expected& expected,
                                    os::SimulatedDisk& image, std::size_t told,
                                    std::uint64_t image_seed);
    [[nodiscard]] std::string ask_again(const Work& work, const Expected& expected, Store& store,
                                        FakeClock& clock, std::size_t survived, bool exact);
    [[nodiscard]] std::string crash_in_recovery(const os::SimulatedDisk& image, FakeClock clock,
                                                const Hash& digest, std::uint64_t image_seed);
    [[nodiscard]] std::string verify(os::SimulatedDisk& image, const char* when);

    const Depth depth_;
    const Broken broken_;
    Totals totals_;
};

}  // namespace coffer::tests::crash
