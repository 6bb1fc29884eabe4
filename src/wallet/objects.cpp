#include "wallet/objects.h"

namespace coffer::wallet {

std::string_view to_text(WalletStatus status) {
    switch (status) {
        using enum WalletStatus;
        case active: return "active";
        case frozen: return "frozen";
        case closed: return "closed";
    }
    unreachable_value();
}

std::string_view to_text(TransactionType type) {
    switch (type) {
        using enum TransactionType;
        case none: return "";
        case deposit: return "deposit";
        case withdraw: return "withdraw";
        case transfer_in: return "transfer_in";
        case transfer_out: return "transfer_out";
        case freeze: return "freeze";
        case unfreeze: return "unfreeze";
        case refund: return "refund";
        case adjustment: return "adjustment";
        case payment: return "payment";
        case withdrawal_hold: return "withdrawal_hold";
        case withdrawal_release: return "withdrawal_release";
    }
    unreachable_value();
}

std::string_view to_text(ApprovalState state) {
    switch (state) {
        using enum ApprovalState;
        case pending: return "pending";
        case completed: return "completed";
        case rejected: return "rejected";
        case cancelled: return "cancelled";
        case auto_approved: return "auto_approved";
    }
    unreachable_value();
}

std::optional<ApprovalState> parse_approval_state(std::string_view text) {
    for (std::size_t i = 1; i <= approval_states; ++i) {
        const auto state = static_cast<ApprovalState>(i);
        if (text == to_text(state)) return state;
    }
    return std::nullopt;
}

std::optional<WalletStatus> parse_wallet_status(std::string_view text) {
    for (const auto status : {WalletStatus::active, WalletStatus::frozen, WalletStatus::closed}) {
        if (text == to_text(status)) return status;
    }
    return std::nullopt;
}

std::optional<TransactionType> parse_transaction_type(std::string_view text) {
    for (std::size_t i = 1; i <= transaction_types; ++i) {
        const auto type = static_cast<TransactionType>(i);
        if (text == to_text(type)) return type;
    }
    return std::nullopt;
}

}  // namespace coffer::wallet
