#include "engine/reference.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/ensure.h"

namespace coffer::engine {
namespace {

using wallet::RecordKind;
using Found = std::optional<Reference>;

Found guarded(RecordKind kind, std::string_view user, std::string_view text) {
    if (text.empty()) return std::nullopt;
    return Reference{kind, user, text};
}

Found found_in(const wallet::OpenWallet&) { return std::nullopt; }
Found found_in(const wallet::Deposit& verb) {
    return guarded(RecordKind::deposit, verb.target.user, verb.reference);
}
Found found_in(const wallet::Withdraw& verb) {
    return guarded(RecordKind::withdraw, verb.target.user, verb.reference);
}
Found found_in(const wallet::Transfer& verb) {
    return guarded(RecordKind::transfer, verb.payer.user, verb.reference);
}
Found found_in(const wallet::Freeze& verb) {
    return guarded(RecordKind::freeze, verb.target.user, verb.reference);
}
Found found_in(const wallet::Unfreeze&) { return std::nullopt; }
Found found_in(const wallet::Capture& verb) {
    return guarded(RecordKind::capture, verb.user, verb.reference);
}
Found found_in(const wallet::ExpireFreeze&) { return std::nullopt; }
Found found_in(const wallet::ChangeStatus&) { return std::nullopt; }
Found found_in(const wallet::SetPolicy&) { return std::nullopt; }
Found found_in(const wallet::RemovePolicy&) { return std::nullopt; }
Found found_in(const wallet::Adjust& verb) {
    return guarded(RecordKind::adjust, verb.target.user, verb.reference);
}
Found found_in(const wallet::Refund& verb) {
    // Whose transaction it is has to be found out first: engine/original.h.
    if (verb.user.empty()) return std::nullopt;
    return guarded(RecordKind::refund, verb.user, verb.reference);
}

Found found_in(const wallet::RequestWithdrawal& verb) {
    return guarded(RecordKind::request_withdrawal, verb.target.user, verb.reference);
}
Found found_in(const wallet::DecideApproval&) { return std::nullopt; }
Found found_in(const wallet::CancelWithdrawal&) { return std::nullopt; }

wallet::Fingerprint first_half(const Hash& hash) {
    wallet::Fingerprint fingerprint;
    std::ranges::copy_n(hash.begin(), fingerprint.size(), fingerprint.begin());
    return fingerprint;
}

}  // namespace

RecordKind guarding_kind(RecordKind kind) {
    if (kind == RecordKind::propose_adjustment) return RecordKind::adjust;
    if (kind == RecordKind::auto_withdrawal) return RecordKind::request_withdrawal;
    return kind;
}

std::optional<Reference> reference_of(const wallet::Command& command) {
    return std::visit([](const auto& verb) { return found_in(verb); }, command.verb);
}

wallet::Fingerprint reference_fingerprint(Sha256& sha256, const std::array<std::uint8_t, 32>& key,
                                          wallet::TenantNumber tenant, const Reference& reference) {
    // The length of the user's id parts it from the reference: "a" + "bc" is not "ab" + "c".
    ENSURE(reference.user.size() <= UINT8_MAX);
    std::array<std::uint8_t, 6> head;
    head[0] = static_cast<std::uint8_t>(reference.kind);
    store_le(&head[1], tenant.value);
    head[5] = static_cast<std::uint8_t>(reference.user.size());
    const Hash hash = sha256.start()
                          .add(key)
                          .add(head)
                          .add(as_bytes(reference.user))
                          .add(as_bytes(reference.text))
                          .finish();
    return first_half(hash);
}

wallet::Fingerprint key_fingerprint(Sha256& sha256, const std::array<std::uint8_t, 32>& key,
                                    wallet::TenantNumber tenant, const wallet::Command& command) {
    const std::string_view actor = command.caller.actor;
    const std::string_view operation = command.key.operation;
    ENSURE(actor.size() <= UINT8_MAX && operation.size() <= UINT16_MAX);
    std::array<std::uint8_t, 8> head{};  // where a reference has the kind of its record: 0
    store_le(&head[1], tenant.value);
    head[5] = static_cast<std::uint8_t>(actor.size());
    store_le(&head[6], static_cast<std::uint16_t>(operation.size()));
    return first_half(sha256.start()
                          .add(key)
                          .add(head)
                          .add(as_bytes(actor))
                          .add(as_bytes(operation))
                          .add(as_bytes(command.key.text))
                          .finish());
}

}  // namespace coffer::engine
