#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "os/file_system.h"

namespace coffer::os {

/// A file system in memory that knows what a power cut would leave of it.
///
/// Every write, sync, creation, rename, removal and folder sync is a step, counted from 1. What was
/// written is readable at once and durable only after a sync of the file, names after a sync of
/// their folder. write_durable() is two steps, a write and a sync. After a failed sync the bytes
/// stay readable, count as clean, and later syncs do not save them: as Linux does it.
///
/// An image is an independent disk that shares unchanged blocks: tens of thousands a second. Any
/// thread; one disk is one folder, and its lock excludes like the real one.
class SimulatedDisk final : public FileSystem {
public:
    SimulatedDisk();
    ~SimulatedDisk() override;

    Result<std::unique_ptr<File>, Fault> open(std::string_view path, Open how) override;
    Result<bool, Fault> exists(std::string_view path) override;
    Result<std::vector<std::string>, Fault> list(std::string_view folder) override;
    Result<Ok, Fault> make_folder(std::string_view path) override;
    Result<Ok, Fault> rename(std::string_view from, std::string_view to) override;
    Result<Ok, Fault> remove(std::string_view path) override;
    Result<Ok, Fault> sync_folder(std::string_view folder) override;
    Result<std::unique_ptr<Lock>, Fault> lock(std::string_view path) override;

    [[nodiscard]] std::uint64_t steps() const;

    /// The power goes at this step: a write, creation, rename or removal may be found afterwards,
    /// in part or whole; a sync has done nothing. Every call from then on is a fault. 0: never.
    void lose_power_at(std::uint64_t step);
    [[nodiscard]] bool has_power() const;

    enum class Trouble { io_error, full };
    enum class Lasting { once, for_ever };
    /// That step, or all from it on, fail; a failed write may have been done in part.
    void fail_at(std::uint64_t step, Trouble trouble, Lasting lasting);
    void heal();
    /// No room: new names and writes behind the end of a file fail with ENOSPC until told
    /// otherwise; what has its blocks can be written again.
    void set_full(bool full);
    /// Reads fail with EIO until told otherwise.
    void fail_reads(bool fail);

    /// What may be found when the power comes back: of what was not durable, each sector and each
    /// name is kept or lost as the seed says. Seeds 0 and 1 keep nothing and everything.
    [[nodiscard]] std::unique_ptr<SimulatedDisk> crash_image(std::uint64_t seed) const;

    /// What another process finds when this one dies and the power stays: all that is readable,
    /// still not durable. Nothing is locked, no trouble is set.
    [[nodiscard]] std::unique_ptr<SimulatedDisk> after_process_death() const;

    /// Damage, done at once to what is readable and to what is durable; not steps. The file must
    /// exist.
    void flip_bit(std::string_view path, std::uint64_t bit);
    void overwrite(std::string_view path, std::uint64_t offset, Bytes bytes);
    void copy_within(std::string_view path, std::uint64_t from, std::uint64_t to,
                     std::uint64_t count);
    void truncate(std::string_view path, std::uint64_t size);
    void delete_file(std::string_view path);
    void rename_file(std::string_view from, std::string_view to);
    void put_file(std::string_view path, Bytes bytes);
    [[nodiscard]] std::vector<std::uint8_t> content(std::string_view path) const;

    struct State;

private:
    explicit SimulatedDisk(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

}  // namespace coffer::os
