// Every field of every kind of record that docs/journal-format.md knows, changed one at a time in a
// book that the real store wrote, with everything behind it made right again: `verify` finds it and
// names it. A field that the document has and this test does not change is a failure.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "report/testing_changes.h"
#include "report/verify.h"
#include "tests/journal_fields.h"
#include "tests/report_story.h"

namespace coffer::tests {
namespace {

using report::Finding;
using report::Kind;
using report::VerifyReport;
using report::testing::Change;
using report::testing::FramedBook;
using report::testing::Octets;

using Fields = std::set<std::string>;
using FieldsByKind = std::map<std::string, Fields>;

VerifyReport verified(os::FileSystem& files) {
    auto report = report::verify(
        files, {.findings_max = 50, .derived_files = false, .patience = {.attempts = 1}}, {});
    EXPECT_TRUE(report.ok()) << report.error().message;
    return std::move(report).value();
}

bool one_of(std::string_view what, std::initializer_list<std::string_view> list) {
    return std::ranges::find(list, what) != list.end();
}

bool of_policy(std::string_view field) {
    const auto all = documented_fields("movement");
    const auto first = std::ranges::find(all, "application of the policy");
    const auto last = std::ranges::find(all, "timezone");
    return std::find(first, last + 1, field) != last + 1;
}

bool asks(std::string_view kind) {
    return one_of(kind, {"request_withdrawal", "auto_withdrawal", "propose_adjustment"});
}

bool decides(std::string_view kind) {
    return one_of(
        kind, {"pay_withdrawal", "release_withdrawal", "approve_adjustment", "reject_adjustment"});
}

/// What a record of a kind can never hold, although every movement body has room for it.
bool never_in(std::string_view kind, std::string_view field) {
    const bool refused = kind == "refused";
    if (field == "day" || field.starts_with("withdrawn in the ")) {
        return !one_of(kind, {"withdraw", "auto_withdrawal", "pay_withdrawal"});
    }
    if (field.starts_with("refund") || field.starts_with("original row ")) return kind != "refund";
    if (field.starts_with("approval ") || field.ends_with("remark of an approval")) {
        return !asks(kind) && !decides(kind);
    }
    if (of_policy(field)) return kind != "policy";
    if (kind == "policy" && (field.starts_with("wallet line ") || field.starts_with("posting ") ||
                             field.starts_with("hold line ") || field == "currency asked" ||
                             field.ends_with("reference") || field == "reference fingerprint")) {
        return true;
    }
    if (field.ends_with("key fingerprint") || field == "payload fingerprint") {
        return !refused && kind != "deposit";
    }
    if (one_of(field, {"rejection", "currency of the refusal", "available then", "needed then"})) {
        return !refused;
    }
    if (refused && (field.starts_with("wallet line ") || field.starts_with("posting ") ||
                    field == "currency asked" || field.ends_with("reference") ||
                    field == "reference fingerprint")) {
        return true;
    }
    if (field == "counterparty") return !one_of(kind, {"transfer", "refund", "capture"});
    if (field.ends_with("reference") || field == "reference fingerprint") {
        return decides(kind) ||
               one_of(kind, {"open_wallet", "unfreeze", "expire_freeze", "change_status"});
    }
    if (field == "currency asked") {
        return decides(kind) ||
               one_of(kind, {"unfreeze", "change_status", "refund", "capture", "expire_freeze"});
    }
    if (field.ends_with("reason of a hold") || field.starts_with("hold line ")) {
        if (field == "hold line captured so far" && kind == "freeze") return true;
        return !one_of(kind, {"freeze", "unfreeze", "capture", "expire_freeze"});
    }
    if (field == "description") {
        return !asks(kind) && !decides(kind) &&
               !one_of(kind, {"deposit", "withdraw", "transfer", "freeze", "unfreeze", "adjust",
                              "refund", "capture"});
    }
    if (field.starts_with("posting ")) {
        return one_of(kind,
                      {"open_wallet", "change_status", "propose_adjustment", "reject_adjustment"});
    }
    if (one_of(field,
               {"wallet line id", "wallet line owner", "wallet line application of the wallet"})) {
        return !one_of(kind, {"open_wallet", "deposit"});
    }
    // A new wallet has neither rows nor a past.
    if (one_of(field, {"wallet line count", "wallet line skip"})) return kind == "open_wallet";
    return false;
}

FieldsByKind documented() {
    FieldsByKind all;
    for (const std::string& kind : documented_kinds()) {
        all[kind] = {"kind", "ordinal"};
        const bool setup =
            one_of(kind, {"genesis", "currency", "settings", "epoch", "default_policy"});
        std::vector<std::string> structures{"movement", "wallet line", "posting", "hold line"};
        if (setup) structures = {kind};
        for (const std::string& structure : structures) {
            for (const std::string& field : documented_fields(structure)) {
                if (setup || !never_in(kind, field)) all[kind].insert(field);
            }
        }
    }
    return all;
}

/// 180 currencies are alike; some, and the configured ones, will do.
bool worth_changing(const FramedBook& book, const Change& change) {
    if (change.kind != Kind::currency || change.record % 23 == 1) return true;
    return change.record + 8 >= book.batches[change.batch].records.size();
}

TEST(VerifyFields, the_document_is_understood) {
    const FieldsByKind fields = documented();
    EXPECT_EQ(fields.size(), 25u);
    const std::vector<std::string> posting{
        "posting account", "posting side",           "posting currency",      "posting wallet",
        "posting amount",  "posting balance before", "posting balance after", "posting number"};
    EXPECT_EQ(documented_fields("posting"), posting);
    EXPECT_EQ(documented_fields("wallet line").size(), 18u);
    EXPECT_EQ(documented_fields("hold line").size(), 9u);
    EXPECT_EQ(documented_fields("settings").back(), "opened by deposits");
}

TEST(VerifyFields, fields_cover_every_byte_of_every_record) {
    Story story{Story::Length::short_one};
    for (const auto& batch : FramedBook::read(story.disk()).batches) {
        for (const Octets& record : batch.records) {
            std::size_t at = 0;
            for (const auto& field : report::testing::fields_with_lengths(record)) {
                ASSERT_EQ(field.offset, at) << field.name;
                at += field.bytes;
            }
            ASSERT_EQ(at, record.size());
        }
    }
}

/// A part of the kinds of records each, so that two processes share the work.
class VerifyFieldsInParts : public testing::TestWithParam<unsigned> {
public:
    static constexpr unsigned parts = 7;

protected:
    [[nodiscard]] static bool has(std::string_view kind) {
        return std::hash<std::string_view>{}(kind) % parts == GetParam();
    }
};

// covers: U08
TEST_P(VerifyFieldsInParts, slow_every_changed_field_is_found_and_named) {
    Story story{Story::Length::short_one};
    const FramedBook book = FramedBook::read(story.disk());
    const VerifyReport good = verified(story.disk());
    ASSERT_TRUE(good.holds()) << to_text(good);
    const auto disk = story.disk().after_process_death();
    std::size_t changes = 0;
    FieldsByKind changed_fields;
    FieldsByKind found_fields;
    report::testing::for_each_change(book, [&](const Change& change) {
        if (!has(name_of(change.kind)) || !worth_changing(book, change)) return;
        ++changes;
        const auto& batch = book.batches[change.batch];
        const std::string kind{name_of(change.kind)};
        const std::string field = without_place(change.field.name);
        const auto what = kind + ", " + change.field.name + " of batch " +
                          std::to_string(batch.sequence) + " record " +
                          std::to_string(change.record);
        FramedBook changed = book;
        changed.batches[change.batch].records[change.record] = change.bytes;
        changed.write_segments(*disk);
        const VerifyReport report = verified(*disk);
        EXPECT_NE(report.head_hash, good.head_hash) << what;
        changed_fields[kind].insert(field);
        const bool head_alone = report::testing::protected_by_the_head_alone(change);
        if (report.holds()) {
            EXPECT_TRUE(head_alone) << what;
            return;
        }
        found_fields[kind].insert(field);
        // What sets a book up is found where it is first used, all else in the record itself.
        const bool by_decision = asks(kind) && field == "approval kind";
        const bool by_use = change.kind <= Kind::settings || head_alone || by_decision;
        const bool named = std::ranges::any_of(report.findings, [&](const Finding& finding) {
            const bool here = finding.place.sequence == batch.sequence &&
                              finding.place.ordinal == change.record &&
                              finding.place.segment == batch.segment;
            return (by_use || here) && report::testing::names_it(change, finding.field);
        });
        EXPECT_TRUE(named) << what << "\n" << to_text(report);
    });
    EXPECT_GT(changes, 50u);
    // Neither a field that was forgotten, nor one that the document does not have.
    for (const auto& [kind, fields] : documented()) {
        if (!has(kind)) continue;
        EXPECT_THAT(changed_fields[kind], testing::ElementsAreArray(fields)) << kind;
        // Whatever can be found was found in some record of that kind; this is the rest.
        for (const std::string& field : changed_fields[kind]) {
            if (found_fields[kind].contains(field)) continue;
            if (report::testing::is_value_of_policy(field)) continue;
            EXPECT_TRUE(
                one_of(field, {"software", "description", "actor", "new name text",
                               "id of a new subject", "key fingerprint", "payload fingerprint",
                               "rejection", "available then", "needed then"}))
                << kind << ", " << field;
        }
    }
    // Of the people a reference of theirs is known.
    EXPECT_EQ(found_fields["deposit"].contains("id of a new subject"), has("deposit"));
}
INSTANTIATE_TEST_SUITE_P(Kinds, VerifyFieldsInParts,
                         testing::Range(0u, VerifyFieldsInParts::parts));

}  // namespace
}  // namespace coffer::tests
