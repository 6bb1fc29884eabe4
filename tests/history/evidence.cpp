#include "tests/history/evidence.h"

namespace coffer::tests::history {

std::string_view name_of(Rule rule) {
    switch (rule) {
        case Rule::history: return "history";
        case Rule::tenancy: return "tenancy";
        case Rule::invention: return "invention";
        case Rule::exactly_once: return "exactly_once";
        case Rule::unchanged: return "unchanged";
        case Rule::effect: return "effect";
        case Rule::sequence: return "sequence";
        case Rule::statement: return "statement";
        case Rule::durability: return "durability";
        case Rule::atomicity: return "atomicity";
        case Rule::refusal: return "refusal";
        case Rule::balance: return "balance";
        case Rule::floor: return "floor";
        case Rule::order: return "order";
        case Rule::reads: return "reads";
        case Rule::frozen: return "frozen";
        case Rule::refunds: return "refunds";
        case Rule::decision: return "decision";
        case Rule::holds: return "holds";
    }
    return "?";
}

std::optional<Minor> Evidence::left_of(Number number, Number wallet, Number seq) const {
    const Intent& original = intents[number];
    const bool own = original.wallet == wallet;
    const Number its = own ? original.seq : details_of(original).other_seq;
    if (its == none || its > seq) return std::nullopt;
    Minor left = original.amount;
    const auto found = given_back.find(number);
    if (found == given_back.end()) return left;
    for (const GivenBack& given : found->second) {
        if ((own ? given.seq : given.other_seq) > seq) break;
        left = given.left;
    }
    return left;
}

std::optional<Minor> Evidence::held_by_freeze(Number number, Number seq) const {
    const Intent& freeze = intents[number];
    if (freeze.seq == none || freeze.seq > seq) return std::nullopt;
    if (const Number end = row_of(freeze)->other_seq; end != none && end <= seq) return 0;
    Minor left = freeze.amount;
    const auto found = paid_out.find(number);
    if (found == paid_out.end()) return left;
    for (const PaidOut& paid : found->second) {
        if (paid.seq > seq) break;
        left = paid.left;
    }
    return left;
}

std::string Evidence::wallet_name(Number wallet) const {
    return say("the wallet of ", wallets[wallet].owner, " (", tenants[wallets[wallet].tenant], ")");
}

std::string Evidence::intent_name(Number number) const {
    if (number >= intents.size()) return "something that nobody asked for";
    const Intent& intent = intents[number];
    std::string_view verb = "?";
    switch (intent.movement) {
        case Movement::deposit: verb = "deposit"; break;
        case Movement::withdraw: verb = "withdrawal"; break;
        case Movement::transfer_out:
        case Movement::transfer_in: verb = "transfer"; break;
        case Movement::freeze: verb = "freeze"; break;
        case Movement::unfreeze: verb = "unfreeze"; break;
        case Movement::expiry: verb = "expiry of a freeze"; break;
        case Movement::payment:
        case Movement::payment_out:
        case Movement::payment_in: verb = "payment"; break;
        case Movement::adjust_up: verb = "adjustment up"; break;
        case Movement::adjust_down: verb = "adjustment down"; break;
        case Movement::withdrawal_hold: verb = "withdrawal request"; break;
        case Movement::withdrawal_release: verb = "refused or taken back withdrawal"; break;
        case Movement::withdrawal_paid: verb = "approved withdrawal"; break;
        case Movement::refund_in:
        case Movement::refund_out:
        case Movement::return_in:
        case Movement::return_out: verb = intent.cancels ? "cancellation" : "refund"; break;
    }
    if (intent.amount == not_said) return say("the ", verb, " of all left (intent ", number, ")");
    return say("the ", verb, " of ", intent.amount, " (intent ", number, ")");
}

}  // namespace coffer::tests::history
