#pragma once

#include <string>

#include "base/result.h"

namespace coffer::access {

/// The text of a secret file without white space around it. Refused: a file that others than its
/// owner may read or write, an empty one, one over 64 KiB, anything that is no regular file.
[[nodiscard]] Result<std::string, Fault> read_secret_file(const std::string& path);

/// The same for what is no secret: others may read it, but not write it.
[[nodiscard]] Result<std::string, Fault> read_public_file(const std::string& path);

}  // namespace coffer::access
