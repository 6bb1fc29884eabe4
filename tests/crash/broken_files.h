#pragma once

#include <memory>
#include <string>
#include <vector>

#include "os/file_system.h"

namespace coffer::tests::crash {

/// A file system with one promise broken, for showing that the campaigns would notice.
enum class BrokenPromise {
    write_durable_is_synced,  ///< answer before sync
    sync_folder_is_done,      ///< directory not synced
    zeros_are_written,        ///< zero-fill skipped: a new file has what its blocks held before
};

class BrokenFiles final : public os::FileSystem {
public:
    BrokenFiles(os::FileSystem& files, BrokenPromise broken) : files_{files}, broken_{broken} {}

    Result<std::unique_ptr<os::File>, Fault> open(std::string_view path, os::Open how) override;
    Result<Ok, Fault> sync_folder(std::string_view folder) override;

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
    Result<std::unique_ptr<os::Lock>, Fault> lock(std::string_view path) override {
        return files_.lock(path);
    }

private:
    os::FileSystem& files_;
    const BrokenPromise broken_;
};

}  // namespace coffer::tests::crash
