#include "wallet/decide.h"

#include "wallet/after_conditions.h"
#include "wallet/verbs.h"

namespace coffer::wallet {

void touches_caller(const Caller& caller, Keys& keys) {
    keys.push_back({.kind = Key::Kind::tenant, .text = caller.tenant});
    if (!caller.application.empty()) {
        keys.push_back({.kind = Key::Kind::application, .text = caller.application});
    }
    if (!caller.actor.empty()) keys.push_back({.kind = Key::Kind::user, .text = caller.actor});
}

void touches_settlement(const Setting& setting, money::Currency currency, Keys& keys) {
    const Tenant* tenant = setting.loaded.tenant(setting.caller.tenant);
    if (tenant == nullptr || !currency.named()) return;
    keys.push_back(
        {.kind = Key::Kind::house_account,
         .account = {tenant->number, ledger::AccountKind::settlement, currency, {}}});
}

const User* user_of(const Setting& setting, std::string_view user_id) {
    const Tenant* tenant = setting.loaded.tenant(setting.caller.tenant);
    if (tenant == nullptr) return nullptr;
    return setting.loaded.user(tenant->number, user_id);
}

void touches(const Command& command, const Loaded& loaded, const Context& context, Keys& keys) {
    const Setting setting{command.caller, loaded, context};
    touches_caller(command.caller, keys);
    std::visit([&](const auto& verb) { touches(verb, setting, keys); }, command.verb);
}

Decision decide(const Command& command, const Loaded& loaded, const Context& context,
                Record& draft) {
    const Setting setting{command.caller, loaded, context};
    Decision decision = std::visit(
        [&](const auto& verb) { return decide(verb, setting, draft); }, command.verb);
    // The laws see only the draft: a mistake in a verb stops here, before anything is touched.
    if (std::holds_alternative<Accepted>(decision) && !holds_after_conditions(draft)) {
        return Refusal{.rejection = Rejection::breaks_a_law, .currency = {}};
    }
    return decision;
}

}  // namespace coffer::wallet
