// Receipts that the key's owner signed and that are false all the same: whoever holds one must be
// able to tell. What a stranger may change is in tests/proofs.
#include <gtest/gtest.h>

#include <functional>

#include "report/head_key.h"
#include "report/public_id.h"
#include "report/receipt.h"
#include "tests/report_story.h"

namespace coffer::tests {
namespace {

using report::Receipt;

class ForgedReceipts : public testing::Test {
protected:
    static void SetUpTestSuite() {
        story_ = std::make_unique<Story>(Story::Length::short_one);
        const std::vector<std::uint8_t> seed(32, 7);
        auto key = report::HeadKey::from_seed(seed);
        ASSERT_TRUE(key.ok());
        key_ = std::make_unique<report::HeadKey>(std::move(*key));
    }
    static void TearDownTestSuite() {
        key_.reset();
        story_.reset();
    }

    /// Of the transfer, which stands alone in its batch.
    static Receipt good() {
        for (const Story::Told& told : story_->told()) {
            if (told.ask.what != Ask::What::transfer) continue;
            const auto id = told.reply.record.record.ids.transactions[0].value;
            auto made = report::make_receipt(story_->disk(), *key_,
                                             report::public_id_text(report::row_prefix, id), {});
            if (made) return *made;
        }
        ADD_FAILURE() << "the story has no transfer";
        return {};
    }
    /// What is wrong with it, once its owner has signed it as it is.
    static std::string judged(Receipt receipt) {
        receipt.signature = key_->sign(receipt.statement);
        return report::judge_receipt(report::to_json(receipt), nullptr).wrong;
    }
    static void replace(Receipt& receipt, const std::string& from, const std::string& to) {
        const std::size_t at = receipt.statement.find(from);
        ASSERT_NE(at, std::string::npos) << from << " is not in " << receipt.statement;
        receipt.statement.replace(at, from.size(), to);
    }
    /// The value behind a name of the statement.
    static std::string value_of(const Receipt& receipt, const std::string& name) {
        const std::size_t at = receipt.statement.find("\n" + name + " ") + name.size() + 2;
        return receipt.statement.substr(at, receipt.statement.find('\n', at) - at);
    }

    static inline std::unique_ptr<Story> story_;
    static inline std::unique_ptr<report::HeadKey> key_;
};

TEST_F(ForgedReceipts, the_true_one_holds) {
    const Receipt receipt = good();
    EXPECT_EQ(judged(receipt), "");
    const auto judgement = report::judge_receipt(report::to_json(receipt), &key_->public_key());
    EXPECT_EQ(judgement.wrong, "");
    EXPECT_EQ(judgement.statement, receipt.statement);
    report::PublicKey other = key_->public_key();
    other[0] ^= 1;
    EXPECT_EQ(report::judge_receipt(report::to_json(receipt), &other).wrong,
              "it is signed with another key");
}

TEST_F(ForgedReceipts, statements_of_something_else_do_not) {
    const std::string place = "the record does not stand in the batch where it is stated";
    const std::string batch = "the statement is of another batch";
    const struct {
        const char* name;
        std::string value;
        std::string wrong;
    } cases[] = {
        {"record", std::string(64, '0'), "the record is not the one that is stated"},
        {"ordinal", "1", place},
        {"ordinal", "x", place},
        {"ordinal", "0x", place},
        {"ordinal", "", place},
        {"kind", "deposit", "the record is of another kind or place"},
        {"batch", "1 " + std::string(64, '0'), batch},
        {"time", "2025-10-09T00:00:00.000Z", batch},
    };
    for (const auto& [name, value, wrong] : cases) {
        Receipt receipt = good();
        const std::string line = "\n" + std::string{name} + " ";
        replace(receipt, line + value_of(receipt, name) + "\n", line + value + "\n");
        EXPECT_EQ(judged(receipt), wrong) << name << " " << value;
    }
}

TEST_F(ForgedReceipts, statements_that_can_be_read_in_two_ways_do_not) {
    const auto with = [](const std::function<void(std::string&)>& change) {
        Receipt receipt = good();
        change(receipt.statement);
        return judged(receipt);
    };
    EXPECT_NE(with([](std::string& text) { text += "amount 1.00 CNY\n"; }), "") << "twice";
    EXPECT_NE(with([](std::string& text) { text += "without-a-value\n"; }), "");
    EXPECT_NE(with([](std::string& text) { text += "without an end"; }), "");
    EXPECT_NE(with([](std::string& text) { text.insert(0, "note x\n"); }), "");
    EXPECT_EQ(with([](std::string& text) { text.clear(); }),
              "the statement is not one of a receipt");
}

TEST_F(ForgedReceipts, batches_that_are_none_do_not) {
    Receipt more = good();
    more.record_hashes.push_back(more.record_hashes[0]);
    EXPECT_EQ(judged(more), "the record hashes do not lead to the head");
    Receipt record = good();
    record.record.pop_back();
    EXPECT_EQ(judged(record), "the record is not the one that is stated");
    Receipt head = good();
    ++head.head.head.sequence;
    EXPECT_EQ(judged(head), "the head's signature does not fit");
    head.head = key_->sign(head.head.head);
    EXPECT_EQ(judged(head), "the record hashes do not lead to the head");
}

}  // namespace
}  // namespace coffer::tests
