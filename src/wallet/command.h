#pragma once

#include <string_view>
#include <variant>

#include "base/instant.h"
#include "money/decimal.h"
#include "wallet/names.h"
#include "wallet/objects.h"
#include "wallet/policy.h"

namespace coffer::wallet {

// Texts in commands point into memory of the batch that carries them.

/// Who asks: from the token, never from the body.
struct Caller {
    std::string_view tenant;
    std::string_view actor;
    std::string_view application;
};

/// A user of the caller's tenant, and the wallet's currency when the caller named one.
struct Target {
    std::string_view user;
    money::Currency currency;
};

struct OpenWallet {
    Target target;
};

/// Moves money in; opens a wallet when the settings say so and the user has none that fits.
struct Deposit {
    Target target;
    money::Decimal amount;
    std::string_view reference;
    std::string_view description;
};

struct Withdraw {
    Target target;
    money::Decimal amount;
    std::string_view reference;
    std::string_view description;
};

struct Transfer {
    Target payer;
    std::string_view payee;
    money::Decimal amount;
    std::string_view reference;
    std::string_view description;
};

struct Freeze {
    Target target;
    money::Decimal amount;
    std::string_view reference;  ///< none with `everything`: it would say nothing of the amount
    std::string_view reason;
    bool everything = false;  ///< all that is available, instead of `amount`
    Instant expires_at{};     ///< when it ends by itself; 0: never
};

struct Unfreeze {
    std::string_view user;  ///< whose it must be; "" for an operator, to whom that is no matter
    PublicId hold;
    std::string_view reason{};
};

/// Pays out of a hold, in part or whole: to the settlement account or into another user's wallet.
struct Capture {
    std::string_view user;  ///< whose hold it must be
    PublicId hold;
    std::string_view payee;  ///< "": the money leaves
    money::Decimal amount;
    std::string_view reference;
    std::string_view description;
    bool everything = false;  ///< all that is left of it, instead of `amount`
};

/// What the engine tells itself when the time of a hold has come.
struct ExpireFreeze {
    PublicId hold;
};

/// Corrects a balance by hand, against the adjustment accounts.
struct Adjust {
    enum class Direction : std::uint8_t { up, down };
    Target target;
    Direction direction = Direction::up;
    money::Decimal amount;
    std::string_view reference;
    std::string_view reason;
};

/// Gives back what a transaction moved, in part or whole: a new entry that mirrors the original.
struct Refund {
    std::string_view user;  ///< whose transaction it must be; "" for an operator
    PublicId transaction;
    money::Decimal amount;
    std::string_view reference;
    std::string_view reason;
    bool everything = false;  ///< all that is left of it, instead of `amount`
    bool cancels = false;     ///< and the original counts as cancelled; only with `everything`
};

/// Asks for money to be paid out: at once where the policy asks nobody, else after a second person
/// has said yes. Until then it is set aside.
struct RequestWithdrawal {
    Target target;
    money::Decimal amount;
    std::string_view reference;
    std::string_view remark;
};

/// A second person's word on a pending withdrawal or adjustment.
struct DecideApproval {
    enum class Of : std::uint8_t { withdrawal, adjustment };
    PublicId approval;
    Of of = Of::withdrawal;
    bool approve = false;
    std::string_view remark;
};

/// Takes a pending withdrawal request back.
struct CancelWithdrawal {
    std::string_view user;  ///< whose it must be; "" for an operator
    PublicId approval;
    std::string_view remark;
};

/// Names the wallet by its id, as the administrator's routes do. `closed` is final.
struct ChangeStatus {
    PublicId wallet;
    WalletStatus status;
};

/// Changes fields of what `application` has of its own, or makes it. The change lives as long as
/// the texts.
struct SetPolicy {
    std::string_view application;
    const PolicyChange* change;
};

/// `application` follows the default again.
struct RemovePolicy {
    std::string_view application;
};

/// The client's own key for the whole request (Idempotency-Key): guards the answer for a while, as
/// `reference` guards the effect for ever. Without `text` there is none.
struct IdempotencyKey {
    std::string_view operation;  ///< method and path, as the API names them
    std::string_view text;
    Fingerprint payload{};  ///< of every parameter and body value
};

using Verb = std::variant<OpenWallet, Deposit, Withdraw, Transfer, Freeze, Unfreeze, ChangeStatus,
                          Adjust, Refund, RequestWithdrawal, DecideApproval, CancelWithdrawal,
                          SetPolicy, RemovePolicy, Capture, ExpireFreeze>;

struct Command {
    Caller caller;
    Verb verb;
    IdempotencyKey key{};
    bool dry_run = false;  ///< only says what would happen
};

}  // namespace coffer::wallet
