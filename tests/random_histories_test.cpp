#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/books.h"
#include "tests/stores.h"
#include "tests/teller.h"
#include "tests/wallet_model.h"

// Random sequences of every verb: the answers agree with a model written from the design alone, and
// an auditor who enters every record finds nothing (faults.md I1–I9, I15, I20–I24).

namespace coffer::tests {
namespace {

/// Everything chance decides about one command; turned into an Ask when its turn comes, because
/// what it can name depends on what has happened by then.
struct Step {
    int verb;
    int user;
    int other;
    int currency;
    int amount;
    int reference;
    int tenant;
    int pick;
    int pause;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
    return out << "Step{" << step.verb << ", " << step.user << ", " << step.other << ", "
               << step.currency << ", " << step.amount << ", " << step.reference << ", "
               << step.tenant << ", " << step.pick << ", " << step.pause << "}";
}

rc::Gen<Step> any_step() {
    using rc::gen::inRange;
    return rc::gen::build<Step>(
        rc::gen::set(&Step::verb, inRange(0, 30)), rc::gen::set(&Step::user, inRange(0, 4)),
        rc::gen::set(&Step::other, inRange(0, 4)), rc::gen::set(&Step::currency, inRange(0, 6)),
        rc::gen::set(&Step::amount, inRange(0, 10)), rc::gen::set(&Step::reference, inRange(0, 12)),
        rc::gen::set(&Step::tenant, inRange(0, 8)), rc::gen::set(&Step::pick, inRange(0, 1000)),
        rc::gen::set(&Step::pause, inRange(0, 5)));
}

const std::string users[] = {"alice", "bob", "carol", "dave"};
const std::string currencies[] = {"", "", "", "CNY", "EUR", "JPY"};
const std::string amounts[] = {"1", "1.00", "2.5", "10", "0.01", "7.77", "0", "30", "3", "0.001"};
const std::string references[] = {"", "", "", "", "", "", "", "", "r-1", "r-2", "r-3", "r-4"};

using wallet::PolicyField;
const std::vector<engine::PolicyText> changes[] = {
    {{PolicyField::max_balance, "20"}},
    {{PolicyField::max_balance, "null"}},
    {{PolicyField::daily_withdraw_limit, "15"}, {PolicyField::min_withdraw_amount, "null"}},
    {{PolicyField::daily_withdraw_limit, "null"}, {PolicyField::monthly_withdraw_limit, "25"}},
    {{PolicyField::min_withdraw_amount, "2"}},
    {{PolicyField::supported_currencies, "CNY,JPY"}},
    {{PolicyField::supported_currencies, ""}},
    {{PolicyField::transfer_enabled, "false"}},
    {{PolicyField::transfer_enabled, "null"}, {PolicyField::auto_open_wallets, "null"}},
    {{PolicyField::auto_open_wallets, "false"}},
    {{PolicyField::prefunded, "true"}, {PolicyField::prefunded_float, "40"}},
    {{PolicyField::prefunded, "false"}},
    {{PolicyField::withdrawal_require_review, "true"}, {PolicyField::auto_approve_limit, "3"}},
    {{PolicyField::withdrawal_require_review, "null"}},
};

template <class Rows>
auto* picked(const Rows& rows, int pick) {
    return rows.empty() ? nullptr : &rows[static_cast<std::size_t>(pick) % rows.size()];
}

Ask ask_of(const Step& step, const WalletModel& model) {
    const std::string& user = users[step.user];
    const std::string& amount = amounts[step.amount];
    Ask ask;
    switch (step.verb) {
        case 0: ask = open_wallet(user); break;
        case 1:
        case 2:
        case 3: ask = deposit(user, amount); break;
        case 4:
        case 5: ask = withdraw(user, amount); break;
        case 6:
        case 7:
        case 8: ask = transfer(user, users[step.other], amount); break;
        case 9:
        case 10: {
            // Without a reference `all` is an amount, too.
            const bool all = step.pick % 3 == 0 && references[step.reference].empty();
            ask = freeze(user, all ? "all" : amount);
            // Some are over before they are asked for, some soon, some late.
            const std::int64_t seconds = step.other * 3 - 1;
            if (step.pick % 2 == 0) ask = ask.until({FakeClock{}.wall_ms + seconds * 1'000});
            break;
        }
        case 11:
        case 12: {
            const auto* hold = picked(model.holds(), step.pick);
            // Mostly by whose it is, sometimes by somebody else.
            const bool own = hold != nullptr && step.other != 0;
            const bool anybodys = step.pick % 4 == 0;
            ask = unfreeze(anybodys ? ""
                           : own    ? model.wallets()[hold->wallet].user
                                    : user,
                           hold == nullptr ? wallet::PublicId{1} : hold->id);
            break;
        }
        case 13: ask = adjust(user, step.pick % 2 == 0, amount); break;
        case 14:
        case 15:
        case 16: {
            const auto* entry = picked(model.entries(), step.pick);
            const int side = step.other % 2;
            const auto& owner = entry == nullptr ? std::nullopt
                                : side == 0      ? entry->payer
                                                 : entry->payee;
            const auto id = owner ? entry->ids[side] : wallet::PublicId{1};
            const bool all = step.amount % 3 == 0;
            // Mostly without saying whose, then by whose it is, then by anybody.
            const std::string whose = step.pick % 2 == 0            ? ""
                                      : owner && step.pick % 5 != 0 ? model.wallets()[*owner].user
                                                                    : user;
            ask = refund(whose, id, all ? "all" : amount);
            ask.cancels = all && step.pick % 4 == 0;
            break;
        }
        case 17:
        case 18: ask = request_withdrawal(user, amount); break;
        case 19:
        case 20:
        case 21: {
            const auto* approval = picked(model.approvals(), step.pick);
            const auto id = approval == nullptr ? wallet::PublicId{1} : approval->id;
            const bool adjustment = approval == nullptr ? step.pick % 2 == 0 : approval->adjustment;
            const std::string whose = step.pick % 3 == 0 ? "" : user;
            ask = step.verb == 21 ? take_back(whose, id)
                                  : decide(id, step.amount % 3 != 0, adjustment);
            break;
        }
        case 22:
        case 23:
            ask = set_policy(step.other == 0 ? "kiosk" : "shop",
                             changes[static_cast<std::size_t>(step.pick) % std::size(changes)]);
            break;
        case 24: ask = remove_policy("shop"); break;
        case 25:
        case 26:
        case 27: {
            const auto* hold = picked(model.holds(), step.pick);
            const bool own = hold != nullptr && step.other != 0;
            ask = capture(own ? model.wallets()[hold->wallet].user : user,
                          hold == nullptr ? wallet::PublicId{1} : hold->id,
                          step.amount % 3 == 0 ? "all" : amount,
                          step.pick % 3 == 0 ? "" : users[step.pick % 4]);
            break;
        }
        case 28: {
            const auto* hold = picked(model.holds(), step.pick);
            ask = expire(hold == nullptr ? wallet::PublicId{1} : hold->id);
            break;
        }
        default: {
            const auto* wallet = picked(model.wallets(), step.pick);
            const auto status = static_cast<wallet::WalletStatus>(step.other % 3 + 1);
            ask = change_status(wallet == nullptr ? wallet::PublicId{1} : wallet->id, status);
        }
    }
    return ask.in(currencies[step.currency])
        .ref(references[step.reference])
        .of(step.tenant == 0 ? "other" : "acme")
        .by(users[step.other]);
}

// A wallet or hold born in the batch that is being made has no id that anybody could name yet.
bool names_the_unborn(const Ask& ask) {
    const bool by_id = ask.what == Ask::What::unfreeze || ask.what == Ask::What::capture ||
                       ask.what == Ask::What::expire || ask.what == Ask::What::status ||
                       ask.what == Ask::What::refund || ask.what == Ask::What::decide ||
                       ask.what == Ask::What::take_back;
    return by_id && ask.id == wallet::PublicId{};
}

std::optional<long> alone_of(const StoreSetup& setup) {
    if (!setup.adjust_alone_max) return std::nullopt;
    return static_cast<long>(setup.adjust_alone_max->digits);
}

class Session {
public:
    Session(const StoreKind& kind, const StoreSetup& setup)
        : house_{kind.build(setup)},
          whole_{kind.name != "postgres"},
          teller_{house_->store()},
          model_{{.auto_open_wallets = setup.auto_open_wallets,
                  .wallets_per_user_max = setup.wallets_per_user_max,
                  .review_withdrawals = !setup.policy.empty(),
                  .adjust_alone_max = alone_of(setup)}},
          knows_policies_{kind.knows_policies} {}

    void run(const std::vector<Step>& steps) {
        std::vector<Ask> asks;
        std::vector<std::string> expected;
        for (const Step& step : steps) {
            const Ask ask = ask_of(step, model_);
            if (names_the_unborn(ask)) continue;
            if (!knows_policies_ && !ask.policy_of.empty()) continue;
            // It waits for the record of its transaction, and is decided after its neighbours.
            const bool waits = ask.what == Ask::What::refund;
            const bool approves = ask.what == Ask::What::request_withdrawal ||
                                  ask.what == Ask::What::decide || ask.what == Ask::What::take_back;
            const bool more_of_holds = ask.what == Ask::What::capture ||
                                       ask.what == Ask::What::expire || ask.expires_at != Instant{};
            if ((waits || approves || more_of_holds) && !whole_) continue;
            if (waits) settle(asks, expected);
            asks.push_back(ask);
            model_.at(house_->clock.now());
            expected.push_back(model_.expected(ask));
            if (step.pause == 0 && !waits) continue;  // the next one goes into the same batch
            settle(asks, expected);
            house_->clock.pass(step.pause * 400 - 400);
        }
        settle(asks, expected);
        check_balances();
    }

private:
    void settle(std::vector<Ask>& asks, std::vector<std::string>& expected) {
        const auto replies = teller_.ask_all(asks);
        for (std::size_t i = 0; i < replies.size(); ++i) {
            const Reply& reply = replies[i];
            RC_ASSERT(describe(reply, house_->store().currencies()) == expected[i]);
            if (reply.took_effect()) books_.enter(reply.record);
            model_.learn(reply);
        }
        RC_ASSERT(books_.findings() == std::vector<std::string>{});
        asks.clear();
        expected.clear();
    }

    void check_balances() {
        for (const char* tenant : {"acme", "other"}) {
            for (const std::string& user : users) {
                for (const char* currency : {"", "CNY", "EUR", "JPY"}) {
                    check(tenant, user, currency);
                }
            }
        }
        const auto figures = house_->store().figures();
        RC_ASSERT(figures.law_breaches == 0u);
        RC_ASSERT(figures.wallets == model_.wallets().size());
    }

    void check(const char* tenant, const std::string& user, const char* currency) {
        const Reply reply = teller_.ask(read_wallet(user, currency).of(tenant));
        const WalletModel::Wallet* wanted = model_.readable(tenant, user, currency);
        RC_ASSERT((reply.kind == Reply::Kind::found) == (wanted != nullptr));
        if (wanted == nullptr) return;
        RC_ASSERT(reply.wallet.id == wanted->id);
        RC_ASSERT(reply.wallet.available == wanted->available);
        RC_ASSERT(reply.wallet.held == wanted->held);
        RC_ASSERT(reply.wallet.open_holds == wanted->open_holds);
        RC_ASSERT(reply.wallet.status == wanted->status);
        RC_ASSERT(reply.owner == user);
    }

    std::unique_ptr<StoreHouse> house_;
    bool whole_;  // the trial has no refunds, no approvals and no captures
    Teller teller_;
    WalletModel model_;
    bool knows_policies_;
    Books books_;
};

class RandomHistories : public testing::TestWithParam<StoreKind> {};

std::vector<Step> many_steps() {
    return *rc::gen::scale(4.0, rc::gen::container<std::vector<Step>>(any_step()));
}

TEST_P(RandomHistories, agree_with_the_model_and_satisfy_the_auditor) {
    EXPECT_TRUE(rc::check([] { Session{GetParam(), {}}.run(many_steps()); }));
}

TEST_P(RandomHistories, agree_where_the_operator_opens_wallets_and_allows_two) {
    const StoreSetup setup{.auto_open_wallets = false, .wallets_per_user_max = 2};
    EXPECT_TRUE(rc::check([&] { Session{GetParam(), setup}.run(many_steps()); }));
}

TEST_P(RandomHistories, agree_where_a_second_person_has_to_decide) {
    if (GetParam().name == "postgres") GTEST_SKIP() << "the trial has no approvals";
    const StoreSetup setup{.policy = {{wallet::PolicyField::withdrawal_require_review, "true"}},
                           .adjust_alone_max = money::Decimal{2, 0}};
    EXPECT_TRUE(rc::check([&] { Session{GetParam(), setup}.run(many_steps()); }));
}

INSTANTIATE_TEST_SUITE_P(Every, RandomHistories, testing::ValuesIn(store_kinds()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace coffer::tests
