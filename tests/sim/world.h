#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "os/simulated_disk.h"
#include "tests/crash/broken_files.h"
#include "tests/crash/seeded_random.h"
#include "tests/sim/chance.h"
#include "tests/sim/life.h"
#include "tests/sim/marks.h"
#include "tests/sim/options.h"
#include "tests/slow_files.h"

namespace coffer::tests::sim {

/// Disk, clock and the service upon them, with what may go wrong there.
class World {
public:
    World(const Options& options, Chance& chance, Marks& marks);

    /// Starts the service; again and again while the disk has its troubles. False: it does not.
    [[nodiscard]] bool start();
    /// One turn of the loop, with the troubles of this run. False: the process has died in it.
    [[nodiscard]] bool turn();
    void kill();
    /// Another start follows at once; for the end of a run.
    [[nodiscard]] bool restart() {
        kill();
        return start();
    }
    /// All troubles end; those that a run has asked for do not come back.
    void heal();

    [[nodiscard]] Life* life() { return life_.get(); }
    [[nodiscard]] SimClock& clock() { return clock_; }
    [[nodiscard]] os::SimulatedDisk& disk() { return *disk_; }
    [[nodiscard]] const std::string& why_no_start() const { return why_no_start_; }
    [[nodiscard]] std::uint64_t deaths() const { return deaths_; }
    [[nodiscard]] std::string token(const std::string& tenant,
                                    const std::string& subject = "clerk") const;

private:
    [[nodiscard]] bool has(Trouble trouble) const { return !calm_ && options_.has(trouble); }
    void make_trouble();
    void end_life(bool power_was_lost);

    const Options& options_;
    Chance& chance_;
    Marks& marks_;
    crash::SeededRandom random_;
    SimClock clock_;
    access::VerifierConfig tokens_;
    std::unique_ptr<os::SimulatedDisk> disk_;
    std::unique_ptr<os::FileSystem> broken_;
    std::unique_ptr<SlowFiles> files_;
    std::unique_ptr<Life> life_;
    bool calm_ = false;
    bool full_ = false;
    bool reads_fail_ = false;
    bool power_lost_ = false;
    std::uint64_t checkpoints_ = 0;
    std::uint64_t deaths_ = 0;
    std::string why_no_start_;
};

}  // namespace coffer::tests::sim
