#include "wallet/holds.h"

#include "wallet/drafting.h"

namespace coffer::wallet {
namespace {

bool is_found(const Wallet* wallet, std::string_view user_id, const Setting& setting) {
    if (wallet == nullptr) return false;
    if (user_id.empty()) {
        const Tenant* tenant = setting.loaded.tenant(setting.caller.tenant);
        return tenant != nullptr && wallet->tenant == tenant->number;
    }
    const User* user = user_of(setting, user_id);
    return user != nullptr && wallet->owner == user->number;
}

}  // namespace

std::variant<OpenHold, Refusal> open_hold(PublicId id, std::string_view user,
                                          const Setting& setting) {
    const Hold* hold = setting.loaded.hold(id);
    const Wallet* wallet = hold == nullptr ? nullptr : setting.loaded.find_wallet(hold->wallet);
    if (!is_found(wallet, user, setting)) {
        return Refusal{.rejection = Rejection::hold_not_found, .currency = {}};
    }
    if (hold->state != HoldState::open) {
        return Refusal{.rejection = Rejection::hold_already_ended, .currency = wallet->currency};
    }
    return OpenHold{hold, wallet};
}

void give_back(const OpenHold& open, HoldState state, Drafting& drafting, Record& draft) {
    const auto& [hold, wallet] = open;
    draft.request.user = wallet->owner;
    draft.request.amount = hold->left();
    WalletLine& line = drafting.line_for(*wallet, TransactionType::unfreeze);
    drafting.post_frozen(line, ledger::Side::debit, hold->left());
    drafting.post_available(line, ledger::Side::credit, hold->left());
    drafting.change_hold(*hold, state, hold->captured);
}

}  // namespace coffer::wallet
