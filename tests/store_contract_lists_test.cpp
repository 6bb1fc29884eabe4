#include <rapidcheck.h>

#include <algorithm>
#include <map>

#include "tests/store_contract.h"

// Lists against a model that keeps every row and looks at each: design.md section 4 "Lists", I34.

namespace coffer::tests {
namespace {

using engine::HistoryKind;
using engine::ListHistory;
using wallet::TransactionType;

/// One user's rows, oldest first, as the answers to the writes told them.
struct History {
    std::vector<KeptRow> rows;
    std::vector<wallet::PublicId> open_holds;
    std::map<wallet::PublicId, Instant> ended;

    void note(const Reply& reply, const std::string& user) {
        if (!reply.took_effect()) return;
        const wallet::Record& record = reply.record.record;
        for (const auto& hold : record.holds) {
            if (hold.state == wallet::HoldState::open) {
                open_holds.push_back(hold.id);
            } else {
                ended[hold.id] = record.at;
                std::erase(open_holds, hold.id);
            }
        }
        const std::size_t line = reply.record.user == user ? 0 : 1;
        if (line == 1 && reply.record.counterparty != user) return;
        if (record.wallets[line].type == TransactionType::none) return;
        rows.push_back({reply.record, line, std::nullopt});
    }

    [[nodiscard]] bool passes(const KeptRow& row, const ListHistory& query) const {
        const TransactionType type = row.row().type;
        const bool is_hold = type == TransactionType::freeze || type == TransactionType::unfreeze;
        if (query.nothing_matches) return false;
        if (query.kind == HistoryKind::freezes) {
            if (type != TransactionType::freeze) return false;
            const bool open = !ended.contains(row.record.holds[0].id);
            return !query.hold_is_open || open == *query.hold_is_open;
        }
        if (query.kind == HistoryKind::balance_history && is_hold) return false;
        if (query.type != TransactionType::none && query.type != type) return false;
        if (query.from && row.record.at < *query.from) return false;
        if (query.until && row.record.at >= *query.until) return false;
        return true;
    }

    /// Rows that pass, newest first.
    [[nodiscard]] std::vector<const KeptRow*> all(const ListHistory& query) const {
        std::vector<const KeptRow*> found;
        for (const KeptRow& row : rows) {
            if (passes(row, query)) found.push_back(&row);
        }
        std::ranges::reverse(found);
        return found;
    }
};

Ask any_write(const History& history) {
    const std::string amount = std::to_string(*rc::gen::inRange(1, 30));
    switch (*rc::gen::inRange(0, 8)) {
        case 0:
        case 1: return deposit("alice", amount);
        case 2: return withdraw("alice", amount);
        case 3: return transfer("alice", "bob", amount);
        case 4: return transfer("bob", "alice", amount);
        case 5: return freeze("alice", amount);
        default:
            if (history.open_holds.empty()) return deposit("bob", amount);
            return unfreeze(
                "alice",
                history.open_holds[*rc::gen::inRange<std::size_t>(0, history.open_holds.size())]);
    }
}

/// Batches of one to eight writes, some at the same instant as the one before.
History any_history(Teller& teller, FakeClock& clock, int batches) {
    History history;
    history.note(teller.ask(deposit("alice", "50")), "alice");
    teller.ask(deposit("bob", "50"));
    for (; batches > 0; --batches) {
        clock.pass(*rc::gen::element(0, 1, 999, 1000, 3'600'000, 86'400'000));
        std::vector<Ask> asks;
        for (int size = *rc::gen::inRange(1, 9); size > 0; --size) {
            asks.push_back(any_write(history));
        }
        for (const Reply& reply : teller.ask_all(asks)) history.note(reply, "alice");
    }
    return history;
}

std::optional<Instant> any_bound(const History& history) {
    if (*rc::gen::inRange(0, 2) == 0) return std::nullopt;
    const auto row = *rc::gen::inRange<std::size_t>(0, history.rows.size());
    return Instant{history.rows[row].record.at.unix_ms + *rc::gen::inRange(-1, 2)};
}

ListHistory any_filter(const History& history) {
    ListHistory query;
    query.kind = static_cast<HistoryKind>(*rc::gen::inRange(0, 3));
    if (*rc::gen::inRange(0, 2) == 0) {
        query.type = static_cast<TransactionType>(*rc::gen::inRange(0, 7));
    }
    if (*rc::gen::inRange(0, 2) == 0) {
        query.hold_is_open = *rc::gen::inRange(0, 2) == 0;
    }
    query.nothing_matches = *rc::gen::inRange(0, 20) == 0;
    query.from = any_bound(history);
    query.until = any_bound(history);
    return query;
}

void expect_row(const KeptRow& found, const KeptRow& wanted, const History& history,
                HistoryKind kind) {
    RC_ASSERT(found.record.ids.entry == wanted.record.ids.entry);
    RC_ASSERT(found.record.ids.transactions == wanted.record.ids.transactions);
    RC_ASSERT(found.record.at == wanted.record.at);
    RC_ASSERT(found.record.kind == wanted.record.kind);
    RC_ASSERT(found.record.request.amount == wanted.record.request.amount);
    RC_ASSERT(found.user == wanted.user && found.counterparty == wanted.counterparty);
    RC_ASSERT(found.line == wanted.line);
    RC_ASSERT(found.row().transactions == wanted.row().transactions);
    RC_ASSERT(found.row().type == wanted.row().type);
    RC_ASSERT(found.row().available == wanted.row().available);
    RC_ASSERT(found.row().held == wanted.row().held);
    if (kind == HistoryKind::freezes) {
        const auto ended = history.ended.find(wanted.record.holds[0].id);
        RC_ASSERT(found.hold_ended_at().has_value() == (ended != history.ended.end()));
        if (found.hold_ended_at()) RC_ASSERT(*found.hold_ended_at() == ended->second);
    } else {
        RC_ASSERT(!found.hold.has_value());
    }
}

void expect_page(Teller& teller, const History& history, const ListHistory& query) {
    const Reply page = teller.ask(list_history("alice", query));
    RC_ASSERT(page.kind == Reply::Kind::page);
    auto wanted = history.all(query);
    RC_ASSERT(page.total == wanted.size());
    if (query.before_seq != 0) {
        std::erase_if(wanted, [&](const KeptRow* row) {
            return row->row().transactions >= query.before_seq;
        });
    }
    wanted.erase(wanted.begin(),
                 wanted.begin() + static_cast<std::ptrdiff_t>(
                                      std::min<std::uint64_t>(query.skip, wanted.size())));
    RC_ASSERT(page.rows.size() == std::min<std::size_t>(query.rows_max, wanted.size()));
    RC_ASSERT(page.more == (wanted.size() > query.rows_max));
    for (std::size_t i = 0; i < page.rows.size(); ++i) {
        expect_row(page.rows[i], *wanted[i], history, query.kind);
    }
}

/// Every page in turn, by page number or by cursor, is the whole list.
void expect_walk(Teller& teller, const History& history, ListHistory query, bool by_cursor) {
    query.rows_max = *rc::gen::inRange<std::uint32_t>(1, 8);
    const auto wanted = history.all(query);
    std::size_t at = 0;
    for (bool more = true; more;) {
        const Reply page = teller.ask(list_history("alice", query));
        RC_ASSERT(page.total == wanted.size());
        for (const KeptRow& row : page.rows) {
            RC_ASSERT(at < wanted.size());
            expect_row(row, *wanted[at++], history, query.kind);
        }
        more = page.more;
        RC_ASSERT(more == (at < wanted.size()));
        if (by_cursor && !page.rows.empty()) query.before_seq = page.rows.back().row().transactions;
        if (!by_cursor) query.skip += query.rows_max;
    }
    RC_ASSERT(at == wanted.size());
}

// I34: the listed rows add up to the balance, whichever way they are cut into pages.
void expect_statement(Teller& teller, const History& history) {
    Int128 sum = 0;
    for (const KeptRow& row : history.rows) {
        const Int128 amount = row.record.request.amount;
        switch (row.row().type) {
            case TransactionType::deposit:
            case TransactionType::transfer_in: sum += amount; break;
            case TransactionType::withdraw:
            case TransactionType::transfer_out: sum -= amount; break;
            default: break;
        }
        RC_ASSERT(row.row().available + row.row().held == sum);
    }
    const wallet::Wallet alice = teller.wallet_of("alice");
    RC_ASSERT(alice.posted() == sum);
    RC_ASSERT(alice.transactions == history.rows.size());
}

TEST_P(StoreContract, lists_agree_with_a_model_for_every_filter_and_page_size) {
    EXPECT_TRUE(rc::check([&] {
        const auto other = GetParam().build({});
        auto counter = std::make_unique<Teller>(other->store());
        const History history = any_history(*counter, other->clock, *rc::gen::inRange(1, 30));
        if (*rc::gen::inRange(0, 3) == 0) {
            counter.reset();
            other->reopen();
            counter = std::make_unique<Teller>(other->store());
        }
        for (int times = 0; times < 20; ++times) {
            ListHistory query = any_filter(history);
            query.skip = *rc::gen::weightedOneOf<std::uint64_t>(
                {{2, rc::gen::just<std::uint64_t>(0)},
                 {2, rc::gen::inRange<std::uint64_t>(0, 40)},
                 {1, rc::gen::element<std::uint64_t>(UINT64_MAX, 1'000'000)}});
            query.before_seq = *rc::gen::weightedOneOf<std::uint64_t>(
                {{2, rc::gen::just<std::uint64_t>(0)},
                 {2, rc::gen::inRange<std::uint64_t>(1, 100)},
                 {1, rc::gen::just<std::uint64_t>(UINT64_MAX)}});
            query.rows_max = *rc::gen::inRange<std::uint32_t>(1, 101);
            expect_page(*counter, history, query);
        }
        expect_walk(*counter, history, any_filter(history), true);
        expect_walk(*counter, history, any_filter(history), false);
        expect_statement(*counter, history);
    }));
}

TEST_P(StoreContract, a_list_of_nobody_is_not_found) {
    EXPECT_EQ(said(list_history("alice")), "wallet_not_found");
    ask(deposit("alice", "1"));
    EXPECT_EQ(said(list_history("alice").in("EUR")), "wallet_not_found");
    EXPECT_EQ(said(list_history("alice").of("other")), "wallet_not_found");
    EXPECT_EQ(said(list_history("bob")), "wallet_not_found");
    EXPECT_EQ(said(list_history("bob", {.nothing_matches = true})), "wallet_not_found");
}

TEST_P(StoreContract, an_opened_wallet_has_an_empty_list) {
    ask(open_wallet("alice"));
    const auto id = teller().wallet_of("alice").id;
    ask(change_status(id, wallet::WalletStatus::frozen));
    const Reply page = ask(list_history("alice"));
    EXPECT_EQ(page.total, 0u);
    EXPECT_TRUE(page.rows.empty());
    EXPECT_FALSE(page.more);
}

TEST_P(StoreContract, each_side_of_a_transfer_lists_its_own_row) {
    ask_all({deposit("alice", "10"), open_wallet("bob"), transfer("alice", "bob", "4")});
    const Reply from = ask(list_history("alice", {.type = TransactionType::transfer_out}));
    const Reply to = ask(list_history("bob"));
    ASSERT_EQ(from.total, 1u);
    ASSERT_EQ(to.total, 1u);
    EXPECT_EQ(from.rows[0].row().available, 600);
    EXPECT_EQ(to.rows[0].row().available, 400);
    EXPECT_EQ(to.rows[0].row().type, TransactionType::transfer_in);
    EXPECT_EQ(to.rows[0].row().transactions, 1u) << "the wallet's own number";
    EXPECT_EQ(from.rows[0].record.ids.entry, to.rows[0].record.ids.entry) << "one entry";
}

TEST_P(StoreContract, a_page_far_back_in_a_long_history) {
    std::vector<Ask> asks;
    for (int i = 0; i < 1'000; ++i) {
        asks.push_back(i % 10 == 9 ? withdraw("alice", "0.01") : deposit("alice", "1"));
    }
    ask_all(asks);
    for (const std::uint64_t before : {1'000u, 999u, 513u, 512u, 511u, 257u, 33u, 2u}) {
        const Reply page = ask(list_history("alice", {.before_seq = before, .rows_max = 3}));
        ASSERT_EQ(page.rows.front().row().transactions, before - 1);
        EXPECT_EQ(page.total, 1'000u);
    }
    const Reply last = ask(list_history("alice", {.skip = 998, .rows_max = 100}));
    ASSERT_EQ(last.rows.size(), 2u);
    EXPECT_EQ(last.rows[1].row().transactions, 1u);
    EXPECT_FALSE(last.more);
    const Reply rare =
        ask(list_history("alice", {.type = TransactionType::withdraw, .skip = 90, .rows_max = 5}));
    EXPECT_EQ(rare.total, 100u);
    EXPECT_EQ(rare.rows[0].row().transactions, 100u);
    EXPECT_TRUE(rare.more);
}

}  // namespace
}  // namespace coffer::tests
