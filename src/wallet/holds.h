#pragma once

#include <variant>

#include "wallet/verbs.h"

namespace coffer::wallet {

class Drafting;

struct OpenHold {
    const Hold* hold;
    const Wallet* wallet;
};

/// The hold, still open. One of another tenant, or of another user than `user`, does not exist
/// here; "" is an operator, to whom it is no matter whose it is.
[[nodiscard]] std::variant<OpenHold, Refusal> open_hold(PublicId id, std::string_view user,
                                                        const Setting& setting);

/// Gives all that is left of it back, and ends it: frozen to available.
void give_back(const OpenHold& open, HoldState state, Drafting& drafting, Record& draft);

}  // namespace coffer::wallet
