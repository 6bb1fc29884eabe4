#pragma once

#include <memory>
#include <string>
#include <vector>

#include "os/file_system.h"

namespace coffer::tests {

/// A file system whose writes begun in the background end when the test says so.
class SlowFiles final : public os::FileSystem {
public:
    explicit SlowFiles(os::FileSystem& files) : files_{files} {}

    bool ends = true;  ///< whether what is under way has ended

    Result<std::unique_ptr<os::File>, Fault> open(std::string_view path, os::Open how) override {
        auto file = files_.open(path, how);
        if (!file) return file.error();
        return std::unique_ptr<os::File>{std::make_unique<File>(std::move(*file), ends)};
    }
    Result<bool, Fault> exists(std::string_view path) override { return files_.exists(path); }
    Result<std::vector<std::string>, Fault> list(std::string_view folder) override {
        return files_.list(folder);
    }
    Result<Ok, Fault> make_folder(std::string_view path) override {
        return files_.make_folder(path);
    }
    Result<Ok, Fault> rename(std::string_view from, std::string_view to) override {
        return files_.rename(from, to);
    }
    Result<Ok, Fault> remove(std::string_view path) override { return files_.remove(path); }
    Result<Ok, Fault> sync_folder(std::string_view folder) override {
        return files_.sync_folder(folder);
    }
    Result<std::unique_ptr<os::Lock>, Fault> lock(std::string_view path) override {
        return files_.lock(path);
    }

private:
    class File final : public os::File {
    public:
        File(std::unique_ptr<os::File> file, const bool& ends)
            : file_{std::move(file)}, ends_{ends} {}
        Result<std::size_t, Fault> read_at(std::uint64_t offset,
                                           std::span<std::uint8_t> into) override {
            return file_->read_at(offset, into);
        }
        Result<Ok, Fault> write_at(std::uint64_t offset, Bytes bytes) override {
            return file_->write_at(offset, bytes);
        }
        Result<Ok, Fault> write_durable(std::uint64_t offset, Bytes bytes) override {
            return file_->write_durable(offset, bytes);
        }
        void begin_durable(std::uint64_t offset, Bytes bytes) override {
            file_->begin_durable(offset, bytes);
        }
        bool durable_ended() override { return ends_ && file_->durable_ended(); }
        Result<Ok, Fault> end_durable() override { return file_->end_durable(); }
        Result<Ok, Fault> sync() override { return file_->sync(); }
        Result<std::uint64_t, Fault> size() override { return file_->size(); }

    private:
        std::unique_ptr<os::File> file_;
        const bool& ends_;
    };

    os::FileSystem& files_;
};

}  // namespace coffer::tests
