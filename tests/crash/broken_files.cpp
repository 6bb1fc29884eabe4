#include "tests/crash/broken_files.h"

#include <algorithm>

namespace coffer::tests::crash {
namespace {

class BrokenFile final : public os::File {
public:
    BrokenFile(std::unique_ptr<os::File> file, BrokenPromise broken)
        : file_{std::move(file)}, broken_{broken} {}

    Result<std::size_t, Fault> read_at(std::uint64_t offset,
                                       std::span<std::uint8_t> into) override {
        return file_->read_at(offset, into);
    }
    Result<Ok, Fault> write_at(std::uint64_t offset, Bytes bytes) override {
        const bool zeros = std::ranges::all_of(bytes, [](std::uint8_t b) { return b == 0; });
        if (broken_ != BrokenPromise::zeros_are_written || !zeros) {
            return file_->write_at(offset, bytes);
        }
        // Blocks of a file that was removed long ago: a sector of an older book every few KiB.
        std::vector<std::uint8_t> stale(bytes.size());
        for (std::size_t at = 20'480; at + 512 <= stale.size(); at += 8'192) {
            for (std::size_t i = 0; i < 512; ++i) {
                stale[at + i] = static_cast<std::uint8_t>(at / 512 + i);
            }
        }
        return file_->write_at(offset, stale);
    }
    Result<Ok, Fault> write_durable(std::uint64_t offset, Bytes bytes) override {
        if (broken_ == BrokenPromise::write_durable_is_synced) {
            return file_->write_at(offset, bytes);
        }
        return file_->write_durable(offset, bytes);
    }
    void begin_durable(std::uint64_t offset, Bytes bytes) override {
        if (broken_ == BrokenPromise::write_durable_is_synced) {
            not_synced_ = file_->write_at(offset, bytes);
        } else {
            file_->begin_durable(offset, bytes);
        }
    }
    bool durable_ended() override { return true; }
    Result<Ok, Fault> end_durable() override {
        if (broken_ == BrokenPromise::write_durable_is_synced) return not_synced_;
        return file_->end_durable();
    }
    Result<Ok, Fault> sync() override { return file_->sync(); }
    Result<std::uint64_t, Fault> size() override { return file_->size(); }

private:
    const std::unique_ptr<os::File> file_;
    const BrokenPromise broken_;
    Result<Ok, Fault> not_synced_ = Ok{};
};

}  // namespace

Result<std::unique_ptr<os::File>, Fault> BrokenFiles::open(std::string_view path, os::Open how) {
    auto file = files_.open(path, how);
    if (!file) return file.error();
    return std::unique_ptr<os::File>{std::make_unique<BrokenFile>(std::move(*file), broken_)};
}

Result<Ok, Fault> BrokenFiles::sync_folder(std::string_view folder) {
    if (broken_ == BrokenPromise::sync_folder_is_done) return Ok{};
    return files_.sync_folder(folder);
}

}  // namespace coffer::tests::crash
