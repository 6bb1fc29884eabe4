#pragma once

#include <unordered_map>

#include "report/check.h"

namespace coffer::report {

/// Withdrawals and adjustments that may need a second person: asked for once, decided once, what is
/// approved by somebody else than who asked.
class ApprovalChecks {
public:
    void check(const Judged& judged, IdCipher& ids);

    /// What pending withdrawals hold, by wallet.
    [[nodiscard]] std::unordered_map<std::uint64_t, Int128> held() const;

private:
    void check_asked(const Judged& judged, IdCipher& ids);
    void check_decided(const Judged& judged);

    /// Its text is not kept, but a digest of it.
    struct Pending {
        ApprovalBody asked;
        Key128 remark;
    };
    std::unordered_map<UInt128, Pending, HoldChecks::IdHash> pending_;
    Sha256 sha_;
    std::uint64_t asked_ = 0;
};

}  // namespace coffer::report
