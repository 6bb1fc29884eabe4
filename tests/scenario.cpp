#include "tests/scenario.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>

#include "tests/books.h"
#include "tests/scenario_line.h"
#include "tests/stores.h"

namespace coffer::tests {
namespace {

/// The words `field=value` of a line, taken out.
std::vector<engine::PolicyText> policy_in(ScenarioLine& line) {
    std::vector<engine::PolicyText> fields;
    std::erase_if(line.words, [&](const std::string& word) {
        const std::size_t sign = word.find('=');
        if (sign == std::string::npos) return false;
        const auto field = wallet::parse_policy_field(word.substr(0, sign));
        EXPECT_TRUE(field) << "not a field of a policy: " << word;
        if (field) fields.push_back({*field, word.substr(sign + 1)});
        return true;
    });
    return fields;
}

StoreSetup setup_of(ScenarioLine line) {
    StoreSetup setup;
    line.next();
    setup.policy = policy_in(line);
    const std::string currency = line.take("default");
    if (!currency.empty()) setup.default_currency = currency;
    setup.auto_open_wallets = line.take("auto_open") != "off";
    if (line.take("review") == "on") {
        setup.policy.push_back({wallet::PolicyField::withdrawal_require_review, "true"});
    }
    const std::string alone = line.take("adjust_alone");
    if (!alone.empty()) setup.adjust_alone_max = money::parse_decimal(alone).value();
    const std::string wallets = line.take("wallets_per_user");
    if (!wallets.empty()) {
        setup.wallets_per_user_max = static_cast<std::uint32_t>(std::stoul(wallets));
    }
    return setup;
}

class Player {
public:
    Player(const StoreKind& kind, const StoreSetup& setup)
        : house_{kind.build(setup)}, teller_{std::make_unique<Teller>(house_->store())} {}

    void step(ScenarioLine line);
    void finish();

private:
    void restart();
    void run_batch();
    void note(const Ask& ask, const ScenarioLine& line, const std::string& name,
              const Reply& reply);
    [[nodiscard]] Ask ask_of(const std::string& verb, ScenarioLine& line);
    [[nodiscard]] Ask status_of(ScenarioLine& line);
    void check_due(ScenarioLine& line);
    void check_balance(ScenarioLine& line);
    void check_rows(ScenarioLine& line);
    void check_requests(ScenarioLine& line);
    void check_books(ScenarioLine& line);
    void check_trial_balance(ScenarioLine& line);

    [[nodiscard]] const money::CurrencyTable& currencies() { return house_->store().currencies(); }
    [[nodiscard]] std::string text_of(Int128 minor_units, const std::string& currency) {
        std::string out;
        money::append_minor_units(out, minor_units,
                                  currencies().decimals(*currencies().find(currency)));
        return out;
    }

    struct Waiting {
        Ask ask;
        ScenarioLine line;
        std::string name;
    };

    std::unique_ptr<StoreHouse> house_;
    std::unique_ptr<Teller> teller_;
    Books books_;
    std::string tenant_ = "acme";
    std::string application_ = "shop";
    std::map<std::string, std::uint32_t> tenant_numbers_;
    std::map<std::string, wallet::PublicId> named_;
    std::map<std::string, wallet::PublicId> transactions_;
    std::map<std::string, std::pair<wallet::PublicId, bool>> approvals_;  // true: an adjustment
    bool batching_ = false;
    std::vector<Waiting> waiting_;
};

Ask Player::status_of(ScenarioLine& line) {
    const std::string name = line.next();
    const std::string status = line.next();
    const auto parsed = wallet::parse_wallet_status(status);
    EXPECT_TRUE(parsed) << "not a status: " << status;
    wallet::PublicId id{1};  // of nothing
    if (named_.contains(name)) {
        id = named_[name];
    } else {
        const Reply found = teller_->ask(read_wallet(name).of(tenant_));
        if (found.kind == Reply::Kind::found) id = found.wallet.id;
    }
    return change_status(id, parsed.value_or(wallet::WalletStatus::active));
}

Ask Player::ask_of(const std::string& verb, ScenarioLine& line) {
    const std::string reference = line.take("ref");
    const std::string actor = line.take("by");
    const std::string hours = line.take("for");
    if (verb == "policy") {
        auto fields = policy_in(line);
        return set_policy(line.next(), std::move(fields)).of(tenant_).from(application_);
    }
    if (verb == "no_policy") return remove_policy(line.next()).of(tenant_).from(application_);
    const std::string currency = line.take_currency();
    Ask ask;
    if (verb == "status") {
        ask = status_of(line);
    } else if (verb == "open") {
        ask = open_wallet(line.next());
    } else if (verb == "unfreeze") {
        std::string user = line.next();
        if (user == "anybody") user.clear();
        const std::string hold = line.next();
        ask = unfreeze(user, named_.contains(hold) ? named_[hold] : wallet::PublicId{1});
    } else if (verb == "capture") {
        const std::string payee = line.take("->");
        const std::string user = line.next();
        const std::string hold = line.next();
        ask = capture(user, named_.contains(hold) ? named_[hold] : wallet::PublicId{1}, line.next(),
                      payee);
    } else if (verb == "expire") {
        ask = expire(named_.at(line.next()));
    } else if (verb == "request") {
        const std::string user = line.next();
        ask = request_withdrawal(user, line.next());
    } else if (verb == "approve" || verb == "reject" || verb == "take-back") {
        const std::string user = line.take("of");
        const std::string name = line.next();
        const bool known = approvals_.contains(name);
        const auto id = known ? approvals_[name].first : wallet::PublicId{1};
        ask = verb == "take-back" ? take_back(user, id)
                                  : decide(id, verb == "approve", known && approvals_[name].second);
    } else if (verb == "adjust") {
        const std::string user = line.next();
        const std::string direction = line.next();
        EXPECT_TRUE(direction == "up" || direction == "down");
        ask = adjust(user, direction == "up", line.next());
    } else if (verb == "refund" || verb == "cancel") {
        const std::string user = line.take("of");
        const std::string name = line.next();
        const auto id = transactions_.contains(name) ? transactions_[name] : wallet::PublicId{1};
        ask = verb == "cancel" ? cancel(id) : refund(user, id, line.next());
    } else if (verb == "transfer") {
        const std::string payer = line.next();
        EXPECT_EQ(line.next(), "->");
        const std::string payee = line.next();
        ask = transfer(payer, payee, line.next());
    } else {
        const std::string user = line.next();
        const std::string amount = line.next();
        EXPECT_TRUE(verb == "deposit" || verb == "withdraw" || verb == "freeze")
            << "not a step: " << verb;
        ask = verb == "deposit"    ? deposit(user, amount)
              : verb == "withdraw" ? withdraw(user, amount)
                                   : freeze(user, amount);
    }
    if (!actor.empty()) ask = ask.by(actor);
    if (!hours.empty()) {
        ask = ask.until({house_->clock.wall_ms + std::stoll(hours) * 3'600'000});
    }
    return ask.in(currency).ref(reference).of(tenant_).from(application_);
}

void Player::step(ScenarioLine line) {
    SCOPED_TRACE("line " + std::to_string(line.number) + ": " + line.text);
    std::string verb = line.next();
    const bool dry = verb == "would";
    if (dry) verb = line.next();
    if (verb == "tenant") {
        tenant_ = line.next();
    } else if (verb == "app") {
        application_ = line.next();
    } else if (verb == "wait") {
        house_->clock.pass(std::stoll(line.next()) * 3'600'000);  // hours
    } else if (verb == "batch") {
        batching_ = true;
    } else if (verb == "end") {
        run_batch();
    } else if (verb == "restart") {
        restart();
    } else if (verb == "due") {
        check_due(line);
    } else if (verb == "balance") {
        check_balance(line);
    } else if (verb == "rows") {
        check_rows(line);
    } else if (verb == "requests") {
        check_requests(line);
    } else if (verb == "books") {
        check_books(line);
    } else if (verb == "trial") {
        check_trial_balance(line);
    } else {
        const std::string name = line.take("as");
        Ask ask = ask_of(verb, line);
        if (dry) ask = ask.dry();
        waiting_.push_back({ask, line, name});
        if (!batching_) run_batch();
    }
}

void Player::run_batch() {
    std::vector<Ask> asks;
    for (const Waiting& each : waiting_) asks.push_back(each.ask);
    const auto replies = teller_->ask_all(asks);
    for (std::size_t i = 0; i < replies.size(); ++i) {
        note(asks[i], waiting_[i].line, waiting_[i].name, replies[i]);
    }
    waiting_.clear();
    batching_ = false;
    house_->clock.pass(1000);
}

void Player::note(const Ask& ask, const ScenarioLine& line, const std::string& name,
                  const Reply& reply) {
    SCOPED_TRACE("line " + std::to_string(line.number) + ": " + line.text);
    const std::string said = describe(reply, currencies());
    if (line.expected.empty()) {
        EXPECT_TRUE(reply.took_effect()) << "but: " << said;
    } else {
        EXPECT_EQ(said, line.expected);
    }
    if (!reply.took_effect()) return;
    if (ask.dry_run) {
        EXPECT_EQ(reply.record.record.ids.entry, wallet::PublicId{});
        return;
    }
    books_.enter(reply.record);
    tenant_numbers_[ask.tenant] = reply.record.record.request.tenant.value;
    if (name.empty()) return;
    named_[name] = ask.what == Ask::What::freeze ? reply.hold() : reply.line().id;
    if (!reply.record.record.approvals.empty()) {
        approvals_[name] = {reply.approval(), ask.what == Ask::What::adjust};
    }
    transactions_[name] = reply.record.record.ids.transactions[0];
    transactions_[name + ".in"] = reply.record.record.ids.transactions[1];
}

void Player::restart() {
    teller_.reset();
    house_->reopen();
    teller_ = std::make_unique<Teller>(house_->store());
}

void Player::check_due(ScenarioLine& line) {
    std::vector<wallet::PublicId> expected;
    for (std::string name = line.next(); !name.empty(); name = line.next()) {
        expected.push_back(named_.at(name));
    }
    std::vector<wallet::PublicId> due;
    for (const engine::DueHold& hold : house_->store().due_holds(house_->clock.now(), 10)) {
        EXPECT_EQ(hold.tenant, tenant_);
        due.push_back(hold.id);
    }
    EXPECT_EQ(due, expected);
}

void Player::check_balance(ScenarioLine& line) {
    const std::string held = line.take("held");
    const std::string currency = line.take_currency();
    const std::string user = line.next();
    const std::string total = line.next();
    const std::string status = line.next();
    const Reply reply = teller_->ask(read_wallet(user, currency).of(tenant_));
    ASSERT_EQ(reply.kind, Reply::Kind::found) << describe(reply, currencies());
    const std::string code{currencies().code(reply.wallet.currency)};
    EXPECT_EQ(text_of(reply.wallet.posted(), code), total);
    if (held.empty()) {
        EXPECT_EQ(reply.wallet.held, 0) << "something is held";
    } else {
        EXPECT_EQ(text_of(reply.wallet.held, code), held);
    }
    EXPECT_EQ(wallet::to_text(reply.wallet.status), status.empty() ? "active" : status);
}

void Player::check_rows(ScenarioLine& line) {
    const std::string only = line.take("only");
    const std::string currency = line.take_currency();
    const std::string user = line.next();
    using State = engine::ListHistory::State;
    const State state = only.empty()          ? State::any
                        : only == "completed" ? State::completed
                                              : State::cancelled;
    std::string expected;
    for (std::string word = line.next(); !word.empty(); word = line.next()) {
        if (!expected.empty()) expected += ' ';
        expected += word;
    }
    const Reply reply = teller_->ask(
        list_history(user, {.state = state, .rows_max = 100}).in(currency).of(tenant_));
    ASSERT_EQ(reply.kind, Reply::Kind::page) << describe(reply, currencies());
    EXPECT_EQ(reply.total, reply.rows.size());
    std::string found;
    for (const KeptRow& row : reply.rows) {
        if (!found.empty()) found += ' ';
        found += wallet::to_text(row.row().type);
        found += ' ';
        found +=
            text_of(row.record.request.amount, std::string{currencies().code(row.row().currency)});
        if (row.refunded && row.refunded->cancelled) found += '!';
    }
    EXPECT_EQ(found, expected);
}

void Player::check_requests(ScenarioLine& line) {
    const std::string user = line.take("of");
    const std::string only = line.take("only");
    std::string expected;
    for (std::string word = line.next(); !word.empty(); word = line.next()) {
        if (!expected.empty()) expected += ' ';
        expected += word;
    }
    engine::ListApprovals filters{.rows_max = 100};
    if (!only.empty()) filters.state = wallet::parse_approval_state(only).value();
    const Reply reply = teller_->ask(list_approvals(filters, user).of(tenant_));
    ASSERT_EQ(reply.kind, Reply::Kind::approvals) << describe(reply, currencies());
    EXPECT_EQ(reply.total, reply.approvals.size());
    std::string found;
    for (const wallet::Approval& row : reply.approvals) {
        if (!found.empty()) found += ' ';
        found += wallet::to_text(row.state);
        found += ' ';
        found += text_of(row.amount, "CNY");
    }
    EXPECT_EQ(found, expected);
}

void Player::check_books(ScenarioLine& line) {
    const std::string currency = line.take_currency();
    const std::string name = line.next();
    auto kind = ledger::AccountKind::settlement;
    if (name == "expense") {
        kind = ledger::AccountKind::expense_adjustments;
    } else if (name == "income") {
        kind = ledger::AccountKind::income_adjustments;
    } else if (name != "settlement") {
        kind = line.next() == "available" ? ledger::AccountKind::wallet_available
                                          : ledger::AccountKind::wallet_frozen;
    }
    const std::string side = line.next();
    const std::string amount = line.next();
    const money::Currency wanted = *currencies().find(currency);
    Int128 net_debit = 0;
    for (const auto& [ref, account] : books_.accounts()) {
        if (ref.kind != kind || ref.currency != wanted) continue;
        if (ref.tenant.value != tenant_numbers_[tenant_]) continue;
        if (ref.wallet.value != 0 && books_.wallets().at(ref.wallet.value).owner != name) continue;
        net_debit += account.net_debit();
    }
    EXPECT_TRUE(side == "debit" || side == "credit");
    EXPECT_EQ(text_of(side == "debit" ? net_debit : -net_debit, currency), amount);
}

void Player::check_trial_balance(ScenarioLine& line) {
    EXPECT_EQ(line.next(), "balance");
    const std::string currency = line.take_currency();
    Int128 debits = 0;
    Int128 credits = 0;
    for (const auto& [ref, account] : books_.accounts()) {
        if (ref.currency != *currencies().find(currency)) continue;
        if (ref.tenant.value != tenant_numbers_[tenant_]) continue;
        const Int128 net = account.net_debit();
        (net > 0 ? debits : credits) += net > 0 ? net : -net;
    }
    const std::string total = line.next();
    EXPECT_EQ(text_of(debits, currency), total) << "debit side";
    EXPECT_EQ(text_of(credits, currency), total) << "credit side";
}

void Player::finish() {
    EXPECT_TRUE(waiting_.empty()) << "a batch without an end";
    for (const std::string& finding : books_.findings()) ADD_FAILURE() << finding;
    std::map<std::uint32_t, std::string> tenants;
    for (const auto& [name, number] : tenant_numbers_) tenants[number] = name;
    for (const auto& [number, page] : books_.wallets()) {
        const Reply reply = teller_->ask(check_integrity(page.id).of(tenants[page.tenant]));
        ASSERT_EQ(reply.kind, Reply::Kind::integrity);
        EXPECT_EQ(reply.integrity.broken_at, 0u);
        EXPECT_EQ(reply.integrity.records, page.events);
        if (page.closed) continue;
        const std::string code{currencies().code(page.currency)};
        const Reply read = teller_->ask(read_wallet(page.owner, code).of(tenants[page.tenant]));
        ASSERT_EQ(read.kind, Reply::Kind::found);
        EXPECT_EQ(read.wallet.available, page.available);
        EXPECT_EQ(read.wallet.held, page.held);
        EXPECT_EQ(read.wallet.events, page.events);
    }
    EXPECT_EQ(house_->store().figures().law_breaches, 0u);
}

}  // namespace

void play(std::string_view story) {
    auto lines = lines_of(story);
    ASSERT_FALSE(lines.empty());
    StoreSetup setup;
    if (lines.front().words.front() == "settings") {
        setup = setup_of(lines.front());
        lines.erase(lines.begin());
    }
    const bool needs_policies =
        !setup.policy.empty() || std::ranges::any_of(lines, [](const ScenarioLine& line) {
            return line.words.front() == "policy" || line.words.front() == "no_policy";
        });
    for (const StoreKind& kind : store_kinds()) {
        if (needs_policies && !kind.knows_policies) continue;
        SCOPED_TRACE("store: " + kind.name);
        Player player{kind, setup};
        for (const ScenarioLine& line : lines) player.step(line);
        player.finish();
    }
}

}  // namespace coffer::tests
