#pragma once

#include <string>
#include <string_view>

namespace coffer::os {

/// Why a sync in this folder promises less than a disk's (docs/durability.md), as the end of a
/// sentence; empty where nothing is known against its file system. By statfs(2).
[[nodiscard]] std::string_view weakness_of_file_system(const std::string& folder);

}  // namespace coffer::os
