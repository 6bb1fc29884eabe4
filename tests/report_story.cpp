#include "tests/report_story.h"

#include <chrono>
#include <stdexcept>
#include <thread>

#include "report/book_files.h"
#include "tests/silent.h"

namespace coffer::tests {
namespace {

const std::string other_tenant = "beta corp: ünïcode; |=";

/// A policy that forbids nothing of the story.
std::vector<engine::PolicyText> every_field(const std::string& currencies) {
    std::vector<engine::PolicyText> texts;
    for (std::size_t i = 0; i < wallet::policy_fields; ++i) {
        const auto field = static_cast<wallet::PolicyField>(i);
        std::string text = wallet::is_limit(field) ? "99999999.125" : "90";
        if (wallet::is_switch(field)) text = "true";
        if (field == wallet::PolicyField::min_withdraw_amount) text = "0.003";
        if (field == wallet::PolicyField::prefunded) text = "false";
        if (field == wallet::PolicyField::supported_currencies) text = currencies;
        if (field == wallet::PolicyField::timezone) text = "Asia/Shanghai";
        texts.push_back({field, text});
    }
    return texts;
}

}  // namespace

Story::Story(Length length) {
    open_store(false);
    tell_short_story();
    if (length == Length::short_one) return;
    tell_long_story();
    let_runs_be_written();
}

void Story::open_store(bool background, EpochChange change) {
    teller_.reset();
    store_.reset();
    store_embedded::EmbeddedOptions options;
    options.segment_bytes = 64 * 1024;
    options.background = background;
    options.epoch_change = change;
    options.units = {{"POINTS2", 0}, {"ETH", 18}};
    options.policy = every_field("JPY,CNY,EUR,USD,POINTS2,ETH");
    std::erase_if(options.policy, [](const engine::PolicyText& text) {
        return engine::not_in_default.has(text.field);
    });
    auto opened = store_embedded::EmbeddedStore::open(disk_, clock_, random_, options);
    if (!opened) throw std::runtime_error{opened.error().message};
    store_ = std::move(opened).value();
    teller_ = std::make_unique<Teller>(*store_);
}

/// Their writer is a thread: it is given one while nothing else happens.
void Story::let_runs_be_written() {
    open_store(true);
    for (int i = 0; i < 1000; ++i) {
        const auto listed = report::read_book_files(disk_);
        if (listed && listed->runs.size() + 2 >= listed->segments.size()) break;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    open_store(false);
}

Reply Story::tell(const Ask& ask) {
    clock_.pass(1'000);
    told_.push_back({ask, teller_->ask(ask)});
    if (!told_.back().reply.took_effect()) {
        throw std::runtime_error{describe(told_.back().reply, store_->currencies())};
    }
    return told_.back().reply;
}

/// Refused, and kept in the book.
void Story::decline(const Ask& ask) {
    clock_.pass(1'000);
    const std::uint64_t before = store_->head().sequence;
    if (teller_->ask(ask).took_effect() || store_->head().sequence == before) {
        throw std::runtime_error{"this was to be refused, and the refusal kept"};
    }
}

void Story::tell_short_story() {
    // Each verb is asked for by somebody new, so that names are introduced by every kind.
    tell(open_wallet("bob").in("CNY"));
    tell(deposit("alice", "100.00").ref("order-1").saying("first; of | many\nlines  = 5"));
    tell(deposit("alice", "0.01").in("CNY").ref("order-2").by("clerk").from("kiosk"));
    const Ask lunch = transfer("alice", "bob", "30.50").in("CNY").ref("lunch").saying("für bob");
    tell(lunch.by("waiter").from("café"));
    tell(withdraw("bob", "10").in("CNY").ref("w-1").saying("cash").by("till").from("tills"));
    const auto first = tell(freeze("alice", "20.00").in("CNY").saying("dispute 1").ref("f-1"));
    tell(freeze("alice", "5.00").saying("dispute 2").by("judge").from("court"));
    tell(unfreeze("alice", first.hold()).by("jury").from("court 2"));
    const auto bob = teller_->wallet_of("bob", "CNY").id;
    tell(change_status(bob, wallet::WalletStatus::frozen).by("guard").from("gate"));
    tell(deposit("bob", "1.00"));
    tell(change_status(bob, wallet::WalletStatus::active));
    tell(deposit("carol", "7").in("POINTS2").ref("p"));
    tell(deposit("carol", "1.000000000000000001").in("ETH"));
    tell(open_wallet("dave").in("JPY"));
    tell(change_status(teller_->wallet_of("dave", "JPY").id, wallet::WalletStatus::closed));
    tell(deposit("alice", "9.99").ref("order-1").of(other_tenant).by("").from(""));
    tell(withdraw("alice", "9.98").ref("order-1").of(other_tenant).by("alice"));
    tell(deposit("alice", "0.10").in("CNY").keyed("key-1").by("keeper"));
    tell(set_policy("kiosk 2", every_field("CNY,EUR")).by("ruler").from("office"));
    tell(set_policy("kiosk 2", {{wallet::PolicyField::max_balance, "null"}}).by("ruler"));
    tell(remove_policy("kiosk 2").by("ruler"));
    tell(withdraw("bob", "1").in("CNY"));
    tell(withdraw("bob", "1").in("CNY"));
    decline(withdraw("alice", "9999").in("CNY").keyed("key-2").by("asker").from("counter"));
    decline(withdraw("nobody", "1").keyed("key-3").of("refused corp").by("stranger").from("door"));
    // As if it had been restored from a backup, and then opened.
    open_store(false, EpochChange::restored);
    open_store(false, EpochChange::open);
    for (int i = 0; i < 9; ++i) tell(deposit("bob", "0.05").ref("many-" + std::to_string(i)));
}

void Story::tell_long_story() {
    for (int i = 0; i < 150; ++i) {
        const std::string number = std::to_string(i);
        tell(deposit("user-" + std::to_string(i % 7), "3.00").ref("d-" + number));
        tell(transfer("user-" + std::to_string(i % 7), "alice", "1.00").ref("t-" + number));
        if (i == 60 || i == 140) take_checkpoint();
    }
    std::vector<Ask> asks;  // one batch
    for (int i = 0; i < 40; ++i) asks.push_back(deposit("bob", "1").ref("b-" + std::to_string(i)));
    clock_.pass(1'000);
    teller_->ask_all(asks);
}

void Story::take_checkpoint() {
    Silent nobody;
    store_->checkpoint_now();
    for (int i = 0; i < 100; ++i) store_->poll(nobody);
}

std::vector<Story::Owned> Story::owned() {
    return {{"acme", "alice", "CNY"}, {"acme", "bob", "CNY"},  {"acme", "carol", "POINTS2"},
            {"acme", "carol", "ETH"}, {"acme", "dave", "JPY"}, {other_tenant, "alice", "CNY"}};
}

wallet::Wallet Story::wallet(const Owned& owned) {
    const Reply reply = teller_->ask(read_wallet(owned.user, owned.currency).of(owned.tenant));
    if (reply.kind != Reply::Kind::found) throw std::runtime_error{"no wallet of " + owned.user};
    return reply.wallet;
}

}  // namespace coffer::tests
