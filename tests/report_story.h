#pragma once

#include <memory>
#include <string>
#include <vector>

#include "os/random.h"
#include "os/simulated_disk.h"
#include "store_embedded/embedded_store.h"
#include "tests/fake_clock.h"
#include "tests/teller.h"

namespace coffer::tests {

/// The same keys in every run.
class CountedRandom final : public os::Random {
public:
    Result<Ok, Fault> fill(std::span<std::uint8_t> into) override {
        for (std::uint8_t& byte : into) byte = last_ = static_cast<std::uint8_t>(last_ * 5 + 7);
        return Ok{};
    }

private:
    std::uint8_t last_ = 1;
};

/// A book that the real store wrote: every verb, two tenants, three currencies, odd texts.
class Story {
public:
    enum class Length {
        short_one,  ///< one segment, no checkpoint
        long_one,   ///< several segments with their runs, two checkpoints
    };
    explicit Story(Length length);

    struct Told {
        Ask ask;
        Reply reply;
    };
    [[nodiscard]] os::SimulatedDisk& disk() { return disk_; }
    [[nodiscard]] engine::Store& store() { return *store_; }
    [[nodiscard]] Teller& teller() { return *teller_; }
    [[nodiscard]] const std::vector<Told>& told() const { return told_; }

    /// A user's wallet in a tenant and currency.
    struct Owned {
        std::string tenant;
        std::string user;
        std::string currency;
    };
    [[nodiscard]] static std::vector<Owned> owned();
    [[nodiscard]] wallet::Wallet wallet(const Owned& owned);

private:
    Reply tell(const Ask& ask);
    void decline(const Ask& ask);
    void tell_short_story();
    void tell_holds();
    void tell_corrections();
    void tell_requests();
    void tell_long_story();
    void take_checkpoint();
    using EpochChange = store_embedded::EmbeddedOptions::EpochChange;
    void open_store(bool background, EpochChange change = EpochChange::keep);
    void let_runs_be_written();

    os::SimulatedDisk disk_;
    FakeClock clock_;
    CountedRandom random_;
    std::unique_ptr<store_embedded::EmbeddedStore> store_;
    std::unique_ptr<Teller> teller_;
    std::vector<Told> told_;
    bool review_ = false;  ///< of withdrawal requests over 1
};

}  // namespace coffer::tests
