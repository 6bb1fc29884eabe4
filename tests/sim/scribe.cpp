#include "tests/sim/scribe_reader.h"

namespace coffer::tests::sim {
namespace {

std::string number_or_none(Number number) { return number == none ? "-" : std::to_string(number); }

}  // namespace

Scribe::Scribe(std::vector<Intent>& intents) : intents_{intents} { line(history::heading); }

template <class... Parts>
void Scribe::line(const Parts&... parts) {
    bool first = true;
    const auto add = [&](std::string_view part) {
        if (!first) text_ += ' ';
        first = false;
        text_ += part;
    };
    const auto say = [&](const auto& part) {
        if constexpr (std::is_arithmetic_v<std::decay_t<decltype(part)>>) {
            add(std::to_string(part));
        } else {
            add(part);
        }
    };
    (say(parts), ...);
    text_ += '\n';
}

Number Scribe::tenant(const std::string& name) {
    line("t", tenants_, name);
    return tenants_++;
}

Number Scribe::wallet(Number tenant, const std::string& owner) {
    const auto number = static_cast<Number>(owners_.size());
    line("w", number, tenant, owner);
    owners_.push_back(owner);
    ids_.emplace_back();
    tenants_of_.push_back(tenant);
    return number;
}

Number Scribe::process(Number tenant) {
    line("p", processes_, tenant);
    return processes_++;
}

Number Scribe::invoke(Number process, const Question& asked) {
    const std::string when = at();
    const std::string verb{static_cast<char>(asked.verb)};
    if (history::moves_money(asked.verb)) {
        const Intent& intent = intents_[asked.intent];
        switch (asked.verb) {
            case Verb::transfer:
                line("i", operations_, process, when, verb, intent.wallet, intent.payee,
                     asked.intent, intent.amount);
                break;
            case Verb::unfreeze:
            case Verb::cancel:
            case Verb::approve:
            case Verb::reject:
            case Verb::take_back:
                line("i", operations_, process, when, verb, intent.wallet, asked.intent,
                     intent.origin);
                break;
            case Verb::capture:
                line("i", operations_, process, when, verb, intent.wallet,
                     number_or_none(intent.payee), asked.intent, intent.origin,
                     intent.all_left ? std::string{"-"} : std::to_string(intent.amount));
                break;
            case Verb::refund:
                line("i", operations_, process, when, verb, intent.wallet, asked.intent,
                     intent.origin,
                     intent.all_left ? std::string{"-"} : std::to_string(intent.amount));
                break;
            default:
                line("i", operations_, process, when, verb, intent.wallet, asked.intent,
                     intent.amount);
        }
    } else if (asked.verb == Verb::status) {
        line("i", operations_, process, when, verb, asked.wallet, std::string{asked.status});
    } else if (asked.verb == Verb::balance) {
        line("i", operations_, process, when, verb, asked.wallet);
    } else {
        line("i", operations_, process, when, verb, asked.wallet, asked.page_size,
             number_or_none(asked.after));
    }
    return operations_++;
}

Number Scribe::number_of(const std::string& id, Number asked) {
    const auto [found, is_new] = wallets_by_id_.emplace(id, asked);
    if (is_new) ids_[asked] = id;
    return found->second;
}

Number Scribe::entry_of(const std::string& id) {
    return entries_.emplace(id, static_cast<Number>(entries_.size())).first->second;
}

/// `name` is the reference; where there is none, what was given as the reason.
std::string Scribe::intent_of(const std::string& name) const {
    if (name.size() < 2 || name[0] != 'i') return "?";
    const std::string number = name.substr(1);
    if (number.find_first_not_of("0123456789") != std::string::npos) return "?";
    return std::stoull(number) < intents_.size() ? number : "?";
}

Learned Scribe::ok(Number operation, const Question& asked, const Answer& answer) {
    Reader read{answer.body};
    Learned learned;
    std::string text;
    const auto add = [&text](const auto& value) {
        if (!text.empty()) text += ' ';
        if constexpr (std::is_arithmetic_v<std::decay_t<decltype(value)>>) {
            text += std::to_string(value);
        } else {
            text += value;
        }
    };
    const auto add_wallet = [&](const std::string& pointer, Number wanted) {
        add(number_of(read.text(pointer + "/wallet_id"), wanted));
    };
    const auto add_row = [&](const std::string& row, const std::string& wallet, Number wanted,
                             bool with_entry) {
        add_wallet(row, wanted);
        if (with_entry) add(entry_of(read.text(row + "/entry_id")));
        add(read.number(row + "/seq"));
        add(read.amount(row + "/balance_before"));
        add(read.amount(row + "/balance_after"));
        add(read.amount(wallet + "/frozen_balance"));
    };
    const auto learn_available = [&](const std::string& wallet) {
        learned.available = read.amount(wallet + "/available_balance");
    };
    const std::string first = answer.is_repeat ? "r" : "n";
    std::string rows;
    switch (asked.verb) {
        case Verb::deposit:
        case Verb::withdraw:
        case Verb::adjust_up:
        case Verb::adjust_down:
        case Verb::refund:
        case Verb::cancel:
        case Verb::take_back:
        case Verb::capture:
            add(first);
            add_row("/data/transaction", "/data/wallet", asked.wallet, true);
            if (asked.verb == Verb::capture) judge_payment(read, asked, learned);
            if (asked.verb == Verb::cancel || asked.verb == Verb::take_back) {
                judge_cancelled(read);
            }
            learn_id(intents_[asked.intent].transaction_id, read.text("/data/transaction/id"));
            learn_available("/data/wallet");
            break;
        case Verb::transfer:
            add(first);
            add_row("/data/from_transaction", "/data/from_wallet", asked.wallet, true);
            add_row("/data/to_transaction", "/data/to_wallet", intents_[asked.intent].payee, false);
            learn_id(intents_[asked.intent].transaction_id, read.text("/data/from_transaction/id"));
            learn_id(intents_[asked.intent].other_id, read.text("/data/to_transaction/id"));
            break;
        case Verb::freeze:
        case Verb::freeze_until:
        case Verb::unfreeze:
            add(first);
            add_wallet("/data/wallet", asked.wallet);
            add(read.amount("/data/wallet/balance"));
            add(read.amount("/data/wallet/frozen_balance"));
            learn_id(intents_[asked.intent].hold_id, read.text("/data/freeze/id"));
            break;
        case Verb::request:
        case Verb::request_paid:
        case Verb::approve:
        case Verb::reject: {
            const std::string state = read.text("/data/status");
            add(first);
            add_wallet("/data", asked.wallet);
            add(state == "pending"         ? "q"
                : state == "auto_approved" ? "Q"
                : state == "completed"     ? "y"
                : state == "rejected"      ? "n"
                                           : "x");
            learn_id(intents_[asked.intent].hold_id, read.text("/data/id"));
            if (asked.verb == Verb::approve || asked.verb == Verb::request_paid) {
                learn_id(intents_[asked.intent].transaction_id, read.text("/data/transaction_id"));
            }
            break;
        }
        case Verb::status:
            add_wallet("/data", asked.wallet);
            add(read.text("/data/status") == "active" ? "a" : "z");
            break;
        case Verb::balance:
            add_wallet("/data", asked.wallet);
            add(read.amount("/data/balance"));
            add(read.amount("/data/frozen_balance"));
            learn_available("/data");
            break;
        case Verb::page: {
            const std::uint64_t count = read.count("/items");
            add(count == 0 ? asked.wallet
                           : number_of(read.text("/items/0/wallet_id"), asked.wallet));
            add(read.number("/total"));
            add(read.flag("/pagination/has_next") ? 1 : 0);
            add(count);
            learned.next_cursor = read.text("/pagination/next_cursor");
            for (std::uint64_t i = 0; i < count; ++i) {
                const std::string row = "/items/" + std::to_string(i);
                const std::string type = read.text(row + "/type");
                const Number wallet = number_of(read.text(row + "/wallet_id"), asked.wallet);
                const Minor amount = read.amount(row + "/amount");
                const std::string other = read.text(row + "/counterparty_id");
                std::string name = read.text(row + "/reference_id");
                if (name.empty()) name = read.text(row + "/description");
                std::string other_number = other.empty() ? "-" : "?";
                for (Number w = 0; w < owners_.size(); ++w) {
                    if (tenants_of_[w] == tenants_of_[asked.wallet] && owners_[w] == other) {
                        other_number = std::to_string(w);
                    }
                }
                const std::string letter = type == "deposit"              ? "d"
                                           : type == "withdraw"           ? "w"
                                           : type == "freeze"             ? "z"
                                           : type == "unfreeze"           ? "u"
                                           : type == "transfer_out"       ? "o"
                                           : type == "transfer_in"        ? "i"
                                           : type == "adjustment"         ? "a"
                                           : type == "refund"             ? "r"
                                           : type == "withdrawal_hold"    ? "h"
                                           : type == "withdrawal_release" ? "l"
                                           : type == "payment"            ? "p"
                                                                          : "x";
                const std::string intent = type == "unfreeze" && name.empty()
                                               ? expiry_of(read, row, asked.wallet, learned)
                                               : intent_of(name);
                if (type == "transfer_in" && intent != "?") {
                    learn_id(intents_[std::stoul(intent)].other_id, read.text(row + "/id"));
                }
                rows += "r " + std::to_string(wallet) + ' ' +
                        std::to_string(read.number(row + "/seq")) + ' ' + letter + ' ' +
                        std::to_string(amount) + ' ' +
                        std::to_string(read.amount(row + "/balance_before")) + ' ' +
                        std::to_string(read.amount(row + "/balance_after")) + ' ' +
                        std::to_string(entry_of(read.text(row + "/entry_id"))) + ' ' + intent +
                        ' ' + other_number + '\n';
                if (is_quiet_) {
                    add_sums(read, row);
                    add_to_freeze(type, intent, amount);
                }
            }
        }
    }
    if (!read.good()) {
        if (wrong_.empty()) wrong_ = "an answer lacks what is promised: " + answer.body;
        info(operation);
        return {};
    }
    line("o", operation, at(), text);
    text_ += rows;
    return learned;
}

void Scribe::fail(Number operation, const Question& asked, const Answer& answer) {
    Reader read{answer.body};
    const std::uint64_t code = read.number("/code");
    const std::string message = read.text("/message");
    std::string available = "-";
    // What is available, or left to be refunded or captured.
    for (const std::string_view word : {": available ", "can be refunded: ", "can be captured: "}) {
        const auto at_word = message.find(word);
        if (at_word == std::string::npos) continue;
        const auto begin = at_word + word.size();
        available =
            std::to_string(minor_of(message.substr(begin, message.find(' ', begin) - begin)));
    }
    if (!read.good() && wrong_.empty()) wrong_ = "not an error envelope: " + answer.body;
    const bool is_kept = asked.has_key && code >= 61060101 && code < 61060400;  // by the core
    if (is_kept) {
        std::string& kept = intents_[asked.intent].kept_refusal;
        if (answer.is_repeat && !kept.empty() && kept != message && wrong_.empty()) {
            wrong_ = "a repeat is refused in other words: " + message;
        }
        kept = message;
    }
    // What is repeated was true when it was first said.
    line("f", operation, at(), answer.is_repeat ? 0 : code, available);
}

void Scribe::info(Number operation) { line("n", operation, at()); }
void Scribe::due(Number freeze) { line("x", at(), freeze); }
void Scribe::death() { line("k", at()); }
void Scribe::quiet() {
    is_quiet_ = true;
    line("q", at());
}

}  // namespace coffer::tests::sim
