#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "os/simulated_disk.h"
#include "os/sparse_bytes.h"

/// The insides of SimulatedDisk, shared by its two source files and by nothing else.
namespace coffer::os {

inline constexpr std::size_t tear_bytes = 512;

struct UnsyncedWrite {
    std::uint64_t offset = 0;
    std::uint64_t count = 0;
    std::vector<std::uint8_t> bytes;  // empty: all zero
};

/// A file or a folder, whatever its names are.
struct SimulatedNode {
    bool is_folder = false;
    SparseBytes readable;
    SparseBytes durable;
    std::vector<UnsyncedWrite> unsynced;
    std::set<std::uint64_t> lost_pages;  // readable, called clean after a failed sync, not durable

    void write(std::uint64_t offset, Bytes bytes);
    void sync();
    void fail_sync();
};

using NodePointer = std::shared_ptr<SimulatedNode>;
using Names = std::map<std::string, NodePointer, std::less<>>;

/// A change of names that its folder's sync has not made durable yet.
struct UnsyncedName {
    std::string removed;  // empty: none
    std::string added;    // empty: none
    NodePointer node;     // of `added`
};

[[nodiscard]] std::string_view folder_of(std::string_view path);
/// The changes in order, as a journal of the file system would hold them.
void apply_change(Names& names, const UnsyncedName& change);

struct SimulatedDisk::State {
    enum class Step { proceed, fails, power_lost };

    mutable std::mutex mutex;
    Names readable;
    Names durable;
    std::vector<UnsyncedName> unsynced;
    std::set<std::string, std::less<>> locked;

    std::uint64_t steps = 0;
    std::uint64_t power_lost_at = 0;
    bool has_power = true;
    bool reads_fail = false;
    bool is_full = false;
    std::uint64_t trouble_from = 0;
    std::uint64_t trouble_to = 0;
    Trouble trouble = Trouble::io_error;

    /// Counts one step and says what becomes of it.
    Step next_step();
    [[nodiscard]] Fault fault(std::string_view what, std::string_view path) const;
    [[nodiscard]] NodePointer find(std::string_view path) const;
    void change_name(UnsyncedName change);
};

}  // namespace coffer::os
