// A small book is damaged, sector by sector: the start refuses it, or `verify` finds it. Damage to
// what can be made again is made good by the start.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "report/verify.h"
#include "tests/crash/book.h"
#include "tests/crash/seeded_random.h"

namespace coffer::tests::crash {
namespace {

using os::SimulatedDisk;
constexpr std::uint64_t sector = 512;
const std::string first_segment = "journal/0000000001.segment";

/// A checkpoint has seen all of it, so that a lost end is noticed.
const Book& covered_book() {
    static const Book book = [] {
        Book made = book_with_history();
        FakeClock clock;
        set_clock(clock, made.rounds);
        const auto opened = open_store(*made.disk, clock);
        ENSURE(opened.ok());
        (*opened)->checkpoint_now();
        do poll(**opened);
        while ((*opened)->busy_between_rounds());
        return made;
    }();
    return book;
}

struct Start {
    bool opened = false;
    std::string fault;
    Fault::Kind kind{};
    std::string log;
    Hash digest{};
};

Start start_on(os::FileSystem& files) {
    Start start;
    FakeClock clock;
    set_clock(clock, covered_book().rounds);
    SeededRandom random{seed()};
    auto options = store_options();
    options.log = [&start](const std::string& line) { start.log += line + '\n'; };
    const auto opened = Store::open(files, clock, random, options);
    start.opened = opened.ok();
    if (opened) {
        start.digest = (*opened)->state_digest();
    } else {
        start.fault = opened.error().message;
        start.kind = opened.error().kind;
    }
    return start;
}

bool verify_notices(SimulatedDisk& disk) {
    const report::VerifyOptions options{.patience = {.attempts = 1}};  // nobody is writing
    const auto report = report::verify(disk, options, [](const report::Progress&) {});
    return !report || !report->holds();
}

/// Damages a copy; the start must refuse it or `verify` must find it.
template <class Damage>
void expect_noticed(const std::string& what, Damage damage) {
    const auto disk = covered_book().copy();
    const auto before = disk->content(first_segment);
    damage(*disk);
    if (disk->exists(first_segment).value() && disk->content(first_segment) == before) return;
    const bool found = verify_notices(*disk);
    const Start start = start_on(*disk);
    EXPECT_TRUE(found || !start.opened) << what << " is not noticed";
    if (!start.opened) {
        EXPECT_EQ(start.kind, Fault::Kind::storage_corrupt) << start.fault;
        EXPECT_FALSE(start.fault.empty());
    }
}

// covers: B16, B19, B20, B22
TEST(store_damage, a_bit_a_block_a_stale_block_two_blocks_in_any_sector_slow) {
    const std::vector<std::uint8_t> zeros(sector);
    const std::uint64_t sectors = covered_book().disk->content(first_segment).size() / sector;
    for (std::uint64_t i = 0; i < sectors; ++i) {
        const std::uint64_t at = i * sector;
        const std::string where = " in sector " + std::to_string(i);
        for (const std::uint64_t bit : {3U, 8U * 77U + 5U, 8U * 511U}) {
            expect_noticed("a flipped bit" + where, [&](SimulatedDisk& disk) {
                disk.flip_bit(first_segment, at * 8 + bit);
            });
        }
        expect_noticed("a block of zeros" + where,
                       [&](SimulatedDisk& disk) { disk.overwrite(first_segment, at, zeros); });
        expect_noticed("a copy of the first block" + where, [&](SimulatedDisk& disk) {
            disk.copy_within(first_segment, 0, at, sector);
        });
        if (i + 1 < sectors) {
            expect_noticed("two swapped blocks" + where, [&](SimulatedDisk& disk) {
                const auto all = disk.content(first_segment);
                disk.copy_within(first_segment, at, at + sector, sector);
                disk.overwrite(first_segment, at, Bytes{all}.subspan(at + sector, sector));
            });
        }
        expect_noticed("a segment cut off" + where,
                       [&](SimulatedDisk& disk) { disk.truncate(first_segment, at); });
    }
}

// covers: B23
TEST(store_damage, files_that_are_gone_or_of_another_book) {
    for (const char* path :
         {"MANIFEST", "journal/0000000001.segment", "journal/0000000002.segment"}) {
        const auto disk = covered_book().copy();
        disk->delete_file(path);
        const Start start = start_on(*disk);
        EXPECT_FALSE(start.opened) << path;
        EXPECT_EQ(start.kind, Fault::Kind::storage_corrupt) << start.fault;
        EXPECT_NE(start.fault.find(path), std::string::npos) << start.fault;
        EXPECT_TRUE(verify_notices(*disk)) << path;
    }
    expect_noticed("a segment in another's place", [](SimulatedDisk& disk) {
        disk.rename_file("journal/0000000002.segment", "journal/0000000001.segment");
    });
}

TEST(store_damage, any_byte_of_the_manifest) {
    const std::size_t bytes = covered_book().disk->content("MANIFEST").size();
    for (std::size_t byte = 0; byte < bytes; ++byte) {
        const auto disk = covered_book().copy();
        disk->flip_bit("MANIFEST", byte * 8 + byte % 8);
        EXPECT_FALSE(start_on(*disk).opened) << "byte " << byte;
    }
    for (std::size_t size = 0; size < bytes; size += 7) {
        const auto disk = covered_book().copy();
        disk->truncate("MANIFEST", size);
        EXPECT_FALSE(start_on(*disk).opened) << "size " << size;
    }
}

// covers: B16
TEST(store_damage, a_checkpoint_is_made_good_silently_slow) {
    const Hash digest = start_on(*covered_book().copy()).digest;
    const std::string path =
        "checkpoint/" + covered_book().disk->list("checkpoint").value().front();
    const std::size_t bytes = covered_book().disk->content(path).size();
    const auto expect_same = [&](const std::string& what, const auto& damage) {
        const auto disk = covered_book().copy();
        damage(*disk);
        const Start start = start_on(*disk);
        ASSERT_TRUE(start.opened) << what << ": " << start.fault;
        EXPECT_EQ(start.digest, digest) << what;
    };
    for (std::size_t byte = 0; byte < bytes; byte += 5) {
        expect_same("byte " + std::to_string(byte),
                    [&](SimulatedDisk& disk) { disk.flip_bit(path, byte * 8 + byte % 8); });
    }
    for (std::size_t size = 0; size < bytes; size += 61) {
        expect_same("size " + std::to_string(size),
                    [&](SimulatedDisk& disk) { disk.truncate(path, size); });
    }
    expect_same("none", [&](SimulatedDisk& disk) { disk.delete_file(path); });
}

/// What can be made again is made of the journal: when that is damaged as well, nothing is guessed.
// covers: B30
TEST(store_damage, the_journal_and_what_is_made_of_it_at_once) {
    const std::string checkpoint =
        "checkpoint/" + covered_book().disk->list("checkpoint").value().front();
    for (const std::uint64_t at : {sector, 3 * sector}) {
        for (const bool manifest_too : {false, true}) {
            const auto disk = covered_book().copy();
            disk->flip_bit(first_segment, at * 8 + 100);
            disk->flip_bit(checkpoint, 8 * 700);
            if (manifest_too) disk->flip_bit("MANIFEST", 8 * 40);
            const Start start = start_on(*disk);
            EXPECT_FALSE(start.opened);
            EXPECT_EQ(start.kind, Fault::Kind::storage_corrupt) << start.fault;
            EXPECT_NE(start.fault.find(manifest_too ? "MANIFEST" : first_segment),
                      std::string::npos)
                << start.fault;
            EXPECT_TRUE(verify_notices(*disk));
        }
    }
}

// covers: B04
TEST(store_damage, a_book_whose_end_is_lost_is_refused_when_a_checkpoint_knows_better) {
    const auto disk = covered_book().copy();
    const auto content = disk->content(first_segment);
    std::size_t last = 0;
    for (std::size_t at = 0; at < content.size(); at += sector) {
        if (content[at] == 'C' && content[at + 1] == 'F' && content[at + 2] == 'B') last = at;
    }
    ASSERT_GT(last, 0U);
    disk->overwrite(first_segment, last, std::vector<std::uint8_t>(content.size() - last));
    const Start start = start_on(*disk);
    ASSERT_FALSE(start.opened);
    EXPECT_EQ(start.kind, Fault::Kind::storage_corrupt);
    EXPECT_NE(start.fault.find("lost"), std::string::npos) << start.fault;
    EXPECT_TRUE(verify_notices(*disk));
}

/// The brim's book and one batch more in a second segment, so that the first one has a run.
// covers: B16
TEST(store_damage, a_run_is_made_good_silently) {
    const Book book = book_at_the_brim();
    FakeClock clock;
    set_clock(clock, book.rounds);
    {
        SeededRandom random{seed()};
        auto options = store_options();
        options.background = true;
        const auto opened = Store::open(*book.disk, clock, random, options);
        ASSERT_TRUE(opened) << opened.error().message;
        for (int i = 0; i < 3; ++i) {
            Told told;
            for (int tries = 0; tries < 2'000 && !told.took_effect(); ++tries) {
                told = ask_one(**opened, deposit("alice", "1.00").ref("run-" + std::to_string(i)));
                if (!told.took_effect()) std::this_thread::sleep_for(std::chrono::milliseconds{5});
            }
            ASSERT_TRUE(told.took_effect());
        }
        for (int tries = 0; tries < 2'000; ++tries) {
            const auto manifest = book.disk->content("MANIFEST");
            const std::string text{manifest.begin(), manifest.end()};
            if (text.find("\nrun ") != std::string::npos) break;
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
    }
    const std::string path = "journal/0000000001.run";
    ASSERT_TRUE(book.disk->exists(path).value());
    const std::size_t bytes = book.disk->content(path).size();
    const auto expect_same = [&](const std::string& what, const auto& damage) {
        const auto disk = book.copy();
        damage(*disk);
        const auto opened = open_store(*disk, clock);
        ASSERT_TRUE(opened) << what << ": " << opened.error().message;
        for (const Kept& kept : book.kept) {
            const Told told = ask_one(**opened, kept.ask);
            EXPECT_EQ(told.kind, Told::Kind::replayed) << what;
            EXPECT_EQ(told.text, kept.told.text) << what;
        }
    };
    for (std::size_t byte = 0; byte < bytes; byte += 97) {
        expect_same("byte " + std::to_string(byte),
                    [&](SimulatedDisk& disk) { disk.flip_bit(path, byte * 8 + byte % 8); });
    }
    expect_same("cut off", [&](SimulatedDisk& disk) { disk.truncate(path, bytes / 2); });
    expect_same("none", [&](SimulatedDisk& disk) { disk.delete_file(path); });
}

}  // namespace
}  // namespace coffer::tests::crash
