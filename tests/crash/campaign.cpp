#include "tests/crash/campaign.h"

#include <ctime>

#include "tests/crash/expected.h"
#include "tests/crash/seeded_random.h"

namespace coffer::tests::crash {

std::string Work::text() const {
    std::string text = book->name + ": " + to_text(rounds) + ", at risk from round " +
                       std::to_string(first_at_risk + 1);
    if (checkpoint_before) {
        text += ", a checkpoint before round " + std::to_string(*checkpoint_before + 1);
    }
    return text;
}

std::string Totals::text() const {
    const auto number = [](std::uint64_t value) { return std::to_string(value); };
    return number(images) + " crash images (" + number(distinct.size()) + " distinct) at " +
           number(steps) + " steps of " + number(works) + " workloads, " +
           number(images_in_recovery) + " more in recovery, " + number(verified) + " verified, " +
           number(torn) + " torn, unacknowledged: " + number(kept_unacknowledged) + " kept, " +
           number(lost_unacknowledged) + " lost; " +
           number(static_cast<std::uint64_t>(static_cast<double>(images) / seconds)) +
           " images per CPU second, " + number(violations.size()) +
           " violations, COFFER_SEED=" + number(seed());
}

/// Does the work until it is done or the power is gone.
Campaign::Done Campaign::work_on(const Work& work, os::SimulatedDisk& disk,
                                 const Expected& expected, std::uint64_t power_lost_after) {
    Done done;
    const auto files = broken_ && power_lost_after != 0 ? broken_(disk) : nullptr;
    os::FileSystem& seen = files ? *files : static_cast<os::FileSystem&>(disk);
    FakeClock clock;
    set_clock(clock, work.book->rounds);
    const auto lose_power = [&] {
        if (power_lost_after != 0) disk.lose_power_at(disk.steps() + power_lost_after);
    };
    if (work.starts_empty()) lose_power();
    const auto store = open_store(seen, clock);
    if (!store) return done;
    done.digests.push_back((*store)->state_digest());
    Script script = work.book->script;
    for (std::size_t i = 0; i < work.rounds.size(); ++i) {
        if (!work.starts_empty() && i == work.first_at_risk) lose_power();
        set_clock(clock, work.book->rounds + static_cast<std::int64_t>(i) + 1);
        if (work.checkpoint_before == i) {
            (*store)->checkpoint_now();
            poll(**store);
        }
        std::vector<Ask> asks;
        for (const Op op : work.rounds[i]) {
            const std::size_t number = done.kept.size() + asks.size();
            asks.push_back(expected.kept.empty() ? script.ask_for(op, number)
                                                 : expected.kept[number].ask);
        }
        auto told = ask_all(**store, asks);
        for (std::size_t k = 0; k < asks.size(); ++k) {
            script.learn(asks[k], told[k]);
            if (told[k].acknowledged() && done.told == done.kept.size()) ++done.told;
            done.kept.push_back({std::move(asks[k]), std::move(told[k])});
        }
        if (power_lost_after == 0) done.digests.push_back((*store)->state_digest());
        if (!(*store)->healthy()) return done;
        if (work.checkpoint_before && *work.checkpoint_before <= i) {
            while ((*store)->busy_between_rounds() && disk.has_power()) poll(**store);
        }
    }
    return done;
}

Campaign::Expected Campaign::reference_run(const Work& work) {
    const auto disk = work.book->copy();
    Done done = work_on(work, *disk, {}, 0);
    Expected expected{.kept = std::move(done.kept), .digests = std::move(done.digests)};
    Model model = work.book->model;
    expected.models.push_back(model);
    std::size_t number = 0;
    for (std::size_t i = 0; i < work.rounds.size(); ++i) {
        for (std::size_t k = 0; k < work.rounds[i].size(); ++k, ++number) {
            ENSURE(number < expected.kept.size());
            const Kept& kept = expected.kept[number];
            if (kept.told.took_effect()) model.enter(kept.ask, kept.told);
            expected.models.push_back(model);
        }
        expected.round_ends.push_back(number);
    }
    return expected;
}

void Campaign::run(const Work& work, std::uint64_t pass) {
    const std::clock_t began = std::clock();
    const Expected expected = reference_run(work);
    if (pass == 0) ++totals_.works;
    const std::uint64_t own = std::hash<std::string>{}(work.text());
    for (std::uint64_t step = 1; !found_enough(); ++step) {
        const auto disk = work.book->copy();
        const Done done = work_on(work, *disk, expected, step);
        if (disk->has_power()) break;  // the work is shorter than that
        if (pass == 0) ++totals_.steps;
        for (std::uint64_t i = 0; i < depth_.images_per_step && !found_enough(); ++i) {
            const std::uint64_t number = pass * depth_.images_per_step + i;
            const std::uint64_t image_seed =
                number < 2 ? number : seed() + own + step * 1'000'003 + number;
            const auto image = disk->crash_image(image_seed);
            const std::size_t before = totals_.violations.size();
            look_at(work, expected, *image, done.told, image_seed);
            if (totals_.violations.size() != before) {
                totals_.violations.back() += " (" + work.text() + ", power lost at step " +
                                             std::to_string(step) + ", image seed " +
                                             std::to_string(image_seed) + ")";
            }
        }
    }
    totals_.seconds += static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
}

}  // namespace coffer::tests::crash
