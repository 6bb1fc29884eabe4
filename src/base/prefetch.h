#pragma once

namespace coffer {

/// Brings the cache line of `at` near. A hint; any address will do.
///
/// The empty statement matters: g++ 12 takes a function that does nothing but prefetch for one
/// without effect, and drops the calls to it.
inline void prefetch(const void* at) {
    __builtin_prefetch(at);
    asm volatile("" ::"r"(at));
}

}  // namespace coffer
