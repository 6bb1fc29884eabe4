#pragma once

#include <string>

#include "base/result.h"

namespace coffer::app {

inline constexpr const char* dev_secret_name = "dev-jwt.secret";
inline constexpr const char* internal_key_name = "internal-api.key";

/// The two keys of --dev in a data folder: made when missing, mode 0600, never overwritten.
[[nodiscard]] Result<Ok, Fault> make_dev_keys(const std::string& data);

/// True when the folder holds a key of --dev.
[[nodiscard]] bool has_dev_keys(const std::string& data);

}  // namespace coffer::app
