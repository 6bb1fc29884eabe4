#include "tests/sim/world.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "access/sign.h"
#include "base/ensure.h"

namespace coffer::tests::sim {
namespace {

constexpr std::string_view secret = "kXr2vUq8ZtT4wYp6LmN1oBs3DfG5hJ7c9aQeRiWxVzM";

/// The one real file of a simulation: keys come from files. Made once, gone with the process.
const std::string& secret_file() {
    static const struct File {
        File() {
            char name[] = "/tmp/coffer-sim-XXXXXX";
            const int descriptor = ::mkstemp(name);  // mode 0600
            ENSURE(descriptor >= 0);
            ::close(descriptor);
            path = name;
            std::ofstream{path} << secret;
        }
        ~File() { ::unlink(path.c_str()); }
        std::string path;
    } file;
    return file.path;
}

}  // namespace

World::World(const Options& options, Chance& chance, Marks& marks)
    : options_{options},
      chance_{chance},
      marks_{marks},
      random_{options.seed},
      disk_{std::make_unique<os::SimulatedDisk>()} {
    tokens_.issuers.push_back(
        {.issuer = "", .keys = {{access::Algorithm::hs256, secret_file(), "*"}}});
}

std::string World::token(const std::string& tenant, const std::string& subject) const {
    const auto made = access::sign_token({.tenant = tenant, .subject = subject, .roles = {"admin"}},
                                         secret, Instant{clock_.wall_ms()});
    ENSURE(made.ok());
    return *made;
}

bool World::start() {
    constexpr int attempts_max = 12;
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        if (has(Trouble::power_loss) && attempt < 4 && deaths_ > 0 && chance_.percent(15)) {
            disk_->lose_power_at(disk_->steps() + chance_.between(1, 12));
        }
        broken_ = nullptr;
        os::FileSystem* files = disk_.get();
        if (options_.mutant != Mutant::nothing) {
            broken_ = std::make_unique<crash::BrokenFiles>(
                *disk_, options_.mutant == Mutant::answer_before_sync
                            ? crash::BrokenPromise::write_durable_is_synced
                            : crash::BrokenPromise::sync_folder_is_done);
            files = broken_.get();
        }
        files_ = std::make_unique<SlowFiles>(*files);
        auto life = Life::begin(*files_, clock_, random_, tokens_, options_.reviews_withdrawals);
        if (life) {
            life_ = std::move(*life);
            checkpoints_ = 0;
            if (deaths_ > 0) {
                marks_.note(power_lost_ ? Mark::started_after_power_loss
                                        : Mark::started_after_a_kill);
            }
            return true;
        }
        why_no_start_ = life.error().message;
        if (!disk_->has_power()) {
            marks_.note(Mark::power_lost_in_a_start);
            power_lost_ = true;
            disk_ = disk_->crash_image(chance_.bits());
        } else if (attempt > 2) {
            heal();
            calm_ = false;
        }
        clock_.pass(200);
    }
    return false;
}

void World::end_life(bool power_was_lost) {
    ++deaths_;
    power_lost_ = power_was_lost;
    // What the disk has at this instant; what the objects do as they go is not the process's doing.
    const auto segments = disk_->list("journal");
    if (segments && segments->size() > 2) marks_.note(Mark::segment_sealed);
    auto left = power_was_lost ? disk_->crash_image(chance_.bits()) : disk_->after_process_death();
    life_ = nullptr;
    disk_ = std::move(left);
    full_ = reads_fail_ = false;
}

void World::kill() {
    if (life_) end_life(false);
}

void World::heal() {
    calm_ = true;
    full_ = reads_fail_ = false;
    clock_.set_right();
    disk_->heal();
    disk_->set_full(false);
    disk_->fail_reads(false);
    if (files_) files_->ends = true;
}

void World::make_trouble() {
    if (has(Trouble::power_loss) && chance_.once_in(150)) {
        disk_->lose_power_at(disk_->steps() + chance_.between(1, 10));
    }
    if (has(Trouble::write_error) && chance_.once_in(300)) {
        disk_->fail_at(disk_->steps() + chance_.between(1, 8), os::SimulatedDisk::Trouble::io_error,
                       chance_.percent(50) ? os::SimulatedDisk::Lasting::once
                                           : os::SimulatedDisk::Lasting::for_ever);
    }
    if (has(Trouble::full_disk) && chance_.once_in(150)) {
        full_ = !full_;
        if (full_) marks_.note(Mark::disk_full);
        disk_->set_full(full_);
    }
    if (has(Trouble::read_error) && chance_.once_in(reads_fail_ ? 20 : 150)) {
        reads_fail_ = !reads_fail_;
        if (reads_fail_) marks_.note(Mark::read_failed);
        disk_->fail_reads(reads_fail_);
    }
    if (has(Trouble::clock_jumps) && chance_.once_in(60)) {
        // Up to ten seconds are an adjustment, more is a clock that somebody set wrong.
        const auto ms = static_cast<std::int64_t>(
            chance_.between(1, chance_.percent(50) ? 9'000 : 2 * 3'600'000));
        const bool forward = chance_.percent(50);
        clock_.jump(forward ? ms : -ms);
        marks_.note(forward ? Mark::clock_went_forward : Mark::clock_went_back);
    }
    if (has(Trouble::checkpoints) && chance_.once_in(80)) life_->checkpoint();
    files_->ends = !has(Trouble::slow_writes) || chance_.percent(40);
}

bool World::turn() {
    make_trouble();
    // Who set the clock starts the service anew, sooner or later.
    const bool dies = (has(Trouble::kill) && chance_.once_in(150)) ||
                      (has(Trouble::clock_jumps) && chance_.once_in(100));
    const std::uint64_t point = dies ? chance_.below(3) : 3;
    if (dies && life_->store().busy()) marks_.note(Mark::killed_while_a_write_is_under_way);
    if (dies && life_->copying()) marks_.note(Mark::killed_during_a_checkpoint);
    if (point == 0) {
        marks_.note(Mark::killed_before_a_round);
        kill();
        return false;
    }
    life_->read();
    life_->decide();
    if (!disk_->has_power()) {
        marks_.note(Mark::power_lost_in_a_round);
        end_life(true);
        return false;
    }
    if (point == 1) {
        marks_.note(Mark::killed_with_answers_unsent);
        kill();
        return false;
    }
    life_->send();
    const std::uint64_t checkpoints = life_->store().figures().checkpoints;
    if (checkpoints > checkpoints_) marks_.note(Mark::checkpoint_taken);
    checkpoints_ = checkpoints;
    if (!life_->healthy()) {
        // As app/serve.cpp: the answers have gone out, the process ends.
        marks_.note(Mark::write_failed);
        kill();
        return false;
    }
    if (point == 2) {
        kill();
        return false;
    }
    return true;
}

}  // namespace coffer::tests::sim
