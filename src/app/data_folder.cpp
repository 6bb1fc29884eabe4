#include "app/data_folder.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "report/book_files.h"

namespace coffer::app {
namespace {

namespace fs = std::filesystem;

inline constexpr std::uint64_t key_bytes_max = 64 * 1024;

Fault configuration(const std::string& message) { return {Fault::Kind::configuration, message}; }

bool is_within(const fs::path& inner, const fs::path& outer) {
    const auto [at, end] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
    static_cast<void>(end);
    return at == outer.end() || at->empty();
}

bool is_key(const std::string& name) { return name.ends_with(".key") || name.ends_with(".secret"); }

/// What makes a data folder one, or can be made again.
bool is_known(const std::string& name) {
    static constexpr std::string_view known[] = {
        "MANIFEST", "MANIFEST.new", "LOCK", "journal", "checkpoint", backup_name, unfinished_name};
    return std::ranges::find(known, name) != std::end(known);
}

Result<Ok, Fault> copy_key(os::FileSystem& from, const fs::path& from_path, os::FileSystem& to,
                           const fs::path& to_path, const std::string& name) {
    auto file = from.open(name, os::Open::read);
    if (!file) return file.error();
    const auto size = (*file)->size();
    if (!size) return size.error();
    if (*size > key_bytes_max) return configuration(name + " is too large for a key");
    std::vector<std::uint8_t> bytes(*size);
    const auto got = (*file)->read_at(0, bytes);
    if (!got) return got.error();
    bytes.resize(*got);
    auto copy = to.open(name, os::Open::create_new);
    if (!copy) return copy.error();
    if (auto wrote = (*copy)->write_at(0, bytes); !wrote) return wrote;
    std::error_code error;
    const auto mode = fs::status(from_path / name, error).permissions();
    if (!error) fs::permissions(to_path / name, mode, error);
    if (error) return configuration("the mode of " + name + ": " + error.message());
    return (*copy)->sync();
}

}  // namespace

Result<Ok, Fault> check_startable(os::FileSystem& files) {
    const auto unfinished = files.exists(unfinished_name);
    if (!unfinished) return unfinished.error();
    if (*unfinished) {
        return configuration(std::string{"the data folder holds a copy that was not finished ("} +
                             unfinished_name + "): empty it and run coffer restore again");
    }
    const auto backup = files.exists(backup_name);
    if (!backup) return backup.error();
    if (!*backup) return Ok{};
    return configuration(std::string{"the data folder is a backup ("} + backup_name +
                         "): coffer restore --from it --data NEW makes a book to serve; a backup "
                         "that takes writes is none any more");
}

Result<std::unique_ptr<os::FileSystem>, Fault> open_book(const std::string& data) {
    if (::access((data + "/MANIFEST").c_str(), F_OK) != 0) {
        return configuration("there is no book in " + data + " (no MANIFEST)");
    }
    return os::open_file_system(data);
}

Result<std::unique_ptr<os::FileSystem>, Fault> begin_copy(const std::string& from,
                                                          const std::string& to,
                                                          const std::string& what) {
    std::error_code error;
    const fs::path from_path = fs::weakly_canonical(from, error);
    const fs::path to_path = error ? fs::path{} : fs::weakly_canonical(to, error);
    if (error) return configuration(to + ": " + error.message());
    if (is_within(to_path, from_path) || is_within(from_path, to_path)) {
        return configuration("the copy must stand in a folder of its own, not in or around " +
                             from);
    }
    if (fs::exists(to_path, error)) {
        const bool empty = fs::is_directory(to_path, error) && fs::is_empty(to_path, error);
        if (error) return configuration(to + ": " + error.message());
        if (!empty) return configuration(to + " is not an empty folder; nothing was written");
    }
    auto files = os::open_file_system(to);
    if (!files) return files.error();
    auto mark = (*files)->open(unfinished_name, os::Open::create_new);
    if (!mark) return mark.error();
    if (auto wrote = (*mark)->write_at(0, as_bytes(what + "\n")); !wrote) return wrote.error();
    if (auto synced = (*mark)->sync(); !synced) return synced.error();
    if (auto synced = (*files)->sync_folder(""); !synced) return synced.error();
    return files;
}

Result<Ok, Fault> end_copy(os::FileSystem& to) {
    if (auto synced = to.sync_folder(""); !synced) return synced;
    if (auto removed = to.remove(unfinished_name); !removed) return removed;
    return to.sync_folder("");
}

Result<CopiedFiles, Fault> copy_keys(os::FileSystem& from, const std::string& from_path,
                                     os::FileSystem& to, const std::string& to_path) {
    auto names = from.list("");
    if (!names) return names.error();
    std::ranges::sort(*names);
    CopiedFiles copied;
    for (const std::string& name : *names) {
        if (is_known(name)) continue;
        std::error_code ignored;
        if (!is_key(name) || !fs::is_regular_file(fs::path{from_path} / name, ignored)) {
            copied.left_out.push_back(name);
            continue;
        }
        if (auto done = copy_key(from, from_path, to, to_path, name); !done) return done.error();
        copied.keys.push_back(name);
    }
    if (auto synced = to.sync_folder(""); !synced) return synced.error();
    return copied;
}

Result<std::string, Fault> read_text(const std::string& name) {
    std::error_code error;
    const fs::path path = fs::absolute(name, error);
    if (error || !fs::is_regular_file(path, error)) return configuration(name + " is no file");
    auto files = os::open_file_system(path.parent_path());
    if (!files) return files.error();
    auto text = report::read_whole(**files, path.filename().string(), 64 * 1024 * 1024);
    if (!text) return configuration(text.error().message);
    return text;
}

Result<Ok, Fault> write_whole(os::FileSystem& files, const std::string& name,
                              const std::string& text) {
    const std::string unfinished = name + ".new";
    auto file = files.open(unfinished, os::Open::create_new);
    if (!file) return file.error();
    if (auto wrote = (*file)->write_at(0, as_bytes(text)); !wrote) return wrote;
    if (auto synced = (*file)->sync(); !synced) return synced;
    if (auto renamed = files.rename(unfinished, name); !renamed) return renamed;
    return files.sync_folder("");
}

}  // namespace coffer::app
