#include "wallet/objects.h"

namespace coffer::wallet {

std::string_view to_text(WalletStatus status) {
    switch (status) {
        using enum WalletStatus;
        case active:
            return "active";
        case frozen:
            return "frozen";
        case closed:
            return "closed";
    }
    unreachable_value();
}

std::string_view to_text(TransactionType type) {
    switch (type) {
        using enum TransactionType;
        case none:
            return "";
        case deposit:
            return "deposit";
        case withdraw:
            return "withdraw";
        case transfer_in:
            return "transfer_in";
        case transfer_out:
            return "transfer_out";
        case freeze:
            return "freeze";
        case unfreeze:
            return "unfreeze";
    }
    unreachable_value();
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
