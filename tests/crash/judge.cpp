// Holds one crash image against what was told.
#include <algorithm>

#include "report/verify.h"
#include "tests/crash/expected.h"
#include "tests/crash/seeded_random.h"

namespace coffer::tests::crash {
namespace {

/// Tells images apart, nothing more.
std::uint64_t fingerprint(os::SimulatedDisk& image) {
    std::uint64_t sum = 0xCBF29CE484222325;
    const auto add = [&sum](std::uint64_t word) {
        sum = (sum ^ word) * 0x9E3779B97F4A7C15;
        sum ^= sum >> 29;
    };
    for (const char* folder : {"", "journal", "checkpoint"}) {
        const auto names = image.list(folder);
        if (!names) continue;
        for (const std::string& name : *names) {
            const std::string path = (*folder == '\0' ? "" : std::string{folder} + '/') + name;
            add(std::hash<std::string>{}(path));
            if (path == "journal" || path == "checkpoint") continue;
            const auto bytes = image.content(path);
            add(bytes.size());
            for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
                const auto word = load_le<std::uint64_t>(bytes.data() + at);
                if (word != 0) add(word + at);
            }
        }
    }
    return sum;
}

std::string compare(const Told& told, const Told& first) {
    if (told.kind != Told::Kind::replayed) {
        return "an acknowledged operation is not there: " + told.text;
    }
    return told.text == first.text ? ""
                                   : "a replay answers " + told.text + " and not " + first.text;
}

}  // namespace

void Campaign::look_at(const Work& work, const Expected& expected, os::SimulatedDisk& image,
                       std::size_t told, std::uint64_t image_seed) {
    ++totals_.images;
    totals_.distinct.insert(fingerprint(image));
    std::string wrong = judge(work, expected, image, told, image_seed);
    if (!wrong.empty()) totals_.violations.push_back(std::move(wrong));
}

std::string Campaign::judge(const Work& work, const Expected& expected, os::SimulatedDisk& image,
                            std::size_t told, std::uint64_t image_seed) {
    const bool sampled = totals_.images % depth_.verify_every == 0;
    if (sampled && !work.starts_empty()) {
        if (auto wrong = verify(image, "before recovery"); !wrong.empty()) return wrong;
    }
    const auto deeper =
        totals_.images % depth_.recovery_every == 0 ? image.after_process_death() : nullptr;
    FakeClock clock;
    set_clock(clock, work.book->rounds);
    Hash digest;
    {
        const auto opened = open_store(image, clock);
        if (!opened) return "the store does not open: " + opened.error().message;
        digest = (*opened)->state_digest();
    }
    if (deeper) {
        auto wrong = crash_in_recovery(*deeper, clock, digest, image_seed);
        if (!wrong.empty()) return wrong;
    }
    const auto opened = open_store(image, clock);
    if (!opened) return "the store does not open again: " + opened.error().message;
    Store& store = **opened;
    if (store.state_digest() != digest) return "two starts make two states";

    const auto survived = expected.operations_at(digest);
    std::vector<Ask> reads;
    for (const std::string& user : Model::users()) reads.push_back(read_wallet(user));
    const auto found = ask_all(store, reads);
    const auto fits = [&](const Model& model) {
        for (std::size_t i = 0; i < reads.size(); ++i) {
            const bool there = found[i].kind == Told::Kind::found;
            if ((there ? found[i].text : "") != model.text_of(reads[i].user)) return false;
        }
        return model.balances();
    };
    std::size_t at = told;
    if (survived) {
        if (*survived < told) return "acknowledged operations are lost";
        if (!fits(expected.models.at(*survived))) return "the balances are not the model's";
        at = *survived;
    } else {
        while (at < expected.models.size() && !fits(expected.models[at])) ++at;
        if (at == expected.models.size()) return "the state is none that the work ever had";
    }
    if (at > told) ++totals_.kept_unacknowledged;
    if (at < expected.kept.size()) ++totals_.lost_unacknowledged;
    if (auto wrong = ask_again(work, expected, store, clock, at, survived.has_value());
        !wrong.empty()) {
        return wrong;
    }
    return sampled ? verify(image, "after recovery") : "";
}

/// The client asks again for everything: what is there is answered as the first time, what is not
/// takes effect once and comes to what it would have come to.
std::string Campaign::ask_again(const Work& work, const Expected& expected, Store& store,
                                FakeClock& clock, std::size_t survived, bool exact) {
    const auto replay = [&](const Kept& kept) -> std::string {
        if (kept.ask.reference.empty() || !kept.told.took_effect()) return "";
        return compare(ask_one(store, kept.ask), kept.told);
    };
    for (const Kept& kept : work.book->kept) {
        if (auto wrong = replay(kept); !wrong.empty()) return wrong;
    }
    for (std::size_t i = 0; i < survived; ++i) {
        if (auto wrong = replay(expected.kept[i]); !wrong.empty()) return wrong;
    }
    std::size_t number = 0;
    for (std::size_t i = 0; i < work.rounds.size(); ++i) {
        const std::size_t first = number;
        number = expected.round_ends[i];
        if (number <= survived) continue;
        set_clock(clock, work.book->rounds + static_cast<std::int64_t>(i) + 1);
        std::vector<Ask> asks;
        for (std::size_t k = std::max(first, survived); k < number; ++k) {
            asks.push_back(expected.kept[k].ask);
        }
        const auto told = ask_all(store, asks);
        for (std::size_t k = 0; k < told.size(); ++k) {
            const Told& once = expected.kept[number - told.size() + k].told;
            if (told[k].kind != once.kind || (exact && told[k].text != once.text)) {
                return "asked again, a lost operation answers " + told[k].text + " and not " +
                       once.text;
            }
        }
    }
    if (exact && store.state_digest() != expected.digests.back()) {
        return "asked again, the work comes to another state";
    }
    for (std::size_t i = survived; i < expected.kept.size(); ++i) {
        if (!exact) break;
        if (auto wrong = replay(expected.kept[i]); !wrong.empty()) return wrong;
    }
    return "";
}

std::string Campaign::crash_in_recovery(const os::SimulatedDisk& image, FakeClock clock,
                                        const Hash& digest, std::uint64_t image_seed) {
    for (std::uint64_t step = 1;; ++step) {
        const auto disk = image.after_process_death();
        disk->lose_power_at(disk->steps() + step);
        (void)open_store(*disk, clock);
        if (disk->has_power()) return "";
        for (const std::uint64_t again : {std::uint64_t{0}, std::uint64_t{1}, image_seed + step}) {
            const auto left = disk->crash_image(again);
            ++totals_.images_in_recovery;
            const auto opened = open_store(*left, clock);
            if (!opened) return "after a crash in recovery: " + opened.error().message;
            if ((*opened)->state_digest() != digest) {
                return "a crash in recovery makes another state";
            }
        }
    }
}

std::string Campaign::verify(os::SimulatedDisk& image, const char* when) {
    ++totals_.verified;
    const auto report = report::verify(image, {}, [](const report::Progress&) {});
    if (!report) return std::string{"verify fails "} + when + ": " + report.error().message;
    if (report->torn) ++totals_.torn;
    if (report->holds()) return "";
    return std::string{"verify finds "} + when + ": " + to_text(*report);
}

}  // namespace coffer::tests::crash
