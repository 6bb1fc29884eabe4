#pragma once

#include "engine/store.h"
#include "store_embedded/state.h"
#include "wallet/loaded.h"

namespace coffer::store_embedded {

/// The state as verbs and renderers see it. Everything is in memory, so everything a verb could
/// name is loaded; only the records of a used reference, Idempotency-Key or named transaction are
/// fetched for each command.
class BookView final : public wallet::Loaded, public engine::Names {
public:
    explicit BookView(const State& state) : state_{state} {}

    void set_prior(const wallet::Record* prior) { prior_ = prior; }
    void set_kept(const wallet::Record* kept) { kept_ = kept; }
    void set_original(const wallet::Record* original) { original_ = original; }

    const wallet::Tenant* tenant(std::string_view id) const override { return state_.tenant(id); }
    wallet::ApplicationNumber application(wallet::TenantNumber tenant,
                                          std::string_view id) const override {
        return state_.application(tenant, id);
    }
    const wallet::User* user(wallet::TenantNumber tenant, std::string_view id) const override {
        const ResidentSubject* found = state_.subject(tenant, id);
        return found == nullptr ? nullptr : &found->user;
    }
    const wallet::Wallet* first_wallet(wallet::SubjectNumber owner) const override {
        return wallet_or_null(state_.subject(owner).first_wallet);
    }
    const wallet::Wallet* next_wallet(const wallet::Wallet& wallet) const override {
        return wallet_or_null(state_.wallet(wallet.number).next_of_owner);
    }
    const wallet::Wallet* wallet(wallet::PublicId id) const override {
        const ResidentWallet* found = state_.wallet(id);
        return found == nullptr ? nullptr : &found->wallet;
    }
    const wallet::Wallet* find_wallet(wallet::WalletNumber number) const override {
        return wallet_or_null(number.value);
    }
    const wallet::Hold* hold(wallet::PublicId id) const override { return state_.hold(id); }
    wallet::Withdrawn withdrawn(wallet::WalletNumber number) const override {
        return state_.withdrawals().find(number.value);
    }
    const wallet::OwnPolicy* policy(wallet::TenantNumber tenant,
                                    std::string_view application) const override {
        return state_.policies.own(state_.application(tenant, application));
    }
    const wallet::Approval* approval(wallet::PublicId id) const override {
        return state_.approval(id);
    }
    ledger::Account house_account(const ledger::AccountRef& ref) const override {
        return state_.house_account(ref);
    }
    const wallet::Record* prior() const override { return prior_; }
    const wallet::Record* kept() const override { return kept_; }
    const wallet::Record* original() const override { return original_; }
    const wallet::Refunded* refunded(wallet::PublicId entry) const override {
        return state_.refunded(entry);
    }

    std::string_view subject(wallet::SubjectNumber number) const override {
        return number.value == 0 ? std::string_view{} : state_.subject(number).user.id;
    }
    std::string_view application(wallet::ApplicationNumber number) const override {
        return number.value == 0 ? std::string_view{} : state_.application(number).id;
    }
    const wallet::Wallet& wallet(wallet::WalletNumber number) const override {
        return state_.wallet(number).wallet;
    }

private:
    const wallet::Wallet* wallet_or_null(std::uint32_t number) const {
        const ResidentWallet* found = state_.find_wallet(number);
        return found == nullptr ? nullptr : &found->wallet;
    }

    const State& state_;
    const wallet::Record* prior_ = nullptr;
    const wallet::Record* kept_ = nullptr;
    const wallet::Record* original_ = nullptr;
};

}  // namespace coffer::store_embedded
