// `verify` against books that the real store wrote.

#include "report/verify.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "report/testing_frames.h"
#include "tests/report_story.h"

namespace coffer::tests {
namespace {

using report::Rule;
using report::VerifyReport;
using report::testing::FramedBook;
using report::testing::Octets;

VerifyReport verified(os::FileSystem& files, bool derived_files = true) {
    auto report = report::verify(
        files, {.findings_max = 50, .derived_files = derived_files, .patience = {.attempts = 1}},
        {});
    EXPECT_TRUE(report.ok()) << report.error().message;
    return std::move(report).value();
}

TEST(VerifyStore, a_book_of_every_verb_holds) {
    for (const auto length : {Story::Length::short_one, Story::Length::long_one}) {
        Story story{length};
        const VerifyReport report = verified(story.disk());
        EXPECT_TRUE(report.holds()) << to_text(report);
        const engine::Head head = story.store().head();
        EXPECT_EQ(report.head_sequence, head.sequence);
        EXPECT_EQ(report.head_time, head.time);
        EXPECT_EQ(report.head_hash, head.hash);
        const engine::StoreFigures figures = story.store().figures();
        EXPECT_EQ(report.wallets, figures.wallets);
        EXPECT_EQ(report.references, figures.references);
        EXPECT_EQ(report.open_holds, 3u);
        if (length == Story::Length::long_one) {
            EXPECT_GE(report.run_files, 2u);
            EXPECT_EQ(report.checkpoints, 2u);
        }
    }
}

TEST(VerifyStore, what_is_pending_may_be_decided_while_its_wallet_is_frozen) {
    Story story{Story::Length::short_one};
    std::vector<wallet::PublicId> pending;
    for (const Story::Told& told : story.told()) {
        const bool waits = told.ask.amount == "5.00" || told.ask.amount == "3.00";
        if (told.ask.what == Ask::What::request_withdrawal && waits) {
            pending.push_back(told.reply.approval());
        }
    }
    ASSERT_EQ(pending.size(), 2u);
    const auto erin = story.wallet({"acme", "erin", "CNY"}).id;
    const auto is_done = [&story](const Ask& ask) { return story.teller().ask(ask).took_effect(); };
    EXPECT_TRUE(is_done(change_status(erin, wallet::WalletStatus::frozen)));
    EXPECT_FALSE(is_done(request_withdrawal("erin", "0.01")));
    EXPECT_TRUE(is_done(decide(pending[0], true).by("payer")));
    EXPECT_TRUE(is_done(decide(pending[1], false).by("denier")));
    const VerifyReport report = verified(story.disk());
    EXPECT_TRUE(report.holds()) << to_text(report);
}

TEST(VerifyStore, any_flipped_bit_of_the_journal_is_found_without_help) {
    Story story{Story::Length::long_one};
    const std::string path = report::segment_path(1);
    const std::size_t size = story.disk().content(path).size();
    for (std::size_t at = 0; at < size; at += 251) {
        story.disk().flip_bit(path, at * 8 + at % 8);
        const VerifyReport report = verified(story.disk(), false);
        ASSERT_FALSE(report.holds()) << "byte " << at;
        EXPECT_EQ(report.findings.back().place.segment, 1u);
        EXPECT_EQ(report.findings.back().place.offset, at / 512 * 512);
        story.disk().flip_bit(path, at * 8 + at % 8);
    }
}

/// A CRC-32C over `summed`, written behind it.
void fit_checksum(Octets& file, std::size_t from, std::size_t bytes, Bytes front = {}) {
    const std::uint32_t sum =
        report::testing::SlowCrc{}.add(front).add(Bytes{file}.subspan(from, bytes)).value();
    store_le(&file[from + bytes], sum);
}

TEST(VerifyStore, slow_any_changed_byte_of_a_run_file_is_found_even_with_its_checksum_fitted) {
    Story story{Story::Length::long_one};
    const std::string path = report::run_path(1);
    const Octets good = story.disk().content(path);
    const auto book = report::read_book_files(story.disk());
    ASSERT_TRUE(book.ok());
    for (std::size_t at = 0; at < good.size(); at += at < 128 ? 1 : 29) {
        if (at % 4096 >= 4092) continue;
        Octets changed = good;
        changed[at] ^= 1;
        const std::size_t block = at / 4096;
        Octets place{book->book.begin(), book->book.end()};
        place.resize(24);
        store_le(&place[16], std::uint32_t{1});
        store_le(&place[20], static_cast<std::uint32_t>(block));
        fit_checksum(changed, block * 4096, 4092, place);
        story.disk().put_file(path, changed);
        const VerifyReport report = verified(story.disk());
        ASSERT_EQ(report.finding_count, 1u) << "byte " << at << "\n" << to_text(report);
        EXPECT_EQ(report.findings[0].rule, Rule::run_file);
    }
    story.disk().delete_file(path);
    EXPECT_EQ(verified(story.disk()).findings.at(0).rule, Rule::run_file);
}

std::vector<std::string> checkpoints_of(os::FileSystem& files) {
    std::vector<std::string> found;
    const auto names = files.list("checkpoint");
    EXPECT_TRUE(names.ok());
    for (const auto& name : *names) {
        if (name.ends_with(".checkpoint")) found.push_back("checkpoint/" + name);
    }
    std::ranges::sort(found);
    return found;
}

TEST(VerifyStore, slow_any_changed_byte_of_a_checkpoint_is_found_even_with_its_checksum_fitted) {
    Story story{Story::Length::long_one};
    const auto paths = checkpoints_of(story.disk());
    ASSERT_EQ(paths.size(), 2u);
    const Octets good = story.disk().content(paths[0]);
    for (std::size_t block = 0; block < good.size();) {
        const std::size_t bytes = 9 + load_le<std::uint32_t>(&good[block + 5]);
        // Currencies are many and alike.
        const std::size_t step = good[block] == 2 ? 41 : 1;
        for (std::size_t at = block; at < block + bytes; at += step) {
            if (at >= block + 5 && at < block + 9) continue;  // where the block ends
            // The book has many batches up to which it might have been copied.
            if (good[block] == 9 && at == block + 9 + 8) continue;
            Octets changed = good;
            changed[at] ^= 1;
            fit_checksum(changed, block, bytes);
            story.disk().put_file(paths[0], changed);
            const VerifyReport report = verified(story.disk());
            ASSERT_FALSE(report.holds()) << "byte " << at << " in a block of kind " << +good[block];
            EXPECT_EQ(report.findings[0].rule, Rule::checkpoint);
        }
        block += bytes + 4;
    }
}

TEST(VerifyStore, a_book_that_was_cut_off_at_a_batch_is_found_by_its_checkpoint) {
    Story story{Story::Length::long_one};
    FramedBook book = FramedBook::read(story.disk());
    book.batches.resize(40);
    os::SimulatedDisk disk;
    static_cast<void>(disk.make_folder("checkpoint"));
    book.write(disk);
    EXPECT_TRUE(verified(disk).holds());  // by itself it is a good book: only the head tells
    const auto path = checkpoints_of(story.disk()).back();
    disk.put_file(path, story.disk().content(path));
    const VerifyReport report = verified(disk);
    ASSERT_EQ(report.finding_count, 1u) << to_text(report);
    EXPECT_EQ(report.findings[0].rule, Rule::checkpoint);
}

TEST(VerifyStore, neither_lock_nor_writes_are_needed_beside_a_store) {
    Story story{Story::Length::short_one};
    const auto steps = story.disk().steps();
    EXPECT_TRUE(verified(story.disk()).holds());  // the store is open and holds its lock
    EXPECT_EQ(story.disk().steps(), steps);
}

}  // namespace
}  // namespace coffer::tests
