#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "os/file_system.h"

namespace coffer::app {

// What `backup` and `restore` leave beside a book, so that nobody serves from a copy that is not
// whole, or not known to be a copy.

/// There while a copy is being made, and for ever when that did not end.
inline constexpr const char* unfinished_name = "UNFINISHED";
/// In a finished backup: what it holds, as JSON.
inline constexpr const char* backup_name = "BACKUP";

/// Refuses a backup and an unfinished copy, saying what to do instead.
[[nodiscard]] Result<Ok, Fault> check_startable(os::FileSystem& files);

/// Opening a folder makes it; a command that only reads must not. Refuses a folder without a book.
[[nodiscard]] Result<std::unique_ptr<os::FileSystem>, Fault> open_book(const std::string& data);

/// Makes and marks the folder of a copy. It must be absent or empty, and neither in the other
/// folder nor around it.
[[nodiscard]] Result<std::unique_ptr<os::FileSystem>, Fault> begin_copy(const std::string& from,
                                                                        const std::string& to,
                                                                        const std::string& what);
/// Takes the mark away; everything before must be synced.
[[nodiscard]] Result<Ok, Fault> end_copy(os::FileSystem& to);

/// The top level of a data folder, by what a copy does with it.
struct CopiedFiles {
    std::vector<std::string> keys;      ///< `*.key` and `*.secret`: copied, each with its mode
    std::vector<std::string> left_out;  ///< nothing that Coffer knows
};
[[nodiscard]] Result<CopiedFiles, Fault> copy_keys(os::FileSystem& from,
                                                   const std::string& from_path, os::FileSystem& to,
                                                   const std::string& to_path);

/// A file of the operator's, anywhere; at most 64 MiB.
[[nodiscard]] Result<std::string, Fault> read_text(const std::string& name);

/// A whole new file, synced and then renamed into its place.
[[nodiscard]] Result<Ok, Fault> write_whole(os::FileSystem& files, const std::string& name,
                                            const std::string& text);

}  // namespace coffer::app
