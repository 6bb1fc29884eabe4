#pragma once

#include <string_view>

#include "base/inline_vector.h"
#include "ledger/entry.h"
#include "wallet/objects.h"
#include "wallet/record.h"

namespace coffer::wallet {

/// Something a command asks to see before it is decided.
struct Key {
    enum class Kind : std::uint8_t {
        tenant,         ///< `text`
        application,    ///< `text`
        user,           ///< `text`, with all wallets of that user
        person,         ///< `text`: who that is, and none of their wallets; never locked
        wallet,         ///< `id`
        hold,           ///< `id`, with the wallet it is in
        approval,       ///< `id`, with the wallet it is about and its owner
        house_account,  ///< `account`
        prior,          ///< the record that used the command's reference, if any
        original,       ///< the record that has the transaction `id`, its wallets, its refunds
        kept,           ///< the record that was kept under the command's Idempotency-Key, if any
    };
    Kind kind;
    std::string_view text{};
    PublicId id{};
    ledger::AccountRef account{};
};

inline constexpr std::size_t keys_max = 10;
using Keys = InlineVector<Key, keys_max>;

/// What a command asked for, as it is now. Looking at something that was not named in `touches` is
/// a bug; the memory store of the tests stops there. Pointers live until the command is applied.
class Loaded {
public:
    virtual ~Loaded() = default;

    [[nodiscard]] virtual const Tenant* tenant(std::string_view id) const = 0;
    [[nodiscard]] virtual ApplicationNumber application(TenantNumber tenant,
                                                        std::string_view id) const = 0;
    [[nodiscard]] virtual const User* user(TenantNumber tenant, std::string_view id) const = 0;
    /// Wallets of one user, oldest first: the first, then the one after another.
    [[nodiscard]] virtual const Wallet* first_wallet(SubjectNumber owner) const = 0;
    [[nodiscard]] virtual const Wallet* next_wallet(const Wallet& wallet) const = 0;
    [[nodiscard]] virtual const Wallet* wallet(PublicId id) const = 0;
    [[nodiscard]] virtual const Wallet* find_wallet(WalletNumber number) const = 0;
    [[nodiscard]] virtual const Hold* hold(PublicId id) const = 0;
    /// What was withdrawn from a wallet that may be looked at.
    [[nodiscard]] virtual Withdrawn withdrawn(WalletNumber number) const = 0;
    /// What an application that was named has of its own; null: it never had anything.
    [[nodiscard]] virtual const OwnPolicy* policy(TenantNumber tenant,
                                                  std::string_view application) const = 0;
    [[nodiscard]] virtual const Approval* approval(PublicId id) const = 0;
    /// A house account nobody has posted to yet has balance 0 and no postings.
    [[nodiscard]] virtual ledger::Account house_account(const ledger::AccountRef& ref) const = 0;
    [[nodiscard]] virtual const Record* prior() const = 0;
    /// Null: no record of the book has the transaction.
    [[nodiscard]] virtual const Record* original() const = 0;
    /// By the original's entry; null: nothing of it was refunded.
    [[nodiscard]] virtual const Refunded* refunded(PublicId entry) const = 0;
    /// Of any age: whether it still counts is decided from its instant.
    [[nodiscard]] virtual const Record* kept() const = 0;
};

}  // namespace coffer::wallet
