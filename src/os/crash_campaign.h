#pragma once

#include <cstdint>
#include <string>

#include "os/simulated_disk.h"

namespace coffer::os {

/// Where a power cut happened and how the image was drawn: enough to make it again.
struct CrashPoint {
    std::uint64_t step = 0;
    std::uint64_t seed = 0;

    [[nodiscard]] std::string text() const {
        return "power lost at step " + std::to_string(step) + ", image seed " +
               std::to_string(seed);
    }
};

struct CrashCampaign {
    std::uint64_t seed = 1;
    std::uint64_t images_per_step = 10;  ///< the first two keep nothing and everything
    std::uint64_t step_first = 1;
    std::uint64_t step_stride = 1;
};

struct CrashTotals {
    std::uint64_t steps = 0;
    std::uint64_t images = 0;
};

/// Cuts the power at every step of some work and looks at what may be left.
///
/// `start()` gives a disk (std::unique_ptr<SimulatedDisk>) to begin with. `work(disk)` works until
/// it is done or the first fault and returns what it was told is durable. `check(image, told,
/// point)` opens an image and holds it against that. The work must take the same steps each time up
/// to the cut.
template <class Start, class Work, class Check>
CrashTotals run_crash_campaign(const CrashCampaign& campaign, Start start, Work work, Check check) {
    CrashTotals totals;
    for (std::uint64_t step = campaign.step_first;; step += campaign.step_stride) {
        auto disk = start();
        const std::uint64_t steps_before = disk->steps();
        disk->lose_power_at(steps_before + step);
        const auto told = work(*disk);
        ++totals.steps;
        for (std::uint64_t i = 0; i < campaign.images_per_step; ++i) {
            const std::uint64_t seed = i < 2 ? i : campaign.seed * 1'000'003 + step * 1'009 + i;
            const auto image = disk->crash_image(seed);
            check(*image, told, CrashPoint{step, seed});
            ++totals.images;
        }
        if (disk->has_power()) return totals;  // the work is shorter than that
    }
}

}  // namespace coffer::os
