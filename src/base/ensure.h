#pragma once

#include <source_location>

namespace coffer {

/// Ends the process with the place of the broken assumption. Used by ENSURE; never returns.
[[noreturn]] void ensure_failed(const char* condition, std::source_location where);

/// For the end of a switch over a closed list: reaching it means that memory is broken.
[[noreturn]] inline void unreachable_value(
    std::source_location where = std::source_location::current()) {
    ensure_failed("a value outside its closed list", where);
}

}  // namespace coffer

/// An assumption of ours about ourselves. Checked in release too: a bug stops the process before
/// it can reach the book. Bad input and broken disks are never checked with it.
#define ENSURE(condition)                                                           \
    do {                                                                            \
        if (!(condition)) [[unlikely]]                                              \
            ::coffer::ensure_failed(#condition, ::std::source_location::current()); \
    } while (false)
