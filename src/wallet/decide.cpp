#include "wallet/decide.h"

#include "wallet/after_conditions.h"
#include "wallet/drafting.h"
#include "wallet/verbs.h"

namespace coffer::wallet {

void touches_caller(const Caller& caller, Keys& keys) {
    keys.push_back({.kind = Key::Kind::tenant, .text = caller.tenant});
    if (!caller.application.empty()) {
        keys.push_back({.kind = Key::Kind::application, .text = caller.application});
    }
    // A clerk acts for thousands of users: naming the clerk's wallets, too, would make a store that
    // locks what is named run one request after the other.
    if (!caller.actor.empty()) keys.push_back({.kind = Key::Kind::person, .text = caller.actor});
}

void touches_house(const Setting& setting, ledger::AccountKind kind, money::Currency currency,
                   Keys& keys) {
    const Tenant* tenant = setting.loaded.tenant(setting.caller.tenant);
    if (tenant == nullptr || !currency.named()) return;
    keys.push_back(
        {.kind = Key::Kind::house_account, .account = {tenant->number, kind, currency, {}}});
}

void touches_settlement(const Setting& setting, money::Currency currency, Keys& keys) {
    touches_house(setting, ledger::AccountKind::settlement, currency, keys);
}

const User* user_of(const Setting& setting, std::string_view user_id) {
    const Tenant* tenant = setting.loaded.tenant(setting.caller.tenant);
    if (tenant == nullptr) return nullptr;
    return setting.loaded.user(tenant->number, user_id);
}

namespace {

/// What the command's Idempotency-Key was answered before, if that still counts.
std::optional<Decision> answered_before(const Command& command, const Loaded& loaded,
                                        const Context& context) {
    const Record* kept = command.key.text.empty() ? nullptr : loaded.kept();
    if (kept == nullptr || !key_lives(kept->at, context)) return std::nullopt;
    if (kept->request.payload_fingerprint != command.key.payload) {
        return Refusal{.rejection = Rejection::idempotency_key_reused};
    }
    if (kept->kind != RecordKind::refused) return Replayed{kept};
    Refusal refusal = kept->refusal;
    refusal.replayed = true;
    return refusal;
}

/// What follows from a reference alone stays true for ever; our own bug must not.
bool is_kept(Rejection rejection) {
    return rejection != Rejection::reference_reused && rejection != Rejection::breaks_a_law;
}

}  // namespace

void touches(const Command& command, const Loaded& loaded, const Context& context, Keys& keys) {
    const Setting setting{command.caller, loaded, context};
    touches_caller(command.caller, keys);
    if (!command.key.text.empty()) keys.push_back({.kind = Key::Kind::kept});
    std::visit([&](const auto& verb) { touches(verb, setting, keys); }, command.verb);
}

Decision decide(const Command& command, const Loaded& loaded, const Context& context,
                Record& draft) {
    if (auto before = answered_before(command, loaded, context)) return *before;
    const Setting setting{command.caller, loaded, context};
    Decision decision =
        std::visit([&](const auto& verb) { return decide(verb, setting, draft); }, command.verb);
    // The laws see only the draft: a mistake in a verb stops here, before anything is touched.
    if (std::holds_alternative<Accepted>(decision) && !holds_after_conditions(draft)) {
        return Refusal{.rejection = Rejection::breaks_a_law, .currency = {}};
    }
    if (command.key.text.empty()) return decision;

    Drafting drafting{loaded, context, command.caller, draft};
    if (std::holds_alternative<Accepted>(decision)) {
        drafting.use_key(command.key);
    } else if (const auto* refusal = std::get_if<Refusal>(&decision);
               refusal != nullptr && is_kept(refusal->rejection)) {
        drafting.start(RecordKind::refused);
        drafting.use_key(command.key);
        draft.refusal = *refusal;
        return Kept{*refusal};
    }
    return decision;
}

}  // namespace coffer::wallet
