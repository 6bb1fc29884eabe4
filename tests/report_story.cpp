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
    for (engine::PolicyText& text : options.policy) {
        if (review_ && text.field == wallet::PolicyField::auto_approve_limit) text.text = "1";
    }
    options.adjust_alone_max = money::Decimal{50, 0};
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
    tell_holds();
    tell_corrections();
    tell_requests();
    decline(withdraw("alice", "9999").in("CNY").keyed("key-2").by("asker").from("counter"));
    decline(withdraw("nobody", "1").keyed("key-3").of("refused corp").by("stranger").from("door"));
    // As if it had been restored from a backup, and then opened.
    open_store(false, EpochChange::restored);
    open_store(false, EpochChange::open);
    for (int i = 0; i < 9; ++i) tell(deposit("bob", "0.05").ref("many-" + std::to_string(i)));
}

void Story::tell_holds() {
    const auto in_a_minute = [this] { return Instant{clock_.wall_ms + 60'000}; };
    const auto hold = [&](const char* amount) {
        return tell(freeze("gina", amount).saying("deposit of a car").until(in_a_minute())).hold();
    };
    tell(deposit("gina", "90.00"));
    tell(open_wallet("henry").in("CNY"));
    const auto car = hold("20.00");
    const Ask part = capture("gina", car, "5.00", "henry").ref("c-1").saying("fuel");
    tell(part.by("cashier").from("garage"));
    tell(capture("gina", car, "2.00").by("cashier").from("garage 2").ref("c-2"));
    tell(unfreeze("gina", car).saying("back").by("cashier 2"));
    const auto boat = hold("9.00");
    tell(capture("gina", boat, "all", "henry").saying("all of it"));
    const auto paid = tell(capture("gina", hold("3.00"), "1.00"));
    tell(refund("", paid.record.record.ids.transactions[0], "0.40"));
    const auto bike = hold("8.00");
    tell(capture("gina", bike, "4.00"));
    const auto kite = hold("1.00");
    clock_.pass(120'000);
    tell(expire(bike).by("system:expiry").from(""));
    tell(expire(kite).by("night watch").from("clockwork"));
    const auto open = hold("2.00");
    tell(capture("gina", open, "1.50"));
}

void Story::tell_corrections() {
    const auto row = [](const Reply& reply, std::size_t side) {
        return reply.record.record.ids.transactions[side];
    };
    const auto paid = tell(deposit("erin", "80.00").ref("e-1").by("till 2"));
    const auto sent = tell(transfer("erin", "bob", "30.00").by("erin"));
    const auto cash = tell(withdraw("erin", "10.00").by("erin").from("app"));
    const Ask half = refund("erin", row(cash, 0), "4.00").ref("r-1").saying("half");
    tell(half.by("refunder").from("desk"));
    tell(refund("", row(cash, 0), "all").by("refunder 2"));
    tell(refund("bob", row(sent, 1), "1.00").ref("r-2").saying("back"));
    tell(cancel(row(sent, 0)).saying("a mistake").by("canceller").from("desk 2"));
    tell(refund("", row(paid, 0), "0.50"));
    const Ask found = adjust("erin", true, "3.00").in("CNY").ref("a-1").saying("found");
    tell(found.by("accountant").from("desk 5"));
    tell(adjust("erin", false, "2.00").saying("lost").by("accountant"));
    const Ask large = adjust("erin", true, "60.00").ref("a-2").saying("large");
    const auto up = tell(large.in("CNY").by("maker").from("desk 3"));
    tell(decide(up.approval(), true, true).saying("seen").by("checker").from("desk 4"));
    const auto down = tell(adjust("erin", false, "55.00").saying("too much").by("maker"));
    tell(decide(down.approval(), false, true).saying("no").by("checker 2").from("desk 6"));
    // One more of each at an even event, which has skips.
    tell(deposit("erin", "0.01"));
    tell(adjust("erin", true, "51.00").saying("for later").by("maker"));
}

void Story::tell_requests() {
    review_ = true;
    open_store(false);
    const auto request = [this](const char* amount) {
        return tell(request_withdrawal("erin", amount).saying("for rent").by("erin")).approval();
    };
    const Ask asked = request_withdrawal("erin", "20.00").in("CNY").ref("q-1").saying("for rent");
    const auto first = tell(asked.by("frank").from("app 2"));
    tell(decide(first.approval(), true).saying("ok").by("payer").from("bank"));
    tell(decide(request("7.00"), false).saying("not today").by("denier").from("bank 2"));
    tell(take_back("erin", request("6.00")).saying("never mind").by("erin"));
    request("5.00");
    request("3.00");
    review_ = false;
    open_store(false);
    const Ask small = request_withdrawal("erin", "2.00").in("CNY").ref("q-2").saying("now");
    const auto at_once = tell(small.by("grace").from("app 3"));
    tell(request_withdrawal("erin", "0.50").by("grace"));
    tell(refund("", at_once.record.record.ids.transactions[0], "1.00").by("refunder 3"));
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
    return {{"acme", "erin", "CNY"},       {"acme", "alice", "CNY"}, {"acme", "bob", "CNY"},
            {"acme", "carol", "POINTS2"},  {"acme", "carol", "ETH"}, {"acme", "dave", "JPY"},
            {other_tenant, "alice", "CNY"}};
}

wallet::Wallet Story::wallet(const Owned& owned) {
    const Reply reply = teller_->ask(read_wallet(owned.user, owned.currency).of(owned.tenant));
    if (reply.kind != Reply::Kind::found) throw std::runtime_error{"no wallet of " + owned.user};
    return reply.wallet;
}

}  // namespace coffer::tests
