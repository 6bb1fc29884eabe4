#include <algorithm>

#include "store_embedded/embedded_store.h"

// A deposit of a random user waits for memory six times: reference, index, subject, name, wallet,
// history. Here the waits of sixteen items overlap. Nothing is decided here.

namespace coffer::store_embedded {
namespace {

std::string_view user_of(const wallet::Verb& verb) {
    struct Visitor {
        std::string_view operator()(const wallet::OpenWallet& v) const { return v.target.user; }
        std::string_view operator()(const wallet::Deposit& v) const { return v.target.user; }
        std::string_view operator()(const wallet::Withdraw& v) const { return v.target.user; }
        std::string_view operator()(const wallet::Transfer& v) const { return v.payer.user; }
        std::string_view operator()(const wallet::Freeze& v) const { return v.target.user; }
        std::string_view operator()(const wallet::Unfreeze& v) const { return v.user; }
        std::string_view operator()(const wallet::Capture& v) const { return v.user; }
        std::string_view operator()(const wallet::ExpireFreeze&) const { return {}; }
        std::string_view operator()(const wallet::ChangeStatus&) const { return {}; }
        std::string_view operator()(const wallet::SetPolicy&) const { return {}; }
        std::string_view operator()(const wallet::RemovePolicy&) const { return {}; }
        std::string_view operator()(const wallet::Adjust& v) const { return v.target.user; }
        std::string_view operator()(const wallet::Refund& v) const { return v.user; }
        std::string_view operator()(const wallet::RequestWithdrawal& v) const {
            return v.target.user;
        }
        std::string_view operator()(const wallet::DecideApproval&) const { return {}; }
        std::string_view operator()(const wallet::CancelWithdrawal& v) const { return v.user; }
    };
    return std::visit(Visitor{}, verb);
}

}  // namespace

void EmbeddedStore::prepare(std::size_t first) {
    const std::size_t end = std::min(first + prepared_at_once, batch_.entries.size());
    for (std::size_t i = first; i < end; ++i) {
        Prepared& prepared = prepared_[i];
        prepared = {};
        const auto* command = std::get_if<wallet::Command>(&batch_.entries[i].item);
        if (command == nullptr) continue;
        const wallet::Tenant* tenant = state_.tenant(command->caller.tenant);
        if (tenant == nullptr) continue;
        const std::string_view user = user_of(command->verb);
        if (!user.empty()) {
            prepared.name_hash = State::name_hash(tenant->number, user);
            state_.prefetch_index(prepared.name_hash);
        }
        if (!command->key.text.empty()) {
            prepared.key_fingerprint = engine::key_fingerprint(sha_, state_.genesis.reference_key,
                                                               tenant->number, *command);
            prepared.has_key = true;
            keys_.prefetch(fingerprint_of(prepared.key_fingerprint.data()));
        }
        if (const auto reference = engine::reference_of(*command)) {
            prepared.fingerprint = engine::reference_fingerprint(sha_, state_.genesis.reference_key,
                                                                 tenant->number, *reference);
            prepared.has_fingerprint = true;
            references_.prefetch(fingerprint_of(prepared.fingerprint.data()));
        }
    }
    for (std::size_t i = first; i < end; ++i) {
        if (prepared_[i].name_hash == 0) continue;
        prepared_[i].subject = state_.prefetch_subject(prepared_[i].name_hash);
    }
    for (std::size_t i = first; i < end; ++i) state_.prefetch_wallet(prepared_[i].subject);
}

}  // namespace coffer::store_embedded
