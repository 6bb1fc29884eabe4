#pragma once

#include <string>
#include <vector>

#include "engine/batch.h"
#include "engine/book_setup.h"

namespace coffer::tests {

/// One thing that a test asks of a store, in words; owns its texts.
///
///     deposit("alice", "100.00").in("CNY").ref("order-1")
struct Ask {
    enum class What {
        open,
        deposit,
        withdraw,
        transfer,
        freeze,
        unfreeze,
        capture,
        expire,
        status,
        set_policy,
        remove_policy,
        read_policy,
        adjust,
        refund,
        request_withdrawal,
        decide,
        take_back,
        read,
        approvals,
        wallets,
        list,
        integrity
    };
    What what{};
    std::string tenant = "acme";
    std::string actor = "teller";
    std::string application = "shop";
    std::string user;
    std::string payee;
    std::string currency;
    std::string amount = "0";  ///< of a freeze, capture or refund also `all`
    std::string reference;
    std::string text;
    std::string key;  ///< Idempotency-Key; guards all values of the request
    wallet::PublicId id;
    Instant expires_at;  ///< of a freeze; 0: never
    wallet::WalletStatus status = wallet::WalletStatus::active;
    std::string policy_of;                   ///< the application of a policy
    std::vector<engine::PolicyText> policy;  ///< "null": the default again
    bool up = true;                          ///< of an adjustment
    bool cancels = false;                    ///< of a refund
    bool approve = true;                     ///< of a decision
    bool of_adjustment = false;              ///< likewise
    bool dry_run = false;
    engine::ListHistory filters;     ///< of lists; its texts stay empty
    engine::ListWallets of_wallets;  ///< likewise
    engine::ListApprovals of_approvals;

    [[nodiscard]] Ask in(std::string code) const { return with(&Ask::currency, std::move(code)); }
    [[nodiscard]] Ask ref(std::string name) const { return with(&Ask::reference, std::move(name)); }
    [[nodiscard]] Ask keyed(std::string text_) const { return with(&Ask::key, std::move(text_)); }
    [[nodiscard]] Ask saying(std::string words) const { return with(&Ask::text, std::move(words)); }
    [[nodiscard]] Ask until(Instant instant) const {
        Ask changed = *this;
        changed.expires_at = instant;
        return changed;
    }
    [[nodiscard]] Ask dry() const {
        Ask changed = *this;
        changed.dry_run = true;
        return changed;
    }
    [[nodiscard]] Ask of(std::string id_) const { return with(&Ask::tenant, std::move(id_)); }
    [[nodiscard]] Ask by(std::string id_) const { return with(&Ask::actor, std::move(id_)); }
    [[nodiscard]] Ask from(std::string id_) const {
        return with(&Ask::application, std::move(id_));
    }

private:
    [[nodiscard]] Ask with(std::string Ask::*member, std::string value) const {
        Ask changed = *this;
        changed.*member = std::move(value);
        return changed;
    }
};

[[nodiscard]] Ask open_wallet(std::string user, std::string currency = "");
[[nodiscard]] Ask deposit(std::string user, std::string amount);
[[nodiscard]] Ask withdraw(std::string user, std::string amount);
[[nodiscard]] Ask transfer(std::string payer, std::string payee, std::string amount);
[[nodiscard]] Ask freeze(std::string user, std::string amount);
/// `user`: "" for an operator who does not say whose it is.
[[nodiscard]] Ask unfreeze(std::string user, wallet::PublicId hold);
/// `payee`: "" where the money leaves. `amount` may be `all`.
[[nodiscard]] Ask capture(std::string user, wallet::PublicId hold, std::string amount,
                          std::string payee = "");
/// As the engine tells itself.
[[nodiscard]] Ask expire(wallet::PublicId hold);
[[nodiscard]] Ask change_status(wallet::PublicId wallet, wallet::WalletStatus status);
[[nodiscard]] Ask set_policy(std::string application, std::vector<engine::PolicyText> fields);
[[nodiscard]] Ask remove_policy(std::string application);
[[nodiscard]] Ask read_policy(std::string application);
[[nodiscard]] Ask adjust(std::string user, bool up, std::string amount);
/// `user`: "" for an operator who does not say whose it is.
[[nodiscard]] Ask refund(std::string user, wallet::PublicId transaction, std::string amount);
[[nodiscard]] Ask cancel(wallet::PublicId transaction);
[[nodiscard]] Ask request_withdrawal(std::string user, std::string amount);
[[nodiscard]] Ask decide(wallet::PublicId approval, bool approve, bool of_adjustment = false);
/// `user`: "" for an operator.
[[nodiscard]] Ask take_back(std::string user, wallet::PublicId approval);
/// Of the tenant; of one user when one is named.
[[nodiscard]] Ask list_approvals(engine::ListApprovals filters = {}, std::string user = "");
[[nodiscard]] Ask read_wallet(std::string user, std::string currency = "");
[[nodiscard]] Ask list_history(std::string user, engine::ListHistory filters = {});
/// Of the tenant; of one user when one is named.
[[nodiscard]] Ask list_wallets(engine::ListWallets filters = {}, std::string user = "");
[[nodiscard]] Ask check_integrity(wallet::PublicId wallet);

/// The item that the port takes; its texts are copied into the batch.
[[nodiscard]] engine::Item item_of(const Ask& ask, engine::Batch& batch,
                                   const money::CurrencyTable& currencies);

}  // namespace coffer::tests
