#include "app/memory.h"

#include <sys/mman.h>

#include <cstddef>
#include <memory>

// Weak: the sanitizer build brings an allocator of its own.
extern "C" bool mi_manage_os_memory(void* start, std::size_t size, bool is_committed, bool is_large,
                                    bool is_zero, int numa_node) __attribute__((weak));

namespace coffer::app {
namespace {

inline constexpr std::size_t address_space_bytes = std::size_t{64} << 30;
// mimalloc cuts what it is given into segments of 64 MiB and takes their alignment for granted.
inline constexpr std::size_t alignment = std::size_t{64} << 20;

}  // namespace

void use_huge_pages() {
    if (mi_manage_os_memory == nullptr) return;
    std::size_t room = address_space_bytes + alignment;
    void* const mapped = mmap(nullptr, room, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) return;
    void* memory = mapped;
    if (std::align(alignment, address_space_bytes, memory, room) == nullptr) return;
    if (madvise(memory, address_space_bytes, MADV_HUGEPAGE) != 0) return;
    // A refusal leaves untouched address space behind, which costs nothing.
    static_cast<void>(mi_manage_os_memory(memory, address_space_bytes, true, false, true, -1));
}

}  // namespace coffer::app
