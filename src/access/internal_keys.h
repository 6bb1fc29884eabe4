#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"

namespace coffer::access {

/// A service that may call /internal.
struct InternalCaller {
    std::string name;
    std::vector<std::string> tenants;  ///< empty: all

    [[nodiscard]] bool may_act_in(std::string_view tenant) const;
};

/// The keys of `X-API-Key`. Only their hashes are kept; a lookup takes equally long for every key.
///
/// The text has one key a line: the key alone (any tenant, named `internal`), or
/// `name:tenants:key` with tenants `*` or separated by commas. Empty lines and lines that begin
/// with `#` are skipped. A key is 16 to 256 visible ASCII characters without a colon.
class InternalKeys {
public:
    /// No keys: every lookup fails.
    InternalKeys() = default;

    [[nodiscard]] static Result<InternalKeys, Fault> parse(std::string_view text);
    /// The file must be readable by its owner alone.
    [[nodiscard]] static Result<InternalKeys, Fault> load(const std::string& path);

    /// The caller this key belongs to, or nullptr. About 0.3 µs. Lives as long as this object.
    [[nodiscard]] const InternalCaller* find(std::string_view key) const;

private:
    struct Entry {
        Hash key_hash;
        InternalCaller caller;
    };
    std::vector<Entry> entries_;
};

}  // namespace coffer::access
