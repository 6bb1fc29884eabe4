#include "wallet/adjustments.h"

namespace coffer::wallet {

using ledger::AccountKind;
using ledger::Side;

AccountKind account_of(ApprovalKind kind) {
    ENSURE(is_adjustment(kind));
    return kind == ApprovalKind::adjustment_up ? AccountKind::expense_adjustments
                                               : AccountKind::income_adjustments;
}

std::optional<Refusal> refused_adjustment(const Wallet& wallet, ApprovalKind kind,
                                          money::Amount amount) {
    if (wallet.status == WalletStatus::closed) {
        return Refusal{.rejection = Rejection::wallet_is_closed, .currency = wallet.currency};
    }
    if (kind == ApprovalKind::adjustment_up) return overfilled(amount, wallet.posted());
    if (amount.minor_units() <= wallet.available) return std::nullopt;
    return exceeds_available(wallet, amount.minor_units());
}

void post_adjustment(Drafting& drafting, WalletLine& line, ApprovalKind kind,
                     money::Amount amount) {
    if (kind == ApprovalKind::adjustment_up) {
        drafting.post_house(account_of(kind), Side::debit, amount);
        drafting.post_available(line, Side::credit, amount.minor_units());
    } else {
        drafting.post_available(line, Side::debit, amount.minor_units());
        drafting.post_house(account_of(kind), Side::credit, amount);
    }
}

}  // namespace coffer::wallet
