#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "base/sha256.h"
#include "wallet/command.h"
#include "wallet/record.h"

namespace coffer::engine {

/// What a reference guards: one effect per tenant, user and kind of record, for ever.
struct Reference {
    wallet::RecordKind kind;
    std::string_view user;  ///< whose reference it is; of a transfer the payer
    std::string_view text;
};

/// The kind that its reference is guarded as: that of the verb, whatever came of it.
[[nodiscard]] wallet::RecordKind guarding_kind(wallet::RecordKind kind);

/// The reference that a command carries, if any. The views point into the command's texts.
[[nodiscard]] std::optional<Reference> reference_of(const wallet::Command& command);

/// What the references of a tenant are named with.
struct ReferenceGuard {
    std::array<std::uint8_t, 32> key{};
    wallet::TenantNumber tenant;
};

/// The name of a used reference in the book: docs/journal-format.md, section 6. Keyed, so that a
/// table of fingerprints tells nobody which references exist. About 0.3 µs.
[[nodiscard]] wallet::Fingerprint reference_fingerprint(Sha256& sha256,
                                                        const std::array<std::uint8_t, 32>& key,
                                                        wallet::TenantNumber tenant,
                                                        const Reference& reference);

/// The same for the Idempotency-Key of a command that has one: of the tenant, the caller, the
/// operation and the key. Never that of a reference.
[[nodiscard]] wallet::Fingerprint key_fingerprint(Sha256& sha256,
                                                  const std::array<std::uint8_t, 32>& key,
                                                  wallet::TenantNumber tenant,
                                                  const wallet::Command& command);

}  // namespace coffer::engine
