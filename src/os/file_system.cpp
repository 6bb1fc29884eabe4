#include "os/file_system.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ensure.h"
#include "os/background_write.h"

namespace coffer::os {
namespace {

/// Whether a full disk may be told as such: only where nothing of the book was touched.
enum class WhenFull { is_unavailable, is_full };

Fault failed(const std::string& what, const std::string& path, int error,
             WhenFull when_full = WhenFull::is_unavailable) {
    // A file-size limit and a quota are full disks to whoever has to make room.
    const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
    const auto kind = full && when_full == WhenFull::is_full ? Fault::Kind::storage_full
                                                             : Fault::Kind::storage_unavailable;
    char buffer[128];
    const char* reason = strerror_r(error, buffer, sizeof buffer);
    return {kind, "cannot " + what + " " + path + ": " + reason};
}

class Descriptor {
public:
    explicit Descriptor(int number) : number_{number} {}
    Descriptor(Descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int get() const { return number_; }

private:
    int number_;
};

template <class Call>
auto uninterrupted(Call call) {
    auto result = call();
    while (result < 0 && errno == EINTR) result = call();
    return result;
}

class PosixFile final : public File {
public:
    /// Whether every write of this descriptor is durable when it returns.
    enum class Writes : bool { need_sync, are_durable };

    /// `background`: null, or what outlives the file.
    PosixFile(Descriptor descriptor, std::string path, Writes writes, BackgroundWrite* background)
        : descriptor_{std::move(descriptor)},
          path_{std::move(path)},
          writes_{writes},
          background_{background} {}
    ~PosixFile() override {
        if (begun_in_background_) static_cast<void>(background_->end());
    }

    Result<std::size_t, Fault> read_at(std::uint64_t offset,
                                       std::span<std::uint8_t> into) override {
        std::size_t done = 0;
        while (done < into.size()) {
            const ssize_t got = uninterrupted([&] {
                return ::pread(descriptor_.get(), into.data() + done, into.size() - done,
                               static_cast<off_t>(offset + done));
            });
            if (got < 0 && errno == EINVAL && stop_direct()) continue;
            if (got < 0) return failed("read", path_, errno);
            if (got == 0) break;
            done += static_cast<std::size_t>(got);
        }
        return done;
    }

    Result<Ok, Fault> write_at(std::uint64_t offset, Bytes bytes) override {
        return write_all(offset, bytes, WhenFull::is_full);
    }

    Result<Ok, Fault> write_durable(std::uint64_t offset, Bytes bytes) override {
        if (auto wrote = write_all(offset, bytes, WhenFull::is_unavailable); !wrote) return wrote;
        return writes_ == Writes::are_durable ? Ok{} : sync();
    }

    void begin_durable(std::uint64_t offset, Bytes bytes) override {
        ENSURE(!begun_in_background_);
        begun_at_ = offset;
        begun_ = bytes;
        begun_in_background_ = background_ != nullptr && writes_ == Writes::are_durable &&
                               background_->begin(descriptor_.get(), offset, bytes);
        if (!begun_in_background_) ended_ = write_durable(offset, bytes);
    }

    bool durable_ended() override { return !begun_in_background_ || background_->ended(); }

    Result<Ok, Fault> end_durable() override {
        if (!begun_in_background_) return ended_;
        const std::int64_t wrote = background_->end();
        begun_in_background_ = false;
        // Refused for what it asks, before anything was written: O_DIRECT is not meant here.
        if (wrote == -EINVAL) return write_durable(begun_at_, begun_);
        if (wrote < 0) return failed("write", path_, static_cast<int>(-wrote));
        const auto done = static_cast<std::size_t>(wrote);
        if (done == begun_.size()) return Ok{};
        return write_durable(begun_at_ + done, begun_.subspan(done));
    }

    Result<Ok, Fault> sync() override {
        if (uninterrupted([&] { return ::fdatasync(descriptor_.get()); }) != 0) {
            return failed("sync", path_, errno);
        }
        return Ok{};
    }

    Result<std::uint64_t, Fault> size() override {
        struct stat status {};
        if (::fstat(descriptor_.get(), &status) != 0) return failed("examine", path_, errno);
        return static_cast<std::uint64_t>(status.st_size);
    }

private:
    Result<Ok, Fault> write_all(std::uint64_t offset, Bytes bytes, WhenFull when_full) {
        while (!bytes.empty()) {
            const ssize_t wrote = uninterrupted([&] {
                return ::pwrite(descriptor_.get(), bytes.data(), bytes.size(),
                                static_cast<off_t>(offset));
            });
            if (wrote < 0) {
                if (errno == EINVAL && stop_direct()) continue;
                return failed("write", path_, errno, when_full);
            }
            if (wrote == 0) return failed("write", path_, EIO, when_full);
            offset += static_cast<std::uint64_t>(wrote);
            bytes = bytes.subspan(static_cast<std::size_t>(wrote));
        }
        return Ok{};
    }

    /// Some file systems take O_DIRECT when opening and refuse it when used; the rest of a short
    /// write or read is not aligned either. O_DSYNC stays, so durability does.
    bool stop_direct() {
        const int flags = ::fcntl(descriptor_.get(), F_GETFL);
        if (flags < 0 || (flags & O_DIRECT) == 0) return false;
        return ::fcntl(descriptor_.get(), F_SETFL, flags & ~O_DIRECT) == 0;
    }

    Descriptor descriptor_;
    const std::string path_;
    const Writes writes_;
    BackgroundWrite* const background_;
    bool begun_in_background_ = false;
    std::uint64_t begun_at_ = 0;
    Bytes begun_;
    Result<Ok, Fault> ended_ = Ok{};
};

class PosixLock final : public Lock {
public:
    explicit PosixLock(Descriptor descriptor) : descriptor_{std::move(descriptor)} {}

private:
    Descriptor descriptor_;
};

class PosixFileSystem final : public FileSystem {
public:
    PosixFileSystem(Descriptor root, std::string folder,
                    std::unique_ptr<BackgroundWrite> background)
        : root_{std::move(root)}, folder_{std::move(folder)}, background_{std::move(background)} {}

    Result<std::unique_ptr<File>, Fault> open(std::string_view path, Open how) override {
        const std::string name{path};
        if (how == Open::direct_durable) return open_direct(name);
        int flags = O_RDONLY;
        if (how == Open::read_write) flags = O_RDWR;
        if (how == Open::create_new) flags = O_RDWR | O_CREAT | O_EXCL;
        int number = -1;
        if (how == Open::read_uncached) number = open_at(name, flags | O_DIRECT);
        if (number < 0) number = open_at(name, flags);
        if (number < 0) return failed("open", full(name), errno, WhenFull::is_full);
        return made(number, name, PosixFile::Writes::need_sync);
    }

    Result<bool, Fault> exists(std::string_view path) override {
        struct stat status {};
        const std::string name{path};
        if (::fstatat(root_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return true;
        if (errno == ENOENT || errno == ENOTDIR) return false;
        return failed("examine", full(name), errno);
    }

    Result<std::vector<std::string>, Fault> list(std::string_view folder) override {
        const std::string name = folder.empty() ? "." : std::string{folder};
        const int number = open_at(name, O_RDONLY | O_DIRECTORY);
        if (number < 0) return failed("open the folder", full(name), errno);
        DIR* directory = ::fdopendir(number);
        if (directory == nullptr) {
            ::close(number);
            return failed("list", full(name), errno);
        }
        std::vector<std::string> names;
        errno = 0;
        while (const dirent* entry = ::readdir(directory)) {
            const std::string_view found = entry->d_name;
            if (found != "." && found != "..") names.emplace_back(found);
        }
        const int error = errno;
        ::closedir(directory);
        if (error != 0) return failed("list", full(name), error);
        return names;
    }

    Result<Ok, Fault> make_folder(std::string_view path) override {
        const std::string name{path};
        if (::mkdirat(root_.get(), name.c_str(), 0700) != 0) {
            return failed("make the folder", full(name), errno, WhenFull::is_full);
        }
        return Ok{};
    }

    Result<Ok, Fault> rename(std::string_view from, std::string_view to) override {
        const std::string old_name{from};
        const std::string new_name{to};
        if (::renameat(root_.get(), old_name.c_str(), root_.get(), new_name.c_str()) != 0) {
            return failed("rename " + full(old_name) + " to", full(new_name), errno,
                          WhenFull::is_full);
        }
        return Ok{};
    }

    Result<Ok, Fault> remove(std::string_view path) override {
        const std::string name{path};
        if (::unlinkat(root_.get(), name.c_str(), 0) != 0) {
            return failed("remove", full(name), errno);
        }
        return Ok{};
    }

    Result<Ok, Fault> sync_folder(std::string_view folder) override {
        const std::string name = folder.empty() ? "." : std::string{folder};
        const Descriptor descriptor{open_at(name, O_RDONLY | O_DIRECTORY)};
        if (descriptor.get() < 0) return failed("open the folder", full(name), errno);
        if (uninterrupted([&] { return ::fsync(descriptor.get()); }) != 0) {
            return failed("sync the folder", full(name), errno);
        }
        return Ok{};
    }

    Result<std::unique_ptr<Lock>, Fault> lock(std::string_view path) override {
        const std::string name{path};
        Descriptor descriptor{open_at(name, O_RDWR | O_CREAT)};
        if (descriptor.get() < 0) return failed("open", full(name), errno, WhenFull::is_full);
        if (uninterrupted([&] { return ::flock(descriptor.get(), LOCK_EX | LOCK_NB); }) != 0) {
            if (errno == EWOULDBLOCK) {
                return Fault{Fault::Kind::busy,
                             "another process is using " + folder_ + " (it holds " + name + ")"};
            }
            return failed("lock", full(name), errno);
        }
        return std::unique_ptr<Lock>{std::make_unique<PosixLock>(std::move(descriptor))};
    }

private:
    [[nodiscard]] std::string full(const std::string& name) const { return folder_ + "/" + name; }

    [[nodiscard]] int open_at(const std::string& name, int flags) const {
        return uninterrupted(
            [&] { return ::openat(root_.get(), name.c_str(), flags | O_CLOEXEC, 0600); });
    }

    [[nodiscard]] std::unique_ptr<File> made(int number, const std::string& name,
                                             PosixFile::Writes writes) const {
        return std::make_unique<PosixFile>(Descriptor{number}, full(name), writes,
                                           background_.get());
    }

    Result<std::unique_ptr<File>, Fault> open_direct(const std::string& name) {
        const int direct = open_at(name, O_RDWR | O_DIRECT | O_DSYNC);
        if (direct >= 0) return made(direct, name, PosixFile::Writes::are_durable);
        if (errno != EINVAL) return failed("open", full(name), errno);
        const int plain = open_at(name, O_RDWR);
        if (plain < 0) return failed("open", full(name), errno);
        return made(plain, name, PosixFile::Writes::need_sync);
    }

    const Descriptor root_;
    const std::string folder_;
    const std::unique_ptr<BackgroundWrite> background_;
};

/// Makes the last folder of the path, and its entry durable, when it is missing.
Result<Ok, Fault> make_root(const std::string& folder) {
    if (::mkdir(folder.c_str(), 0700) != 0) {
        if (errno == EEXIST) return Ok{};
        return Fault{Fault::Kind::configuration,
                     failed("make the data folder", folder, errno).message};
    }
    const std::size_t slash = folder.find_last_of('/');
    std::string parent = slash == std::string::npos ? "." : folder.substr(0, slash);
    if (parent.empty()) parent = "/";
    const Descriptor descriptor{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (descriptor.get() < 0 || ::fsync(descriptor.get()) != 0) {
        return failed("sync the folder", parent, errno);
    }
    return Ok{};
}

}  // namespace

Result<std::unique_ptr<FileSystem>, Fault> open_file_system(const std::string& folder,
                                                            int wake_descriptor) {
    std::string name = folder.empty() ? "." : folder;
    while (name.size() > 1 && name.back() == '/') name.pop_back();
    if (auto made = make_root(name); !made) return made.error();
    Descriptor root{::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (root.get() < 0) {
        return Fault{Fault::Kind::configuration,
                     failed("open the data folder", name, errno).message};
    }
    auto background = wake_descriptor >= 0 ? BackgroundWrite::make(wake_descriptor) : nullptr;
    return std::unique_ptr<FileSystem>{
        std::make_unique<PosixFileSystem>(std::move(root), name, std::move(background))};
}

}  // namespace coffer::os
