#pragma once

#include "engine/memory_book.h"
#include "wallet/decide.h"

namespace coffer::engine {

/// Shows a verb nothing but what it named. While it is asked what it touches, anything else does
/// not exist; once it decides, looking at anything else stops the process.
class NamedOnly final : public wallet::Loaded {
public:
    explicit NamedOnly(const MemoryBook& book) : book_{book} {}

    /// Asks `command` what it touches until it names nothing new, at most twice, and from then on
    /// shows only that.
    struct Records {
        Position prior = 0;     ///< where the command's reference was used; 0: nowhere
        Position kept = 0;      ///< where its Idempotency-Key was
        Position original = 0;  ///< of the transaction that it names
    };
    void name_all(const wallet::Command& command, const wallet::Context& context,
                  const Records& records);
    /// What a read of one user's wallets looks at.
    void name_user(std::string_view tenant, std::string_view user);

    [[nodiscard]] const wallet::Tenant* tenant(std::string_view id) const override;
    [[nodiscard]] wallet::ApplicationNumber application(wallet::TenantNumber tenant,
                                                        std::string_view id) const override;
    [[nodiscard]] const wallet::User* user(wallet::TenantNumber tenant,
                                           std::string_view id) const override;
    [[nodiscard]] const wallet::Wallet* first_wallet(wallet::SubjectNumber owner) const override;
    [[nodiscard]] const wallet::Wallet* next_wallet(const wallet::Wallet& wallet) const override;
    [[nodiscard]] const wallet::Wallet* wallet(wallet::PublicId id) const override;
    [[nodiscard]] const wallet::Wallet* find_wallet(wallet::WalletNumber number) const override;
    [[nodiscard]] const wallet::Hold* hold(wallet::PublicId id) const override;
    [[nodiscard]] wallet::Withdrawn withdrawn(wallet::WalletNumber number) const override;
    [[nodiscard]] const wallet::OwnPolicy* policy(wallet::TenantNumber tenant,
                                                  std::string_view application) const override;
    [[nodiscard]] ledger::Account house_account(const ledger::AccountRef& ref) const override;
    [[nodiscard]] const wallet::Approval* approval(wallet::PublicId id) const override;
    [[nodiscard]] const wallet::Record* prior() const override;
    [[nodiscard]] const wallet::Record* original() const override;
    [[nodiscard]] const wallet::Refunded* refunded(wallet::PublicId entry) const override;
    [[nodiscard]] const wallet::Record* kept() const override;

    /// The record kept under the command's key, whether it is asked for or not; null: none.
    [[nodiscard]] const wallet::Record* kept_if_any() const {
        return has_kept_ ? &kept_.record : nullptr;
    }

private:
    using Kind = wallet::Key::Kind;

    /// Whether one of the keys was new.
    bool add(const wallet::Keys& keys);
    [[nodiscard]] bool is_named(const wallet::Key& key) const;
    /// False while keys are being collected and this one is not there yet.
    [[nodiscard]] bool may_see(bool named) const;
    [[nodiscard]] bool is_wallet_of_named_user(const wallet::Wallet& wallet) const;
    [[nodiscard]] bool is_original_named() const;
    [[nodiscard]] bool is_wallet_of_original(wallet::WalletNumber number) const;

    const MemoryBook& book_;
    wallet::Keys named_;
    const wallet::Tenant* tenant_ = nullptr;
    bool deciding_ = false;
    bool has_prior_ = false;
    bool has_kept_ = false;
    bool has_original_ = false;
    Movement original_;
    Movement prior_;
    Movement kept_;
};

}  // namespace coffer::engine
