#include <algorithm>

#include "engine/original.h"
#include "engine/reference.h"
#include "store_postgres/flight.h"
#include "wallet/decide.h"
#include "wallet/resolve.h"

// Between the two round trips: everything the items touch is here and nobody else may change it.

namespace coffer::store_postgres {

using engine::Failed;

void Flight::decide() {
    const auto reading = shared_.clock.read();
    shared_.clock_right = writes_right_ = reading.right;
    // Another process's clock may be ahead: time goes back neither in a lane nor in a wallet.
    head_.time = std::max(reading.now, loaded_->newest_time());
    logical_ = loaded_->newest_logical() + 1;
    head_.sequence = logical_ * shared_.book.lanes + lane_;
    loaded_->set_logical(logical_);
    outcomes_.clear();
    for (const auto& entry : entries()) {
        outcomes_.push_back(std::visit([this](const auto& item) { return run(item); }, entry.item));
        if (auto* question = std::get_if<HistoryQuestion>(&outcomes_.back())) {
            question->cookie = entry.cookie;
        }
    }
}

namespace {

// The trial has no policies: what the settings say holds for everybody. See docs/configuration.md.
constexpr wallet::Policy only_operators_open = [] {
    wallet::Policy policy;
    policy.switches[2] = false;
    return policy;
}();
static_assert(!only_operators_open.is_on(wallet::PolicyField::auto_open_wallets));

bool is_about_policies(const wallet::Command& command) {
    return std::holds_alternative<wallet::SetPolicy>(command.verb) ||
           std::holds_alternative<wallet::RemovePolicy>(command.verb);
}

/// The trial's table of holds has no columns for what expires or is captured.
bool needs_more_of_holds(const wallet::Command& command) {
    const auto* freeze = std::get_if<wallet::Freeze>(&command.verb);
    return (freeze != nullptr && freeze->expires_at != Instant{}) ||
           std::holds_alternative<wallet::Capture>(command.verb) ||
           std::holds_alternative<wallet::ExpireFreeze>(command.verb);
}

}  // namespace

wallet::Context Flight::context() const {
    wallet::Context context;
    context.now = head_.time;
    context.currencies = &shared_.book.currencies;
    context.settings = &shared_.book.settings;
    if (!context.settings->auto_open_wallets) context.policy = &only_operators_open;
    context.wallets_per_user_max = shared_.options.wallets_per_user_max;
    context.key_lifetime_ms = shared_.options.idempotency_ttl_s * 1000;
    return context;
}

Flight::Outcome Flight::run(const wallet::Command& command) {
    if (!writes_right_) return Failed{Failed::Kind::clock_wrong};
    // The trial looks no records up by their ids, and keeps no approvals.
    const bool asks = std::holds_alternative<wallet::RequestWithdrawal>(command.verb) ||
                      std::holds_alternative<wallet::DecideApproval>(command.verb) ||
                      std::holds_alternative<wallet::CancelWithdrawal>(command.verb);
    if (asks || needs_more_of_holds(command) || is_about_policies(command) ||
        engine::original_of(command)) {
        return Failed{Failed::Kind::unavailable};
    }
    const auto numbers = loaded_->lane().next_numbers();
    if (!numbers) return Failed{Failed::Kind::storage_full};
    wallet::Context context = this->context();
    context.next = *numbers;
    context.ordinal = static_cast<std::uint32_t>(loaded_->written().size());
    context.ids = shared_.ids.make_one(head_.time, head_.sequence, context.ordinal);
    const wallet::Tenant* known = loaded_->tenant(command.caller.tenant);
    const wallet::TenantNumber tenant =
        known == nullptr ? wallet::TenantNumber{numbers->tenant} : known->number;
    const auto& secret = shared_.book.genesis.reference_key;
    Sha256 sha256;
    const wallet::Record* kept = nullptr;
    if (!command.key.text.empty()) {
        context.key_fingerprint = engine::key_fingerprint(sha256, secret, tenant, command);
        kept = loaded_->kept_of(context.key_fingerprint);
    }
    const wallet::Record* prior = nullptr;
    if (const auto reference = engine::reference_of(command)) {
        context.reference_fingerprint =
            engine::reference_fingerprint(sha256, secret, tenant, *reference);
        prior = loaded_->prior_of(context.reference_fingerprint);
        // Two references with one keyed 128-bit hash: never seen, and never a second effect.
        if (prior != nullptr && prior->request.reference != reference->text) {
            return wallet::Refusal{.rejection = wallet::Rejection::reference_reused,
                                   .currency = {}};
        }
    }
    loaded_->set_prior(prior, kept);
    wallet::Record draft;
    const auto decision = wallet::decide(command, *loaded_, context, draft);
    loaded_->set_prior(nullptr, nullptr);
    if (const auto* refusal = std::get_if<wallet::Refusal>(&decision)) {
        if (refusal->rejection == wallet::Rejection::breaks_a_law) {
            ++shared_.book.figures.law_breaches;
        }
        return *refusal;
    }
    if (const auto* replayed = std::get_if<wallet::Replayed>(&decision)) {
        return Recorded{replayed->first, true};
    }
    if (command.dry_run) {
        if (const auto* declined = std::get_if<wallet::Kept>(&decision)) return declined->refusal;
        return std::make_shared<engine::DryRun>(draft, *loaded_);
    }
    loaded_->write(draft);
    if (const auto* declined = std::get_if<wallet::Kept>(&decision)) return declined->refusal;
    return Recorded{&loaded_->written().back().record, false};
}

const wallet::Wallet* Flight::wallet_for(std::string_view tenant_id, std::string_view user_id,
                                         money::Currency currency) const {
    const wallet::Tenant* tenant = loaded_->tenant(tenant_id);
    if (tenant == nullptr) return nullptr;
    return wallet::wallet_for_read(*loaded_, loaded_->user(tenant->number, user_id), currency,
                                   shared_.book.settings);
}

namespace {

wallet::Refusal not_found(money::Currency currency) {
    return {.rejection = wallet::Rejection::wallet_not_found, .currency = currency};
}

}  // namespace

Flight::Outcome Flight::run(const engine::ReadWallet& read) {
    const wallet::Wallet* found = wallet_for(read.tenant, read.user, read.currency);
    if (found == nullptr) return not_found(read.currency);
    return *found;
}

// The trial has no lists of wallets: their cursor is a wallet's number, and numbers that lanes give
// out are not in the order in which wallets were opened.
Flight::Outcome Flight::run(const engine::ListWallets&) {
    return Failed{Failed::Kind::unavailable};
}

Flight::Outcome Flight::run(const engine::ReadPolicy&) { return Failed{Failed::Kind::unavailable}; }

Flight::Outcome Flight::run(const engine::ListApprovals&) {
    return Failed{Failed::Kind::unavailable};
}

Flight::Outcome Flight::run(const engine::ListHistory& list) {
    const wallet::Wallet* found = wallet_for(list.tenant, list.user, list.currency);
    if (found == nullptr) return not_found(list.currency);
    return HistoryQuestion{.of = *loaded_->row(found->number), .list = list};
}

Flight::Outcome Flight::run(const engine::CheckIntegrity& check) {
    const wallet::Tenant* tenant = loaded_->tenant(check.tenant);
    const wallet::Wallet* found = loaded_->wallet(check.wallet);
    if (tenant == nullptr || found == nullptr || found->tenant != tenant->number) {
        return not_found({});
    }
    return HistoryQuestion{.of = *loaded_->row(found->number)};
}

}  // namespace coffer::store_postgres
