#include "engine/record_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "engine/any_record_test.h"

namespace coffer::engine {
namespace {

using Memory = std::vector<std::uint8_t>;

void expect_same(const wallet::WalletLine& a, const wallet::WalletLine& b) {
    RC_ASSERT(a.wallet == b.wallet && a.event == b.event && a.transactions == b.transactions);
    RC_ASSERT(a.type == b.type && a.status == b.status && a.currency == b.currency);
    RC_ASSERT(a.available == b.available && a.held == b.held && a.open_holds == b.open_holds);
    RC_ASSERT(a.counts == b.counts);
    RC_ASSERT(a.opened == b.opened && a.id == b.id && a.owner == b.owner);
    RC_ASSERT(a.application == b.application);
}

void expect_same(const ledger::Posting& a, const ledger::Posting& b) {
    RC_ASSERT(a.account == b.account && a.side == b.side && a.amount == b.amount);
    RC_ASSERT(a.balance_before == b.balance_before && a.balance_after == b.balance_after);
    RC_ASSERT(a.number == b.number);
}

void expect_same(const wallet::HoldLine& a, const wallet::HoldLine& b) {
    RC_ASSERT(a.id == b.id && a.wallet == b.wallet && a.amount == b.amount);
    RC_ASSERT(a.state == b.state && a.purpose == b.purpose && a.version == b.version);
    RC_ASSERT(a.created_at == b.created_at && a.reason == b.reason);
    RC_ASSERT(a.expires_at == b.expires_at && a.captured == b.captured);
}

void expect_same(const wallet::Withdrawn& a, const wallet::Withdrawn& b) {
    RC_ASSERT(a.day == b.day && a.in_day == b.in_day && a.in_month == b.in_month);
    RC_ASSERT(a.event == b.event);
}

void expect_same(const wallet::PolicyLine& a, const wallet::PolicyLine& b) {
    RC_ASSERT(a.application == b.application && a.version == b.version && a.exists == b.exists);
    RC_ASSERT(a.fields == b.fields);
    RC_ASSERT(a.values == b.values);
}

void expect_same(const wallet::RefundLine& a, const wallet::RefundLine& b) {
    RC_ASSERT(a.entry == b.entry && a.transaction == b.transaction && a.amount == b.amount);
    RC_ASSERT(a.refunds == b.refunds && a.everything == b.everything && a.cancels == b.cancels);
    for (std::size_t i = 0; i < a.rows.size(); ++i) {
        RC_ASSERT(a.rows[i].wallet == b.rows[i].wallet && a.rows[i].seq == b.rows[i].seq);
        RC_ASSERT(a.rows[i].type == b.rows[i].type);
    }
}

void expect_same(const wallet::ApprovalLine& a, const wallet::ApprovalLine& b) {
    RC_ASSERT(a.id == b.id && a.number == b.number && a.wallet == b.wallet);
    RC_ASSERT(a.amount == b.amount && a.kind == b.kind && a.state == b.state);
    RC_ASSERT(a.version == b.version && a.requester == b.requester);
    RC_ASSERT(a.created_at == b.created_at && a.remark == b.remark);
}

template <class Name>
void expect_same_name(const Name& a, const Name& b) {
    RC_ASSERT(a.number == b.number && a.id == b.id);
}

void expect_same(const WalletLinks& a, const WalletLinks& b) {
    RC_ASSERT(a.previous == b.previous);
    RC_ASSERT(a.skips.size() == b.skips.size());
    for (std::size_t i = 0; i < a.skips.size(); ++i) RC_ASSERT(a.skips[i] == b.skips[i]);
}

template <class List, class Same>
void expect_same_list(const List& a, const List& b, Same&& same) {
    RC_ASSERT(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) same(a[i], b[i]);
}

void expect_same(const wallet::Request& a, const wallet::Request& b) {
    RC_ASSERT(a.tenant == b.tenant && a.actor == b.actor && a.application == b.application);
    RC_ASSERT(a.user == b.user && a.counterparty == b.counterparty);
    RC_ASSERT(a.currency_asked == b.currency_asked && a.amount == b.amount);
    RC_ASSERT(a.has_reference == b.has_reference && a.reference == b.reference);
    RC_ASSERT(a.reference_fingerprint == b.reference_fingerprint);
    RC_ASSERT(a.description == b.description);
}

void expect_same(const wallet::Record& a, const wallet::Record& b) {
    const auto same = [](const auto& x, const auto& y) { expect_same(x, y); };
    const auto same_name = [](const auto& x, const auto& y) { expect_same_name(x, y); };
    RC_ASSERT(a.kind == b.kind && a.ordinal == b.ordinal);
    expect_same(a.request, b.request);
    expect_same_list(a.new_tenants, b.new_tenants, same_name);
    expect_same_list(a.new_applications, b.new_applications, same_name);
    expect_same_list(a.new_subjects, b.new_subjects, same_name);
    expect_same_list(a.wallets, b.wallets, same);
    expect_same_list(a.entry.postings, b.entry.postings, same);
    expect_same_list(a.holds, b.holds, same);
    expect_same_list(a.withdrawn, b.withdrawn, same);
    expect_same_list(a.policies, b.policies, same);
    expect_same_list(a.refunds, b.refunds, same);
    expect_same_list(a.approvals, b.approvals, same);
}

/// The bytes again, of whatever they decoded to.
Memory encoded_again(const Decoded& decoded) {
    Memory memory(record_bytes_max);
    std::size_t size = 0;
    if (const auto* movement = std::get_if<Movement>(&decoded)) {
        size = encode(movement->record, movement->links, memory);
    } else if (const auto* genesis = std::get_if<Genesis>(&decoded)) {
        size = encode(*genesis, memory);
    }
    memory.resize(size);
    return memory;
}

RC_GTEST_PROP(RecordCodec, every_record_comes_back, ()) {
    const AnyRecord any;
    const Memory bytes = any.bytes();
    const auto decoded = decode(bytes);
    RC_ASSERT(decoded.has_value());
    const auto& movement = std::get<Movement>(*decoded);
    expect_same(movement.record, any.record);
    for (std::size_t i = 0; i < any.record.wallets.size(); ++i) {
        expect_same(movement.links[i], any.links[i]);
    }
    RC_ASSERT(encoded_again(*decoded) == bytes);
}

RC_GTEST_PROP(RecordCodec, what_was_decoded_before_leaves_nothing_behind, ()) {
    const AnyRecord first;
    const AnyRecord second;
    Movement into;
    RC_ASSERT(decode_movement(first.bytes(), into));
    const Memory bytes = second.bytes();
    RC_ASSERT(decode_movement(bytes, into));
    expect_same(into.record, second.record);
}

RC_GTEST_PROP(RecordCodec, the_request_can_be_had_alone, ()) {
    const AnyRecord first;
    const AnyRecord second;
    wallet::Record into;
    RC_ASSERT(decode_request(first.bytes(), into));
    const Memory bytes = second.bytes();
    RC_ASSERT(decode_request(bytes, into));
    RC_ASSERT(into.kind == second.record.kind);
    RC_ASSERT(into.request.has_reference == second.record.request.has_reference);
    RC_ASSERT(into.request.reference_fingerprint == second.record.request.reference_fingerprint);
    RC_ASSERT(!decode_request({}, into));
}

RC_GTEST_PROP(RecordCodec, every_truncation_is_refused, ()) {
    const Memory bytes = AnyRecord{}.bytes();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        // A copy of its own, so that the sanitizer sees a read behind the end.
        RC_ASSERT(!decode(Memory(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)))
                       .has_value());
        if (size > 512) size += 31;
    }
}

RC_GTEST_PROP(RecordCodec, a_byte_too_many_is_refused, (std::uint8_t byte)) {
    Memory bytes = AnyRecord{}.bytes();
    bytes.push_back(byte);
    RC_ASSERT(!decode(bytes).has_value());
}

RC_GTEST_PROP(RecordCodec, a_changed_byte_is_refused_or_is_another_record, ()) {
    const Memory bytes = AnyRecord{}.bytes();
    for (int times = 0; times < 50; ++times) {
        Memory changed = bytes;
        changed[*rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(bytes.size(), 600))] ^=
            static_cast<std::uint8_t>(*rc::gen::inRange(1, 256));
        const auto decoded = decode(changed);
        if (!decoded) continue;
        // One encoding a record: what is taken is what would be written.
        if (std::holds_alternative<Movement>(*decoded)) {
            RC_ASSERT(encoded_again(*decoded) == changed);
        }
    }
}

RC_GTEST_PROP(RecordCodec, garbage_never_crashes, (Memory garbage)) {
    (void)decode(garbage);
    for (std::uint8_t kind = 0; kind < 20; ++kind) {
        garbage.insert(garbage.begin(), {kind, 0});
        (void)decode(garbage);
    }
}

TEST(RecordCodec, the_longest_record_fits) {
    const std::string name(name_bytes_max, 'n');
    const std::string words(text_bytes_max, 'w');
    wallet::Record record;
    Links links;
    record.ordinal = UINT32_MAX;
    record.request = {.tenant = {UINT32_MAX},
                      .actor = {UINT32_MAX},
                      .application = {UINT32_MAX},
                      .user = {UINT32_MAX},
                      .counterparty = {UINT32_MAX},
                      .currency_asked = {UINT16_MAX},
                      .amount = int128_max,
                      .has_reference = true,
                      .reference = name,
                      .description = words};
    record.new_tenants.push_back({{UINT32_MAX}, name});
    record.new_applications.push_back({{UINT32_MAX}, name});
    for (int i = 0; i < 3; ++i) record.new_subjects.push_back({{UINT32_MAX}, name});
    wallet::WalletLine line{.wallet = {UINT32_MAX},
                            .event = UINT64_MAX,
                            .transactions = UINT64_MAX,
                            .currency = {UINT16_MAX},
                            .available = int128_max,
                            .held = int128_max,
                            .open_holds = UINT32_MAX,
                            .opened = true,
                            .id = {~UInt128{0}},
                            .owner = {UINT32_MAX},
                            .application = {UINT32_MAX}};
    line.counts.fill(UINT64_MAX);
    for (std::size_t i = 0; i < wallet::wallet_lines_max; ++i) {
        record.wallets.push_back(line);
        links[i].previous = UINT64_MAX;
        while (links[i].skips.size() < skips_max) links[i].skips.push_back(UINT64_MAX);
    }
    const ledger::AccountRef account{
        {UINT32_MAX}, ledger::AccountKind::opening, {UINT16_MAX}, {UINT32_MAX}};
    while (record.entry.postings.size() < ledger::postings_max) {
        record.entry.postings.push_back(
            {account, ledger::Side::credit, int128_max, int128_min, int128_min, UINT64_MAX});
    }
    record.holds.push_back({.id = {~UInt128{0}},
                            .wallet = {UINT32_MAX},
                            .amount = int128_max,
                            .version = 255,
                            .reason = words});
    Memory memory(record_bytes_max);
    memory.resize(encode(record, links, memory));
    EXPECT_TRUE(decode(memory));
}

TEST(RecordCodec, numbers_of_currencies_are_not_cut) {
    wallet::Record record;
    record.request.currency_asked = {156};
    Memory bytes(record_bytes_max);
    bytes.resize(encode(record, {}, bytes));
    // kind, ordinal, flags, tenant, actor, application, user; then the currency: 156 as a varint.
    ASSERT_EQ(bytes[7], 0x80 | 28);
    ASSERT_EQ(bytes[8], 1);
    ASSERT_TRUE(decode(bytes));
    bytes[8] = 0x81;  // 156 + 65,536: the same low 16 bits
    bytes.insert(bytes.begin() + 9, 4);
    EXPECT_FALSE(decode(bytes));
}

TEST(RecordCodec, refusals_that_nobody_knows_are_refused) {
    wallet::Record record;
    record.kind = wallet::RecordKind::refused;
    record.request.has_key = true;
    record.refusal = {.rejection = wallet::Rejection::exceeds_available_balance,
                      .currency = {156},
                      .available = 5,
                      .needed = 7};
    Memory bytes(record_bytes_max);
    bytes.resize(encode(record, {}, bytes));
    ASSERT_TRUE(decode(bytes));
    // The rejection, two bytes of currency, one each of the two amounts end the record's own part.
    const Memory part{14, 0x9c, 1};
    const auto found = std::search(bytes.begin(), bytes.end(), part.begin(), part.end());
    ASSERT_NE(found, bytes.end());
    const auto at = static_cast<std::size_t>(found - bytes.begin());
    for (unsigned number = 0; number < 256; ++number) {
        Memory changed = bytes;
        changed[at] = static_cast<std::uint8_t>(number);
        EXPECT_EQ(decode(changed).has_value(), wallet::is_rejection(changed[at])) << number;
    }
    Memory wide = bytes;
    wide[at + 2] = 0x81;  // 156 + 65,536
    wide.insert(wide.begin() + static_cast<long>(at) + 3, 4);
    EXPECT_FALSE(decode(wide));
}

TEST(RecordCodec, no_record_introduces_four_people) {
    wallet::Record record;
    record.new_subjects.push_back({{7}, "a"});
    record.new_subjects.push_back({{8}, "b"});
    record.new_subjects.push_back({{9}, "c"});
    Memory bytes(record_bytes_max);
    bytes.resize(encode(record, {}, bytes));
    ASSERT_TRUE(decode(bytes));
    const Memory names{3, 3, 7, 3, 8, 3, 9};
    const auto found = std::search(bytes.begin(), bytes.end(), names.begin(), names.end());
    ASSERT_NE(found, bytes.end());
    *found = 4;
    bytes.insert(found + 7, {3, 10});
    EXPECT_FALSE(decode(bytes));
}

TEST(SetupCodec, genesis_currency_and_settings_come_back) {
    Memory memory(record_bytes_max);
    Genesis genesis;
    genesis.book.fill(1);
    genesis.reference_key.fill(2);
    genesis.id_key.fill(3);
    genesis.software = "coffer 0.1";
    const auto bytes_of = [&](std::size_t size) { return Bytes{memory.data(), size}; };
    const auto first = decode(bytes_of(encode(genesis, memory)));
    ASSERT_TRUE(first && std::holds_alternative<Genesis>(*first));
    EXPECT_EQ(std::get<Genesis>(*first).id_key, genesis.id_key);
    EXPECT_EQ(std::get<Genesis>(*first).reference_key, genesis.reference_key);
    EXPECT_EQ(std::get<Genesis>(*first).book, genesis.book);
    EXPECT_EQ(std::get<Genesis>(*first).software, genesis.software);

    const money::CurrencyInfo points{{10'000}, "POINTS", 0};
    const auto second = decode(bytes_of(encode(points, 1, memory)));
    ASSERT_TRUE(second && std::holds_alternative<money::CurrencyInfo>(*second));
    EXPECT_EQ(std::get<money::CurrencyInfo>(*second), points);

    const wallet::Settings settings{
        .version = 7, .default_currency = {392}, .auto_open_wallets = false};
    const auto third = decode(bytes_of(encode(settings, 2, memory)));
    ASSERT_TRUE(third && std::holds_alternative<wallet::Settings>(*third));
    EXPECT_EQ(std::get<wallet::Settings>(*third), settings);
}

TEST(SetupCodec, genesis_is_the_first_record_of_its_batch) {
    Memory memory(record_bytes_max);
    Genesis genesis;
    genesis.software = "coffer";
    const std::size_t size = encode(genesis, memory);
    ASSERT_TRUE(decode(Bytes{memory.data(), size}));
    memory[1] = 1;  // found by the fuzzer: it was taken, and written again as 0
    EXPECT_FALSE(decode(Bytes{memory.data(), size}));
}

TEST(SetupCodec, a_default_policy_has_every_field_of_one) {
    Memory memory(record_bytes_max);
    const DefaultPolicy standard{.version = 3, .policy = wallet::standard_policy};
    const std::size_t size = encode(standard, 4, memory);
    const auto decoded = decode(Bytes{memory.data(), size});
    ASSERT_TRUE(decoded && std::holds_alternative<DefaultPolicy>(*decoded));
    EXPECT_EQ(std::get<DefaultPolicy>(*decoded), standard);
    // Found by the fuzzer: two fields were enough, and all were written again.
    const std::array<std::uint8_t, 10> two{31, 31, 31, 3, 0xa7, 1, 1, 0x9c, 1, 1};
    EXPECT_FALSE(decode(two));
}

TEST(SetupCodec, epochs_come_back_and_the_first_has_no_record) {
    Memory memory(record_bytes_max);
    for (const auto state : {Epoch::State::restored, Epoch::State::open}) {
        const Epoch epoch{.number = 300, .state = state};
        const std::size_t size = encode(epoch, 3, memory);
        const auto decoded = decode(Bytes{memory.data(), size});
        ASSERT_TRUE(decoded && std::holds_alternative<Epoch>(*decoded));
        EXPECT_EQ(std::get<Epoch>(*decoded), epoch);
        EXPECT_FALSE(decode(Bytes{memory.data(), size - 1}));
        EXPECT_FALSE(decode(Bytes{memory.data(), size + 1}));
    }
    EXPECT_FALSE(decode(Bytes{memory.data(), encode(Epoch{.number = 1}, 0, memory)}));
    const std::size_t size = encode(Epoch{.number = 2}, 0, memory);
    memory[size - 1] = 3;
    EXPECT_FALSE(decode(Bytes{memory.data(), size})) << "no such state";
}

TEST(SetupCodec, truncations_and_bytes_too_many_are_refused) {
    Memory memory(record_bytes_max);
    Genesis genesis;
    genesis.software = "coffer";
    const std::size_t sizes[] = {encode(genesis, memory)};
    for (std::size_t size = 0; size < sizes[0]; ++size) {
        EXPECT_FALSE(decode(Memory(memory.begin(), memory.begin() + static_cast<long>(size))));
    }
    EXPECT_FALSE(decode(Bytes{memory.data(), sizes[0] + 1}));
    const std::size_t currency = encode(money::CurrencyInfo{{156}, "CNY", 2}, 0, memory);
    EXPECT_TRUE(decode(Bytes{memory.data(), currency}));
    EXPECT_FALSE(decode(Bytes{memory.data(), currency - 1}));
    memory[currency - 1] = 19;
    EXPECT_FALSE(decode(Bytes{memory.data(), currency})) << "19 decimals";
}

}  // namespace
}  // namespace coffer::engine
