#include "wallet/after_conditions.h"

#include <gtest/gtest.h>

#include <functional>

namespace coffer::wallet {
namespace {

using ledger::AccountKind;
using ledger::Side;

constexpr money::Currency cny{156};
constexpr TenantNumber acme{1};

ledger::Posting posting(AccountKind kind, std::uint32_t wallet, Side side, Int128 before,
                        Int128 after) {
    const Int128 amount = after > before ? after - before : before - after;
    return {{acme, kind, cny, {wallet}},       side, amount, before, after,
            wallet == 0 ? std::uint64_t{1} : 0};
}

WalletLine line(std::uint32_t wallet, Int128 available, Int128 held) {
    return {.wallet = {wallet}, .event = 2, .currency = cny, .available = available, .held = held};
}

Record record(RecordKind kind, Int128 amount) {
    Record made;
    made.kind = kind;
    made.request.tenant = acme;
    made.request.amount = amount;
    return made;
}

Record deposit() {
    Record made = record(RecordKind::deposit, 50);
    made.wallets.push_back(line(1, 150, 7));
    made.entry.postings.push_back(posting(AccountKind::settlement, 0, Side::debit, 900, 950));
    made.entry.postings.push_back(
        posting(AccountKind::wallet_available, 1, Side::credit, 100, 150));
    return made;
}

Record freeze() {
    Record made = record(RecordKind::freeze, 40);
    made.wallets.push_back(line(1, 60, 40));
    made.entry.postings.push_back(posting(AccountKind::wallet_available, 1, Side::debit, 100, 60));
    made.entry.postings.push_back(posting(AccountKind::wallet_frozen, 1, Side::credit, 0, 40));
    made.holds.push_back({.id = {9}, .wallet = {1}, .amount = 40});
    return made;
}

/// 15 of a hold of 40 to the house.
Record capture() {
    Record made = record(RecordKind::capture, 15);
    made.wallets.push_back(line(1, 60, 25));
    made.entry.postings.push_back(posting(AccountKind::wallet_frozen, 1, Side::debit, 40, 25));
    made.entry.postings.push_back(posting(AccountKind::settlement, 0, Side::credit, 900, 885));
    made.holds.push_back({.id = {9}, .wallet = {1}, .amount = 40, .captured = 15});
    return made;
}

/// What is left after that.
Record expiry() {
    Record made = record(RecordKind::expire_freeze, 25);
    made.wallets.push_back(line(1, 85, 0));
    made.entry.postings.push_back(posting(AccountKind::wallet_frozen, 1, Side::debit, 25, 0));
    made.entry.postings.push_back(posting(AccountKind::wallet_available, 1, Side::credit, 60, 85));
    made.holds.push_back({.id = {9},
                          .wallet = {1},
                          .amount = 40,
                          .captured = 15,
                          .state = HoldState::expired,
                          .expires_at = {1'000}});
    return made;
}

Record status() {
    Record made = record(RecordKind::change_status, 0);
    made.wallets.push_back(line(1, 60, 40));
    return made;
}

TEST(AfterConditions, hold_for_what_the_verbs_make) {
    EXPECT_TRUE(holds_after_conditions(capture()));
    EXPECT_TRUE(holds_after_conditions(expiry()));
    EXPECT_TRUE(holds_after_conditions(deposit()));
    EXPECT_TRUE(holds_after_conditions(freeze()));
    EXPECT_TRUE(holds_after_conditions(status()));
}

struct Mistake {
    const char* what;
    Record (*good)();
    std::function<void(Record&)> make;
};

TEST(AfterConditions, nothing_moves_where_the_kind_moves_nothing) {
    using Kind = RecordKind;
    for (const Kind kind : {Kind::genesis, Kind::currency, Kind::settings, Kind::epoch,
                            Kind::open_wallet, Kind::change_status, Kind::refused}) {
        EXPECT_TRUE(holds_after_conditions(record(kind, 0)));
        Record moving = deposit();
        moving.kind = kind;
        EXPECT_FALSE(holds_after_conditions(moving));
    }
}

TEST(AfterConditions, stop_every_mistake_of_a_verb) {
    const Mistake mistakes[] = {
        {"the entry of another verb", deposit, [](auto& r) { r.kind = RecordKind::withdraw; }},
        {"an entry where nothing may move", deposit,
         [](auto& r) { r.kind = RecordKind::change_status; }},
        {"no entry where money moves", status, [](auto& r) { r.kind = RecordKind::deposit; }},
        {"another amount than asked for", deposit, [](auto& r) { r.request.amount = 51; }},
        {"a line that says more", deposit, [](auto& r) { r.wallets[0].available = 151; }},
        {"a line in another currency", deposit, [](auto& r) { r.wallets[0].currency = {978}; }},
        {"the two sides exchanged", freeze,
         [](auto& r) { std::swap(r.entry.postings[0], r.entry.postings[1]); }},
        {"held said to be less", freeze, [](auto& r) { r.wallets[0].held = 39; }},
        {"a balance that does not follow", freeze,
         [](auto& r) {
             r.entry.postings[0].balance_after = 61;
             r.wallets[0].available = 61;
         }},
        {"a negative balance", status, [](auto& r) { r.wallets[0].available = -1; }},
        {"negative money held", status, [](auto& r) { r.wallets[0].held = -1; }},
        {"more than a wallet may hold", status,
         [](auto& r) { r.wallets[0].available = money::amount_minor_units_max; }},
        {"more available than a wallet may hold", status,
         [](auto& r) { r.wallets[0] = line(1, money::amount_minor_units_max + 1, 0); }},
        {"money paid in and put aside at once", deposit,
         [](auto& r) {
             r.entry.postings[1].account.kind = AccountKind::wallet_frozen;
             r.wallets[0] = line(1, 7, 150);
         }},
        {"a hold over two wallets", freeze, [](auto& r) { r.wallets.push_back(line(2, 0, 0)); }},
        {"another tenant's account", deposit,
         [](auto& r) { r.entry.postings[1].account.tenant = {2}; }},
        {"another tenant's accounts", deposit,
         [](auto& r) {
             for (auto& posting : r.entry.postings) posting.account.tenant = {2};
         }},
        {"a wallet without a line", deposit, [](auto& r) { r.wallets[0].wallet = {2}; }},
        {"no line at all", deposit, [](auto& r) { r.wallets = {}; }},
        {"frozen and no hold", freeze, [](auto& r) { r.holds = {}; }},
        {"a hold of less than is frozen", freeze, [](auto& r) { r.holds[0].amount = 39; }},
        {"a hold of another wallet", freeze, [](auto& r) { r.holds[0].wallet = {2}; }},
        {"a hold that is ended at once", freeze,
         [](auto& r) { r.holds[0].state = HoldState::released; }},
        {"a capture that ends a hold of which something is left", capture,
         [](auto& r) { r.holds[0].state = HoldState::captured; }},
        {"a capture of all that leaves the hold open", capture,
         [](auto& r) { r.holds[0].amount = 15; }},
        {"a capture of more than the hold", capture, [](auto& r) { r.holds[0].captured = 41; }},
        {"a capture that the hold does not know of", capture,
         [](auto& r) { r.holds[0].captured = 14; }},
        {"a capture of less than nothing", capture, [](auto& r) { r.holds[0].captured = -1; }},
        {"a capture out of what is available", capture,
         [](auto& r) {
             r.entry.postings[0] = posting(AccountKind::wallet_available, 1, Side::debit, 75, 60);
         }},
        {"an expiry of a hold that never expires", expiry,
         [](auto& r) { r.holds[0].expires_at = {}; }},
        {"an expiry that gives back what was captured", expiry,
         [](auto& r) { r.holds[0].captured = 0; }},
        {"an expiry over two wallets", expiry, [](auto& r) { r.wallets.push_back(line(2, 0, 0)); }},
        {"a freeze that has captured something", freeze, [](auto& r) { r.holds[0].captured = 1; }},
        {"a hold where nothing is frozen", deposit,
         [](auto& r) { r.holds.push_back({.id = {9}, .wallet = {1}, .amount = 50}); }},
    };
    for (const Mistake& mistake : mistakes) {
        Record made = mistake.good();
        mistake.make(made);
        EXPECT_FALSE(holds_after_conditions(made)) << mistake.what;
    }
}

}  // namespace
}  // namespace coffer::wallet
