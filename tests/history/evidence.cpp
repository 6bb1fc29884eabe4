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
    }
    return "?";
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
        case Movement::adjust_up: verb = "adjustment up"; break;
        case Movement::adjust_down: verb = "adjustment down"; break;
    }
    return say("the ", verb, " of ", intent.amount, " (intent ", number, ")");
}

}  // namespace coffer::tests::history
