#include "tests/history/generator_service.h"

#include <algorithm>

namespace coffer::tests::history {
namespace {

void put(std::string& text, std::int64_t value) {
    if (!text.empty() && text.back() != '\n') text += ' ';
    text += std::to_string(value);
}

// So many rows of a wallet are surely not all under way at once.
constexpr std::size_t surely_old = 20;

}  // namespace

auto GeneratorService::refuse(Number code, Minor available) -> Answer {
    Answer answer{.ok = false, .text = std::to_string(code)};
    answer.text += available < 0 ? std::string{" -"} : ' ' + std::to_string(available);
    return answer;
}

Number GeneratorService::add(Number number, Minor change, Minor held, Row row) {
    Wallet& wallet = wallets_[number];
    row.before = wallet.balance;
    row.balance = wallet.balance += change;
    row.held = wallet.held += held;
    row.entry = entries_;
    wallet.rows.push_back(row);
    return static_cast<Number>(wallet.rows.size());
}

Number GeneratorService::want(const Intent& intent) {
    const auto number = static_cast<Number>(intents_.size());
    intents_.push_back(intent);
    intents_.back().wanted_while_frozen = wallets_[intent.wallet].surely_frozen();
    if (intent.verb == Verb::freeze_until) {
        intents_.push_back({.verb = Verb::unfreeze,
                            .wallet = intent.wallet,
                            .freeze = number,
                            .all_left = true,
                            .by_itself = true});
    }
    return number;
}

void GeneratorService::apply(Number number) {
    Intent& intent = intents_[number];
    Row row{.type = static_cast<char>(intent.verb),
            .amount = intent.amount,
            .intent = number,
            .counterparty = none};
    switch (intent.verb) {
        case Verb::deposit: {
            const bool more = wrongs(Mischief::adds_one_to_a_deposit);
            if (!wallets_[intent.wallet].rows.empty() && wrongs(Mischief::adds_one_between_rows)) {
                ++wallets_[intent.wallet].balance;
            }
            intent.seq = add(intent.wallet, intent.amount + (more ? 1 : 0), 0, row);
            if (wrongs(Mischief::doubles_a_deposit)) add(intent.wallet, intent.amount, 0, row);
            break;
        }
        case Verb::withdraw: intent.seq = add(intent.wallet, -intent.amount, 0, row); break;
        case Verb::freeze:
        case Verb::freeze_until:
            row.type = 'z';
            intent.still_held = intent.amount;
            intent.seq = add(intent.wallet, 0,
                             intent.amount + (wrongs(Mischief::holds_one_more) ? 1 : 0), row);
            break;
        case Verb::refund:
        case Verb::cancel: apply_refund(number); break;
        case Verb::request:
            row.type = 'h';
            intent.seq = add(intent.wallet, 0, intent.amount, row);
            break;
        case Verb::request_paid:
            row.type = 'w';
            intent.decided = true;
            intent.seq = add(intent.wallet, -intent.amount, 0, row);
            break;
        case Verb::approve:
        case Verb::reject:
        case Verb::take_back: apply_decision(number); break;
        case Verb::unfreeze: apply_end(number); break;
        case Verb::capture: apply_payment(number); break;
        case Verb::adjust_up:
        case Verb::adjust_down: {
            row.type = 'a';
            const bool up =
                (intent.verb == Verb::adjust_up) != wrongs(Mischief::adjusts_the_wrong_way);
            intent.seq = add(intent.wallet, up ? intent.amount : -intent.amount, 0, row);
            break;
        }
        default:
            row.type = 'o';
            row.counterparty = intent.payee;
            intent.seq = add(intent.wallet, -intent.amount, 0, row);
            if (wrongs(Mischief::splits_an_entry)) ++entries_;
            row.type = 'i';
            row.counterparty = intent.wallet;
            intent.payee_seq = add(intent.payee, intent.amount, 0, row);
    }
    ++entries_;
}

void GeneratorService::take_back(Number number) {
    Intent& intent = intents_[number];
    Wallet& wallet = wallets_[intent.wallet];
    wallet.rows.pop_back();
    wallet.balance = wallet.rows.empty() ? 0 : wallet.rows.back().balance;
    wallet.held = wallet.rows.empty() ? 0 : wallet.rows.back().held;
    intent.seq = 0;
}

/// What the rules say against it; `ok` where they say nothing.
auto GeneratorService::refusal(const Intent& intent) const -> Answer {
    const Wallet& wallet = wallets_[intent.wallet];
    const Minor available = wallet.balance - wallet.held;
    if (intent.verb == Verb::deposit) return {};
    if (wallet.rows.empty()) return refuse(61060101);
    if (intent.verb == Verb::adjust_up) return {};
    if (intent.is_due) return refuse(61060215);
    const bool by_operator = intent.verb == Verb::freeze || intent.verb == Verb::freeze_until ||
                             intent.verb == Verb::adjust_down;
    if (!by_operator && wallet.status == 'z') return refuse(61060107);
    if (intent.payee != none && wallets_[intent.payee].rows.empty()) return refuse(61060102);
    return available < intent.amount ? refuse(61060201, available) : Answer{};
}

auto GeneratorService::repeat(Number number) -> Answer {
    const Intent& intent = intents_[number];
    if (number == half_) return {.lost = true};
    if (intent.heard && wrongs(Mischief::refuses_a_repeat)) return refuse(61060201, 0);
    if (intent.heard && wrongs(Mischief::calls_a_repeat_a_first)) return told(number, 'n');
    if (intent.verb == Verb::deposit && wrongs(Mischief::repeats_an_effect)) {
        apply(number);
        return told(number, 'n');
    }
    return told(number, 'r');
}

auto GeneratorService::move(Number number) -> Answer {
    const Intent intent = intents_[number];
    if (decides(intent.verb)) return move_decision(number);
    if (intent.origin != none) return move_refund(number);
    if (intent.freeze != none) return move_of_freeze(number);
    if (intent.seq != 0) return repeat(number);
    Answer refused = refusal(intent);
    const bool out = intent.verb == Verb::withdraw;
    const bool there = !wallets_[intent.wallet].rows.empty();
    if (!refused.ok) {
        const bool short_of = refused.text.starts_with("61060201");
        const bool frozen = refused.text.starts_with("61060107");
        const Wallet& wallet = wallets_[intent.wallet];
        const bool enough = wallet.balance - wallet.held >= intent.amount;
        // Else it may have come before the freeze, or behind a thaw that is under way.
        const bool surely = frozen && intent.wanted_while_frozen && wallet.surely_frozen();
        if (!(out && short_of && wrongs(Mischief::pays_out_too_much)) &&
            !(out && surely && enough && wrongs(Mischief::pays_out_while_frozen))) {
            return refused;
        }
    } else if (out && !wallets_[intent.wallet].freeze_asked && wrongs(Mischief::calls_it_frozen)) {
        return refuse(61060107);
    } else if (out && wrongs(Mischief::calls_it_short)) {
        const Wallet& wallet = wallets_[intent.wallet];
        return refuse(61060201, wallet.balance - wallet.held);
    } else if (out && wallets_[intent.wallet].rows.size() > surely_old &&
               wrongs(Mischief::calls_it_absent)) {
        return refuse(61060101);
    }
    const bool adjusts = intent.verb == Verb::adjust_up || intent.verb == Verb::adjust_down;
    if (adjusts && wallets_[intent.wallet].status == 'z' &&
        wrongs(Mischief::calls_an_adjustment_frozen)) {
        return refuse(61060107);
    }
    apply(number);
    // An earlier try may have had the effect.
    if (out && intent.tries <= 1 && wrongs(Mischief::refuses_and_applies)) {
        return refuse(61060201, 0);
    }
    if (intent.payee != none && wrongs(Mischief::keeps_half_a_transfer)) {
        Answer answer = told(number, 'n');
        Wallet& payee = wallets_[intent.payee];
        payee.rows.pop_back();
        payee.balance = payee.rows.back().balance;
        payee.held = payee.rows.back().held;
        answer.lost = true;
        half_ = number;
        return answer;
    }
    const bool first = !(intent.verb == Verb::deposit && wrongs(Mischief::calls_a_first_a_repeat));
    Answer answer = told(number, first ? 'n' : 'r');
    const bool lost =
        (intent.verb == Verb::deposit && there && wrongs(Mischief::loses_a_deposit)) ||
        (adjusts && wrongs(Mischief::loses_an_adjustment)) ||
        (intent.verb == Verb::freeze && wrongs(Mischief::loses_a_freeze));
    if (lost) take_back(number);
    return answer;
}

auto GeneratorService::told(Number number, char first) const -> Answer {
    const Intent& intent = intents_[number];
    const Row& row = wallets_[intent.wallet].rows[intent.seq - 1];
    Answer answer{.text = std::string{first}};
    put(answer.text, intent.wallet);
    if (tells_state(intent.verb)) {
        answer.text += {' ', static_cast<char>(intent.verb)};
        return answer;
    }
    if (intent.verb != Verb::freeze && intent.verb != Verb::freeze_until &&
        intent.verb != Verb::unfreeze) {
        put(answer.text, row.entry);
        put(answer.text, intent.seq);
        put(answer.text, row.before);
    }
    put(answer.text, row.balance);
    put(answer.text, row.held);
    if (intent.payee != none) {
        const Row& payee = wallets_[intent.payee].rows[intent.payee_seq - 1];
        put(answer.text, intent.payee);
        put(answer.text, intent.payee_seq);
        put(answer.text, payee.before);
        put(answer.text, payee.balance);
        put(answer.text, payee.held);
    }
    return answer;
}

bool GeneratorService::never_arrived(Number number) {
    const Intent& intent = intents_[number];
    const bool may = intent.verb == Verb::deposit && intent.seq == 0;
    if (!may || !wrongs(Mischief::applies_after_death)) return false;
    late_ = number;
    return true;
}

void GeneratorService::before_last_reads() {
    end_due_freezes();
    if (late_ != none && intents_[late_].seq == 0) {
        apply(late_);
    } else if (late_ != none) {
        did_wrong_ = false;  // somebody asked again
    }
    for (Wallet& wallet : wallets_) {
        if (wallet.rows.size() <= 1 || wallet.rows.back().type != 'd') continue;
        if (wrongs(Mischief::loses_the_newest_row)) take_back(wallet.rows.back().intent);
    }
}

auto GeneratorService::set_status(Number wallet, char status) -> Answer {
    if (wallets_[wallet].rows.empty()) return refuse(61060101);
    wallets_[wallet].status = status;
    return {.text = std::to_string(wallet) + ' ' + status};
}

bool GeneratorService::differs_from_newer(const Wallet& wallet, std::size_t seq) const {
    const Row& old = wallet.rows[seq - 1];
    return std::none_of(
        wallet.rows.begin() + static_cast<std::ptrdiff_t>(seq), wallet.rows.end(),
        [&old](const Row& row) { return row.balance == old.balance && row.held == old.held; });
}

auto GeneratorService::balance(Number number, bool foreign) -> Answer {
    const Wallet& wallet = wallets_[number];
    if (wallet.rows.empty()) return refuse(61060101);
    if (foreign && !wrongs(Mischief::answers_foreign_client)) return refuse(61060101);
    Answer answer{.text = std::to_string(number)};
    if (!foreign && wrongs(Mischief::shows_foreign_balance)) {
        answer.text = std::to_string(number == 0 ? 1 : number - 1);
    }
    if (wallet.rows.size() > surely_old &&
        differs_from_newer(wallet, wallet.rows.size() - surely_old) &&
        wrongs(Mischief::reads_stale_balance)) {
        const Row& old = wallet.rows[wallet.rows.size() - surely_old - 1];
        put(answer.text, old.balance);
        put(answer.text, old.held);
        return answer;
    }
    put(answer.text, wallet.balance);
    put(answer.text, wallet.held);
    return answer;
}

}  // namespace coffer::tests::history
