#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace coffer::os {

/// One open file. Every call either does all of its work or returns a fault; interrupted and short
/// system calls are continued inside. Reads may come from several threads; one thread writes.
class File {
public:
    virtual ~File() = default;

    /// Reads exactly `into.size()` bytes, fewer only at the end of the file; returns how many.
    [[nodiscard]] virtual Result<std::size_t, Fault> read_at(std::uint64_t offset,
                                                             std::span<std::uint8_t> into) = 0;

    /// Bytes are readable afterwards and durable after the next successful sync().
    [[nodiscard]] virtual Result<Ok, Fault> write_at(std::uint64_t offset, Bytes bytes) = 0;

    /// Readable and durable when it returns: O_DIRECT with O_DSYNC where the file was opened so
    /// (offset, size and address multiples of 4,096), else write and fdatasync.
    /// After a fault the bytes may or may not become durable later: never call it again.
    [[nodiscard]] virtual Result<Ok, Fault> write_durable(std::uint64_t offset, Bytes bytes) = 0;

    /// write_durable() in two halves, so that the caller can do something else meanwhile. `bytes`
    /// must stay where and what they are until end_durable(), which waits for the rest and tells
    /// how it went; durable_ended() says whether it would not wait. One at a time a file system.
    /// Where the kernel cannot write in the background, begin_durable() does all of it.
    virtual void begin_durable(std::uint64_t offset, Bytes bytes) = 0;
    [[nodiscard]] virtual bool durable_ended() = 0;
    [[nodiscard]] virtual Result<Ok, Fault> end_durable() = 0;

    /// fdatasync. After a fault the truth is what a restart reads: never retried.
    [[nodiscard]] virtual Result<Ok, Fault> sync() = 0;

    [[nodiscard]] virtual Result<std::uint64_t, Fault> size() = 0;
};

enum class Open {
    read,           ///< must exist
    read_write,     ///< must exist
    create_new,     ///< must not exist; mode 0600
    read_uncached,  ///< must exist; O_DIRECT where that is taken: what the disk says, not the cache
    direct_durable,  ///< must exist; O_DIRECT | O_DSYNC, or a plain file where that is refused
};

/// Held while the process lives; the kernel lets go of it when the process dies.
class Lock {
public:
    virtual ~Lock() = default;
};

/// The files of one data folder, so that tests can make them fail, tear, reorder and vanish.
/// Paths are relative to that folder.
class FileSystem {
public:
    virtual ~FileSystem() = default;

    [[nodiscard]] virtual Result<std::unique_ptr<File>, Fault> open(std::string_view path,
                                                                    Open how) = 0;
    [[nodiscard]] virtual Result<bool, Fault> exists(std::string_view path) = 0;
    [[nodiscard]] virtual Result<std::vector<std::string>, Fault> list(std::string_view folder) = 0;
    [[nodiscard]] virtual Result<Ok, Fault> make_folder(std::string_view path) = 0;
    /// Atomic replacement; durable after sync_folder().
    [[nodiscard]] virtual Result<Ok, Fault> rename(std::string_view from, std::string_view to) = 0;
    [[nodiscard]] virtual Result<Ok, Fault> remove(std::string_view path) = 0;
    /// Makes creations, renames and removals in `folder` ("" is the data folder) durable.
    [[nodiscard]] virtual Result<Ok, Fault> sync_folder(std::string_view folder) = 0;
    /// Fails at once with Kind::busy when another process holds it.
    [[nodiscard]] virtual Result<std::unique_ptr<Lock>, Fault> lock(std::string_view path) = 0;
};

/// The real one, rooted at `folder` (created when missing, mode 0700). `wake_descriptor`: an
/// eventfd, Poller::wake_descriptor(), to which the end of a write begun by begin_durable() adds;
/// -1: such writes are not made in the background.
[[nodiscard]] Result<std::unique_ptr<FileSystem>, Fault> open_file_system(const std::string& folder,
                                                                          int wake_descriptor = -1);

}  // namespace coffer::os
