#include <algorithm>
#include <set>

#include "tests/store_contract.h"

// Order, atomicity, answers, names, heads: what `execute` promises.

namespace coffer::tests {
namespace {

using wallet::WalletStatus;

TEST_P(StoreContract, items_run_in_the_order_in_which_they_stand) {
    EXPECT_EQ(said_to_all({withdraw("alice", "1.00"), deposit("alice", "5.00"),
                           withdraw("alice", "5.00"), withdraw("alice", "0.01"),
                           deposit("alice", "0.01"), withdraw("alice", "0.01")}),
              (Lines{"wallet_not_found", "posted, wallet opened", "posted",
                     "exceeds_available_balance available 0.00 needed 0.01", "posted", "posted"}));
}

TEST_P(StoreContract, a_read_sees_the_writes_before_it_and_none_behind_it) {
    const auto replies =
        ask_all({read_wallet("alice"), deposit("alice", "1.00"), read_wallet("alice"),
                 list_history("alice"), deposit("alice", "2.00"), read_wallet("alice"),
                 list_history("alice"), withdraw("alice", "3.00"), read_wallet("alice")});
    EXPECT_TRUE(replies[0].refused_with(wallet::Rejection::wallet_not_found));
    EXPECT_EQ(replies[2].wallet.available, 100);
    EXPECT_EQ(replies[3].total, 1u);
    EXPECT_EQ(replies[5].wallet.available, 300);
    ASSERT_EQ(replies[6].total, 2u);
    EXPECT_EQ(replies[6].rows[0].row().available, 300) << "newest first";
    EXPECT_EQ(replies[8].wallet.available, 0);
}

// covers: C02
TEST_P(StoreContract, one_instant_a_batch_that_never_goes_back) {
    const auto first = ask_all({deposit("alice", "1"), deposit("bob", "1")});
    EXPECT_EQ(first[0].record.record.at.unix_ms, clock().wall_ms);
    EXPECT_EQ(first[0].record.record.at, first[1].record.record.at);
    clock().wall_ms -= 3'000;
    const Reply back = ask(deposit("alice", "1"));
    EXPECT_EQ(back.record.record.at, first[0].record.record.at);
    clock().pass(5'000);
    EXPECT_GT(ask(deposit("alice", "1")).record.record.at, back.record.record.at);
}

TEST_P(StoreContract, a_declined_command_leaves_no_trace) {
    ask(deposit("alice", "1.00"));
    ask(deposit("bob", "1.00"));
    const engine::Head head = store().head();
    const auto figures = store().figures();
    ask_all({withdraw("alice", "2.00").ref("r"), transfer("alice", "bob", "2.00").ref("r"),
             transfer("alice", "nobody", "1.00"), freeze("alice", "1.01"), deposit("new", "0"),
             deposit("alice", "1.001"), open_wallet("alice", "CNY"), withdraw("nobody", "1"),
             unfreeze("alice", {12345}), change_status({12345}, WalletStatus::frozen)});
    EXPECT_EQ(store().head().sequence, head.sequence);
    EXPECT_EQ(store().head().hash, head.hash);
    EXPECT_EQ(store().figures().records, figures.records);
    EXPECT_EQ(store().figures().wallets, figures.wallets);
    EXPECT_EQ(store().figures().references, figures.references);
    EXPECT_EQ(ask(list_history("alice")).total, 1u);
    EXPECT_EQ(balance("alice"), "1.00 + 0.00");
}

TEST_P(StoreContract, a_batch_with_effects_is_one_step_of_the_head) {
    ask(deposit("alice", "1.00"));
    const engine::Head before = store().head();
    ask_all({deposit("alice", "1.00"), deposit("bob", "1.00"), withdraw("alice", "9.00")});
    const engine::Head after = store().head();
    EXPECT_EQ(after.sequence, before.sequence + 1);
    EXPECT_NE(after.hash, before.hash);
    EXPECT_EQ(after.time.unix_ms, clock().wall_ms);
    ask_all({read_wallet("alice"), list_history("alice")});
    EXPECT_EQ(store().head().sequence, after.sequence) << "reads write nothing";
    ask_all({});
    EXPECT_EQ(store().head().sequence, after.sequence);
}

TEST_P(StoreContract, a_transfer_is_seen_whole_or_not_at_all) {
    ask_all({deposit("alice", "100"), deposit("bob", "100")});
    std::vector<Ask> asked;
    for (int i = 0; i < 50; ++i) {
        asked.push_back(i % 2 == 0 ? transfer("alice", "bob", "7.01")
                                   : transfer("bob", "alice", "3.02"));
        asked.push_back(read_wallet("alice"));
        asked.push_back(read_wallet("bob"));
    }
    const auto replies = ask_all(asked);
    for (std::size_t i = 0; i < replies.size(); i += 3) {
        EXPECT_EQ(replies[i + 1].wallet.available + replies[i + 2].wallet.available, 20'000);
    }
}

// covers: D18
TEST_P(StoreContract, a_ring_of_transfers_in_one_batch) {
    std::vector<Ask> asked;
    const auto user = [](int i) { return "user-" + std::to_string(i % 100); };
    for (int i = 0; i < 100; ++i) asked.push_back(deposit(user(i), "1.00"));
    for (int i = 0; i < 100; ++i) asked.push_back(transfer(user(i), user(i + 1), "1.00"));
    for (const Reply& reply : ask_all(asked)) EXPECT_TRUE(reply.took_effect());
    for (int i = 0; i < 100; ++i) EXPECT_EQ(balance(user(i)), "1.00 + 0.00");
}

// covers: D21
TEST_P(StoreContract, the_last_unit_of_money_goes_to_one_of_many_racers) {
    ask(deposit("alice", "100.00"));
    const auto lines = said_to_all(std::vector<Ask>(100, withdraw("alice", "100.00")));
    EXPECT_EQ(std::ranges::count(lines, "posted"), 1);
    EXPECT_EQ(lines[0], "posted");
    EXPECT_EQ(balance("alice"), "0.00 + 0.00");
}

TEST_P(StoreContract, answers_name_who_and_what_the_numbers_stand_for) {
    const Reply opened = ask(deposit("alice", "5").by("ops-1").from("web"));
    EXPECT_EQ(opened.record.user, "alice");
    EXPECT_EQ(opened.record.actor, "ops-1");
    EXPECT_EQ(opened.record.application, "web");
    ask(deposit("bob", "5").by("").from(""));
    const Reply moved = ask(transfer("alice", "bob", "1").by("alice").from("app"));
    EXPECT_EQ(moved.record.user, "alice");
    EXPECT_EQ(moved.record.actor, "alice");
    EXPECT_EQ(moved.record.counterparty, "bob");
    EXPECT_EQ(moved.record.application, "app");
    const Reply read = ask(read_wallet("alice"));
    EXPECT_EQ(read.owner, "alice");
    EXPECT_EQ(read.application, "web") << "of the token that opened the wallet";
    const Reply listed = ask(list_history("bob"));
    EXPECT_EQ(listed.rows[0].user, "alice");
    EXPECT_EQ(listed.rows[0].counterparty, "bob");
    EXPECT_EQ(listed.rows[1].actor, "");
}

TEST_P(StoreContract, the_first_command_of_a_new_tenant_brings_all_its_names) {
    const Reply reply = ask(deposit("alice", "5").of("fresh").by("root").from("cli"));
    ASSERT_TRUE(reply.took_effect());
    EXPECT_EQ(reply.record.user, "alice");
    EXPECT_EQ(reply.record.actor, "root");
    EXPECT_EQ(said(withdraw("alice", "5").of("fresh")), "posted");
}

TEST_P(StoreContract, tenants_never_see_each_other) {
    const Reply ours = ask(deposit("alice", "5").of("one"));
    ask(deposit("alice", "7").of("two"));
    const auto id = ours.line().id;
    const Reply held = ask(freeze("alice", "1").of("one"));
    EXPECT_EQ(said(change_status(id, WalletStatus::frozen).of("two")), "wallet_not_found");
    EXPECT_EQ(said(change_status(id, WalletStatus::frozen).of("three")), "wallet_not_found");
    EXPECT_EQ(said(check_integrity(id).of("two")), "wallet_not_found");
    EXPECT_EQ(said(check_integrity(id).of("three")), "wallet_not_found");
    EXPECT_EQ(said(unfreeze("alice", held.hold()).of("two")), "hold_not_found");
    EXPECT_EQ(said(read_wallet("bob").of("one")), "wallet_not_found");
    EXPECT_EQ(ask(read_wallet("alice").of("two")).wallet.available, 700);
    EXPECT_EQ(said(transfer("alice", "bob", "1").of("two")), "counterparty_wallet_not_found");
}

TEST_P(StoreContract, ids_are_distinct_and_sorted_by_time) {
    std::set<wallet::PublicId> seen;
    wallet::PublicId newest{};
    for (int batch = 0; batch < 10; ++batch) {
        const auto replies = ask_all({deposit("alice", "1"), deposit("bob", "1"),
                                      transfer("alice", "bob", "0.01"), freeze("bob", "0.01")});
        const wallet::PublicId newest_before = newest;
        for (const Reply& reply : replies) {
            const auto& ids = reply.record.record.ids;
            for (const auto id : {ids.entry, ids.transactions[0], ids.transactions[1]}) {
                EXPECT_TRUE(seen.insert(id).second);
                EXPECT_GT(id, newest_before);
                newest = std::max(newest, id);
            }
        }
        clock().pass(1);
    }
}

TEST_P(StoreContract, texts_come_back_as_they_went_in) {
    const std::string long_text(4096, 'x');
    const std::string name(128, 'n');
    const std::string words = "\xE4\xBD\xA0\xE5\xA5\xBD, \"quoted\" \\ <b>";
    ask(deposit(name, "9")
            .by(std::string(128, 'a'))
            .from(std::string(128, 'p'))
            .ref(std::string(128, 'r'))
            .saying(long_text));
    ask(freeze(name, "1").saying(words));
    const Reply listed = ask(list_history(name));
    EXPECT_EQ(listed.rows[1].user, name);
    EXPECT_EQ(listed.rows[1].record.request.description, long_text);
    EXPECT_EQ(listed.rows[1].record.request.reference, std::string(128, 'r'));
    EXPECT_EQ(listed.rows[0].record.request.description, words);
    EXPECT_EQ(listed.rows[0].record.holds[0].reason, words);
}

TEST_P(StoreContract, keys_differ_by_purpose_and_survive_a_restart) {
    const Hash cursor = store().key_for("cursor");
    EXPECT_NE(cursor, store().key_for("other"));
    reopen();
    EXPECT_EQ(store().key_for("cursor"), cursor);
}

TEST_P(StoreContract, a_restart_knows_everything) {
    ask(deposit("alice", "100").ref("d").by("ops").from("web").saying("first"));
    ask(open_wallet("alice", "EUR"));
    const Reply held = ask(freeze("alice", "5").in("CNY").saying("why"));
    ask(deposit("bob", "1").of("other"));
    const auto id = teller().wallet_of("alice", "EUR").id;
    ask(change_status(id, WalletStatus::closed));
    const engine::Head head = store().head();
    const wallet::Wallet before = teller().wallet_of("alice", "CNY");

    reopen();
    EXPECT_EQ(store().head().sequence, head.sequence);
    EXPECT_EQ(store().head().hash, head.hash);
    EXPECT_EQ(store().head().time, head.time);
    const wallet::Wallet after = teller().wallet_of("alice", "CNY");
    EXPECT_EQ(after.id, before.id);
    EXPECT_EQ(after.available, before.available);
    EXPECT_EQ(after.held, before.held);
    EXPECT_EQ(after.events, before.events);
    EXPECT_EQ(after.counts, before.counts);
    EXPECT_EQ(after.created_at, before.created_at);
    EXPECT_EQ(after.updated_at, before.updated_at);
    EXPECT_EQ(said(withdraw("alice", "1").in("EUR")), "wallet_is_closed");
    EXPECT_EQ(said(deposit("alice", "100").ref("d")), "replayed");
    EXPECT_EQ(said(unfreeze("alice", held.hold())), "posted");
    EXPECT_EQ(said(deposit("carol", "1").from("web")), "posted, wallet opened");
    EXPECT_EQ(ask(list_history("alice", {}).in("CNY")).total, 3u);
    EXPECT_EQ(said(check_integrity(before.id)), "intact");
    EXPECT_EQ(ask(list_history("alice").in("CNY")).rows[2].actor, "ops");
}

TEST_P(StoreContract, integrity_counts_every_record_of_the_wallet) {
    ask_all({deposit("alice", "100"), deposit("bob", "1"), transfer("alice", "bob", "1"),
             transfer("bob", "alice", "1"), freeze("alice", "1")});
    const auto id = teller().wallet_of("alice").id;
    ask(change_status(id, WalletStatus::frozen));
    const Reply reply = ask(check_integrity(id));
    ASSERT_EQ(reply.kind, Reply::Kind::integrity);
    EXPECT_EQ(reply.integrity.wallet, id);
    EXPECT_EQ(reply.integrity.records, 5u);
    EXPECT_EQ(reply.integrity.broken_at, 0u);
    EXPECT_NE(reply.integrity.last_link, Hash{});
    EXPECT_EQ(said(check_integrity({99})), "wallet_not_found");
}

TEST_P(StoreContract, integrity_holds_at_every_place_of_a_batch) {
    ask(deposit("alice", "1"));
    const auto id = teller().wallet_of("alice").id;
    const auto replies = ask_all({deposit("alice", "1"), check_integrity(id), deposit("bob", "1"),
                                  transfer("alice", "bob", "1"), deposit("alice", "2"),
                                  check_integrity(id), check_integrity(id), deposit("alice", "3")});
    // A store may look at the wallet as it is when the batch is done, or as it was in its turn.
    for (const std::size_t place : {1U, 5U, 6U}) {
        ASSERT_EQ(replies[place].kind, Reply::Kind::integrity);
        EXPECT_EQ(replies[place].integrity.broken_at, 0u) << place;
        EXPECT_GE(replies[place].integrity.records, place == 1 ? 2u : 4u);
    }
    EXPECT_EQ(replies[5].integrity.last_link, replies[6].integrity.last_link);
    const Reply before = ask(check_integrity(id));
    EXPECT_EQ(before.integrity.records, 5u);
    reopen();
    const Reply after = ask(check_integrity(id));
    EXPECT_EQ(after.integrity.broken_at, 0u);
    EXPECT_EQ(after.integrity.last_link, before.integrity.last_link);
}

}  // namespace
}  // namespace coffer::tests
