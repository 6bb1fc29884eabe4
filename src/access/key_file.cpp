#include "access/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace coffer::access {
namespace {

constexpr std::size_t file_bytes_max = 64 * 1024;

Fault fault(const std::string& path, const std::string& what) {
    return {Fault::Kind::configuration, "file " + path + ": " + what};
}

class OpenFile {
public:
    // Without O_NONBLOCK a named pipe would hold up the start for ever.
    explicit OpenFile(const std::string& path)
        : descriptor_{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)} {}
    ~OpenFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

std::string trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n\v\f";
    const std::size_t first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return std::string{text.substr(first, text.find_last_not_of(blank) - first + 1)};
}

Result<std::string, Fault> read_file(const std::string& path, mode_t forbidden,
                                     const std::string& advice) {
    const OpenFile file{path};
    if (file.descriptor() < 0) {
        return fault(path, std::string{"cannot be opened: "} + std::strerror(errno));
    }
    struct stat status {};
    if (::fstat(file.descriptor(), &status) != 0) {
        return fault(path, std::string{"cannot be examined: "} + std::strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) return fault(path, "is not a regular file");
    if ((status.st_mode & forbidden) != 0) return fault(path, advice);

    std::string text(file_bytes_max + 1, '\0');
    std::size_t length = 0;
    while (length < text.size()) {
        const ssize_t count = ::read(file.descriptor(), text.data() + length, text.size() - length);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fault(path, std::string{"cannot be read: "} + std::strerror(errno));
        if (count == 0) break;
        length += static_cast<std::size_t>(count);
    }
    if (length > file_bytes_max) return fault(path, "is larger than 64 KiB; it cannot be a key");
    std::string key = trimmed({text.data(), length});
    if (key.empty()) return fault(path, "is empty");
    return key;
}

}  // namespace

Result<std::string, Fault> read_secret_file(const std::string& path) {
    return read_file(path, S_IRWXG | S_IRWXO,
                     "others than its owner may use it; run: chmod 600 " + path);
}

Result<std::string, Fault> read_public_file(const std::string& path) {
    return read_file(path, S_IWGRP | S_IWOTH,
                     "others than its owner may replace it; run: chmod go-w " + path);
}

}  // namespace coffer::access
