#pragma once

namespace coffer::app {

/// Gives the allocator address space that the kernel backs with huge pages. The tables are read at
/// random, and on a virtual machine every miss of the address cache walks two page tables.
/// Reserves nothing: memory is taken as it is touched. Without mimalloc, or without transparent
/// huge
/// pages, it does nothing. Call it once, before anything is allocated in earnest.
void use_huge_pages();

}  // namespace coffer::app
