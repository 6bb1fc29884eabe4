#include <algorithm>

#include "base/prefetch.h"
#include "store_embedded/embedded_store.h"

// A deposit of a random user waits for memory six times: reference, index, subject, name, wallet,
// history. Here each is asked for while the items before it are decided. Nothing is decided here.

namespace coffer::store_embedded {
namespace {

/// Of the references that somebody else named: see Store::reference_guard().
constexpr std::size_t checked_one_of = 16;

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

/// Of a command. They were copied one behind the other, the user first.
void prefetch_texts(const engine::Batch::Entry& entry) {
    const auto* command = std::get_if<wallet::Command>(&entry.item);
    if (command == nullptr) return;
    const std::string_view user = user_of(command->verb);
    if (!user.empty()) prefetch_lines(user.data(), 2);
    if (entry.reference != nullptr) prefetch(entry.reference);
}

}  // namespace

void EmbeddedStore::prepare(std::size_t item) {
    // Of the first item's all up to there, of the others' one more.
    const auto up_to = [&](std::size_t ahead, auto each) {
        const std::size_t end = std::min(item + ahead + 1, batch_.entries.size());
        for (std::size_t i = item == 0 ? 0 : item + ahead; i < end; ++i) each(i);
    };
    const auto at = [this](std::size_t i) -> Prepared& { return prepared_[i % prepared_.size()]; };
    // What another thread has made is in another processor's cache.
    up_to(brought_ahead, [&](std::size_t i) {
        prefetch_lines(&batch_.entries[i], sizeof batch_.entries[i] / 64 + 1);
    });
    up_to(texts_ahead, [&](std::size_t i) { prefetch_texts(batch_.entries[i]); });
    up_to(named_ahead,
          [&](std::size_t i) { name(batch_.entries[i], at(i), i % checked_one_of == 0); });
    up_to(found_ahead, [&](std::size_t i) {
        if (at(i).name_hash != 0) at(i).subject = state_.prefetch_subject(at(i).name_hash);
    });
    up_to(fetched_ahead, [&](std::size_t i) { state_.prefetch_wallet(at(i).subject); });
    up_to(last_ahead, [&](std::size_t i) { state_.prefetch_history(at(i).subject); });
    prepared_now_ = &at(item);
    state_.expect_subject(prepared_now_->subject);
}

void EmbeddedStore::name(const engine::Batch::Entry& entry, Prepared& prepared, bool check) {
    prepared = {};
    const auto* command = std::get_if<wallet::Command>(&entry.item);
    if (command == nullptr) return;
    const wallet::Tenant* tenant = state_.tenant(command->caller.tenant);
    if (tenant == nullptr) return;
    const std::string_view user = user_of(command->verb);
    if (!user.empty()) {
        prepared.name_hash = State::name_hash(tenant->number, user);
        state_.prefetch_index(prepared.name_hash);
    }
    const auto& key = state_.genesis.reference_key;
    if (!command->key.text.empty()) {
        prepared.key_fingerprint = engine::key_fingerprint(sha_, key, tenant->number, *command);
        prepared.has_key = true;
        keys_.prefetch(fingerprint_of(prepared.key_fingerprint.data()));
    }
    if (const auto reference = engine::reference_of(*command)) {
        const wallet::Fingerprint* made = entry.reference;
        if (made == nullptr || check) {
            prepared.fingerprint =
                engine::reference_fingerprint(sha_, key, tenant->number, *reference);
            ENSURE(made == nullptr || *made == prepared.fingerprint);
        } else {
            prepared.fingerprint = *made;
        }
        prepared.has_fingerprint = true;
        references_.prefetch(fingerprint_of(prepared.fingerprint.data()));
    }
}

}  // namespace coffer::store_embedded
