#include <cstring>

#include "report/check.h"

namespace coffer::report {

namespace {

/// What came of the verb does not matter.
Kind guarding_kind(Kind kind) {
    if (kind == Kind::propose_adjustment) return Kind::adjust;
    return kind == Kind::auto_withdrawal ? Kind::request_withdrawal : kind;
}

}  // namespace

void ReferenceChecks::check(const Judged& judged, const GenesisBody& genesis) {
    const Movement& movement = judged.movement();
    if (movement.has_key) {
        of_segment_.push_back(
            {key_of(movement.key_fingerprint.data()), judged.view.position | key_bit});
    }
    if (!movement.has_reference) return;
    const Key128 stored = key_of(movement.fingerprint.data());
    // The table is far larger than the caches: let memory arrive while the hash is computed.
    seen_.prefetch(stored);
    const std::string_view user = judged.state.names.text(NameKind::subject, movement.user);
    scratch_.assign(genesis.reference_key.begin(), genesis.reference_key.end());
    scratch_.push_back(static_cast<std::uint8_t>(guarding_kind(judged.record.kind)));
    std::uint8_t tenant[4];
    store_le(tenant, static_cast<std::uint32_t>(movement.tenant));
    scratch_.insert(scratch_.end(), tenant, tenant + sizeof tenant);
    scratch_.push_back(static_cast<std::uint8_t>(user.size()));
    scratch_.insert(scratch_.end(), user.begin(), user.end());
    scratch_.insert(scratch_.end(), movement.reference.begin(), movement.reference.end());
    const Key128 computed = key_of(sha_.of(scratch_).data());
    judged.demand(!movement.reference.empty(), Rule::reference, "reference", "is empty");
    judged.demand(stored == computed, Rule::reference, "reference fingerprint",
                  "is not the fingerprint of this kind, tenant, user and reference");
    judged.demand(seen_.insert(stored), Rule::reference, "reference fingerprint",
                  "was used before: a reference takes effect once");
    of_segment_.push_back({stored, judged.view.position});
}

}  // namespace coffer::report
