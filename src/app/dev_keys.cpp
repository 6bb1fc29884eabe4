#include "app/dev_keys.h"

#include <array>
#include <filesystem>

#include "base/sha256.h"
#include "os/file_system.h"
#include "os/random.h"

namespace coffer::app {
namespace {

Result<Ok, Fault> make_key(os::FileSystem& files, std::string_view name) {
    const auto there = files.exists(name);
    if (!there) return there.error();
    if (*there) return Ok{};
    std::array<std::uint8_t, 32> bytes;
    if (const auto filled = os::system_random().fill(bytes); !filled) return filled;
    // Under another name until it is whole: a start that is cut off must not leave a weak key.
    const std::string unfinished = std::string{name} + ".new";
    const auto leftover = files.exists(unfinished);
    if (!leftover) return leftover.error();
    if (*leftover) {
        if (const auto removed = files.remove(unfinished); !removed) return removed;
    }
    auto file = files.open(unfinished, os::Open::create_new);
    if (!file) return file.error();
    const std::string text = to_hex(bytes) + "\n";
    if (const auto written = (*file)->write_at(0, as_bytes(text)); !written) return written;
    if (const auto synced = (*file)->sync(); !synced) return synced;
    if (const auto renamed = files.rename(unfinished, name); !renamed) return renamed;
    return files.sync_folder("");
}

}  // namespace

Result<Ok, Fault> make_dev_keys(const std::string& data) {
    auto files = os::open_file_system(data);
    if (!files) return files.error();
    if (const auto made = make_key(**files, dev_secret_name); !made) return made;
    return make_key(**files, internal_key_name);
}

bool has_dev_keys(const std::string& data) {
    std::error_code ignored;
    return std::filesystem::exists(data + "/" + dev_secret_name, ignored);
}

}  // namespace coffer::app
