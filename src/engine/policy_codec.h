#pragma once

#include "base/byte_writer.h"
#include "base/bytes.h"
#include "wallet/policy.h"
#include "wallet/record.h"

namespace coffer::engine {

// The fields of a policy in records and checkpoints: docs/journal-format.md, section 5.

/// The default policy's record.
struct DefaultPolicy {
    std::uint32_t version = 0;
    wallet::Policy policy;
    friend bool operator==(const DefaultPolicy&, const DefaultPolicy&) = default;
};

/// What a default policy's record does not hold: it is in the settings, or the process's own.
inline constexpr wallet::PolicyFields not_in_default = [] {
    wallet::PolicyFields fields;
    fields.add(wallet::PolicyField::auto_open_wallets);
    fields.add(wallet::PolicyField::idempotency_ttl);
    return fields;
}();
/// And what it holds, always all of it.
inline constexpr wallet::PolicyFields in_default{wallet::all_policy_fields.bits &
                                                 ~not_in_default.bits};

void put_policy_fields(ByteWriter& out, wallet::PolicyFields fields, const wallet::Policy& values);
/// False for anything that the other would not have written. What is not in `fields` is as in
/// standard_policy.
[[nodiscard]] bool get_policy_fields(ByteReader& in, wallet::PolicyFields& fields,
                                     wallet::Policy& values);

void put_policy_line(ByteWriter& out, const wallet::PolicyLine& line);
[[nodiscard]] bool get_policy_line(ByteReader& in, wallet::PolicyLine& line);

}  // namespace coffer::engine
