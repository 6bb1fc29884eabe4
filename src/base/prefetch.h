#pragma once

#include <cstddef>

namespace coffer {

/// Brings the cache line of `at` near. A hint; any address will do.
///
/// The empty statement matters: g++ 12 takes a function that does nothing but prefetch for one
/// without effect, and drops the calls to it.
inline void prefetch(const void* at) {
    __builtin_prefetch(at);
    asm volatile("" ::"r"(at));
}

/// Likewise this many lines (of 64 bytes) from there on.
inline void prefetch_lines(const void* at, std::size_t lines) {
    const auto* line = static_cast<const char*>(at);
    for (std::size_t i = 0; i < lines; ++i) prefetch(line + i * 64);
}

}  // namespace coffer
