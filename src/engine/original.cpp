#include "engine/original.h"

namespace coffer::engine {

std::optional<wallet::PublicId> original_of(const wallet::Command& command) {
    const auto* refund = std::get_if<wallet::Refund>(&command.verb);
    if (refund == nullptr) return std::nullopt;
    return refund->transaction;
}

std::string_view user_of_original(const wallet::Record& original, wallet::PublicId transaction,
                                  const wallet::Tenant* caller, const Names& names) {
    if (caller == nullptr || original.request.tenant != caller->number) return {};
    for (std::size_t i = 0; i < original.wallets.size(); ++i) {
        if (original.ids.transactions[i] != transaction) continue;
        return names.subject(names.wallet(original.wallets[i].wallet).owner);
    }
    return {};
}

void say_whose(wallet::Command& command, std::string_view user) {
    auto* refund = std::get_if<wallet::Refund>(&command.verb);
    if (refund != nullptr && refund->user.empty()) refund->user = user;
}

}  // namespace coffer::engine
