#include "wallet/drafting.h"
#include "wallet/holds.h"

namespace coffer::wallet {

void touches(const ExpireFreeze& verb, const Setting&, Keys& keys) {
    keys.push_back({.kind = Key::Kind::hold, .id = verb.hold});
}

/// Ends a hold whose time has come, as unfreeze does. Whoever asks too early finds none.
Decision decide(const ExpireFreeze& verb, const Setting& setting, Record& draft) {
    const auto found = open_hold(verb.hold, {}, setting);
    if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
    const OpenHold& open = std::get<OpenHold>(found);
    if (!open.hold->is_due(setting.context.now)) {
        return Refusal{.rejection = Rejection::hold_not_found, .currency = {}};
    }

    Drafting drafting{setting.loaded, setting.context, setting.caller, draft};
    drafting.start(RecordKind::expire_freeze);
    give_back(open, HoldState::expired, drafting, draft);
    return Accepted{};
}

}  // namespace coffer::wallet
