#include "engine/memory_loaded.h"

#include <algorithm>

namespace coffer::engine {
namespace {

using wallet::Key;

bool same(const Key& a, const Key& b) {
    return a.kind == b.kind && a.text == b.text && a.id == b.id && a.account == b.account;
}

}  // namespace

void NamedOnly::name_all(const wallet::Command& command, const wallet::Context& context,
                         const Records& records) {
    const auto& [prior, kept, original] = records;
    has_original_ = original != 0;
    if (has_original_) book_.read(original, original_);
    // The third time is only to see that two are enough.
    for (int round = 1;; ++round) {
        wallet::Keys keys;
        wallet::touches(command, *this, context, keys);
        if (!add(keys)) break;
        ENSURE(round <= 2);
    }
    deciding_ = true;
    has_prior_ = prior != 0;
    if (has_prior_) book_.read(prior, prior_);
    has_kept_ = kept != 0;
    if (has_kept_) book_.read(kept, kept_);
}

void NamedOnly::name_user(std::string_view tenant, std::string_view user) {
    wallet::Keys keys;
    keys.push_back({.kind = Kind::tenant, .text = tenant});
    keys.push_back({.kind = Kind::user, .text = user});
    add(keys);
    deciding_ = true;
}

bool NamedOnly::add(const wallet::Keys& keys) {
    bool added = false;
    for (const Key& key : keys) {
        if (is_named(key)) continue;
        added = true;
        named_.push_back(key);
        if (key.kind == Kind::tenant) tenant_ = book_.tenant(key.text);
    }
    return added;
}

bool NamedOnly::is_named(const Key& key) const {
    return std::ranges::any_of(named_, [&](const Key& named) { return same(named, key); });
}

bool NamedOnly::may_see(bool named) const {
    ENSURE(named || !deciding_);
    return named;
}

const wallet::Tenant* NamedOnly::tenant(std::string_view id) const {
    return may_see(is_named({.kind = Kind::tenant, .text = id})) ? tenant_ : nullptr;
}

wallet::ApplicationNumber NamedOnly::application(wallet::TenantNumber tenant,
                                                 std::string_view id) const {
    if (!may_see(is_named({.kind = Kind::application, .text = id}))) return {};
    return book_.application_number(tenant, id);
}

const wallet::User* NamedOnly::user(wallet::TenantNumber tenant, std::string_view id) const {
    const bool named =
        is_named({.kind = Kind::user, .text = id}) || is_named({.kind = Kind::person, .text = id});
    if (!may_see(named)) return nullptr;
    return book_.user(tenant, id);
}

const wallet::Wallet* NamedOnly::first_wallet(wallet::SubjectNumber owner) const {
    const auto& numbers = book_.wallets_of(owner);
    if (numbers.empty()) return nullptr;
    const wallet::Wallet& first = book_.wallet(numbers.front());
    return may_see(is_wallet_of_named_user(first)) ? &first : nullptr;
}

const wallet::Wallet* NamedOnly::next_wallet(const wallet::Wallet& wallet) const {
    if (!may_see(is_wallet_of_named_user(wallet))) return nullptr;
    const auto& numbers = book_.wallets_of(wallet.owner);
    auto at = std::ranges::find(numbers, wallet.number);
    ENSURE(at != numbers.end());
    return ++at == numbers.end() ? nullptr : &book_.wallet(*at);
}

bool NamedOnly::is_wallet_of_named_user(const wallet::Wallet& wallet) const {
    return is_named({.kind = Kind::user, .text = book_.subject(wallet.owner)}) &&
           tenant_ != nullptr && wallet.tenant == tenant_->number;
}

const wallet::Wallet* NamedOnly::wallet(wallet::PublicId id) const {
    return may_see(is_named({.kind = Kind::wallet, .id = id})) ? book_.find_wallet(id) : nullptr;
}

const wallet::Wallet* NamedOnly::find_wallet(wallet::WalletNumber number) const {
    const wallet::Wallet& wallet = book_.wallet(number);
    const bool named = is_wallet_of_named_user(wallet) || is_wallet_of_original(number) ||
                       is_named({.kind = Kind::wallet, .id = wallet.id}) ||
                       std::ranges::any_of(named_, [&](const Key& key) {
                           if (key.kind == Kind::approval) {
                               const auto* approval = book_.approval(key.id);
                               return approval != nullptr && approval->wallet == number;
                           }
                           if (key.kind != Kind::hold) return false;
                           const wallet::Hold* hold = book_.hold(key.id);
                           return hold != nullptr && hold->wallet == number;
                       });
    return may_see(named) ? &wallet : nullptr;
}

const wallet::Hold* NamedOnly::hold(wallet::PublicId id) const {
    return may_see(is_named({.kind = Kind::hold, .id = id})) ? book_.hold(id) : nullptr;
}

wallet::Withdrawn NamedOnly::withdrawn(wallet::WalletNumber number) const {
    return find_wallet(number) == nullptr ? wallet::Withdrawn{} : book_.withdrawn(number);
}

const wallet::OwnPolicy* NamedOnly::policy(wallet::TenantNumber tenant,
                                           std::string_view application) const {
    return book_.policies().own(this->application(tenant, application));
}

const wallet::Approval* NamedOnly::approval(wallet::PublicId id) const {
    return may_see(is_named({.kind = Kind::approval, .id = id})) ? book_.approval(id) : nullptr;
}

ledger::Account NamedOnly::house_account(const ledger::AccountRef& ref) const {
    // Of a tenant that the book does not know yet, nothing can have been posted.
    const bool new_tenant = tenant_ == nullptr && book_.next_numbers().tenant == ref.tenant.value;
    if (!may_see(new_tenant || is_named({.kind = Kind::house_account, .account = ref}))) {
        return {.ref = ref};
    }
    return book_.house_account(ref);
}

const wallet::Record* NamedOnly::prior() const {
    if (!may_see(is_named({.kind = Kind::prior})) || !has_prior_) return nullptr;
    return &prior_.record;
}

bool NamedOnly::is_original_named() const {
    return std::ranges::any_of(named_, [](const Key& key) { return key.kind == Kind::original; });
}

const wallet::Record* NamedOnly::original() const {
    if (!may_see(is_original_named()) || !has_original_) return nullptr;
    return &original_.record;
}

bool NamedOnly::is_wallet_of_original(wallet::WalletNumber number) const {
    return has_original_ && is_original_named() &&
           std::ranges::any_of(original_.record.wallets,
                               [&](const auto& line) { return line.wallet == number; });
}

const wallet::Refunded* NamedOnly::refunded(wallet::PublicId entry) const {
    const bool named = has_original_ && is_original_named() && original_.record.ids.entry == entry;
    return may_see(named) ? book_.refunded(entry) : nullptr;
}

const wallet::Record* NamedOnly::kept() const {
    if (!may_see(is_named({.kind = Kind::kept})) || !has_kept_) return nullptr;
    return &kept_.record;
}

}  // namespace coffer::engine
