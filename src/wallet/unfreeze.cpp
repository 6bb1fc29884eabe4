#include "wallet/drafting.h"
#include "wallet/holds.h"

namespace coffer::wallet {

void touches(const Unfreeze& verb, const Setting&, Keys& keys) {
    if (!verb.user.empty()) keys.push_back({.kind = Key::Kind::user, .text = verb.user});
    keys.push_back({.kind = Key::Kind::hold, .id = verb.hold});
}

/// Ends one hold: what is left of it goes from frozen back to available.
Decision decide(const Unfreeze& verb, const Setting& setting, Record& draft) {
    const auto found = open_hold(verb.hold, verb.user, setting);
    if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;

    Drafting drafting{setting.loaded, setting.context, setting.caller, draft};
    drafting.start(RecordKind::unfreeze);
    draft.request.description = verb.reason;
    give_back(std::get<OpenHold>(found), HoldState::released, drafting, draft);
    return Accepted{};
}

}  // namespace coffer::wallet
