#pragma once

#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/history/fields.h"

namespace coffer::tests::history {

// In both, `each(line)` is called for every line; `line` points to its first character and ends
// in a line feed, which a last line without one is given, and what Fields may read behind it is
// there.

/// Of a part of a buffer that goes on behind it by what Fields may read.
template <class Each>
void each_line_of_part(std::string_view text, Each&& each) {
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        const void* feed = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
        if (feed == nullptr) break;
        each(at);
        at = static_cast<const char*>(feed) + 1;
    }
    if (at == end) return;
    const std::string last = std::string(at, end) + '\n' + std::string(Fields::padding_bytes, ' ');
    each(last.c_str());
}

template <class Each>
void each_line(std::string_view text, Each&& each) {
    const std::string padded = std::string{text} + std::string(Fields::padding_bytes, ' ');
    each_line_of_part({padded.data(), text.size()}, each);
}

/// Over a file, as much at a time as stays in the cache beside the tables. False: it cannot be
/// read.
template <class Each>
[[nodiscard]] bool each_line_of(const std::string& path, Each&& each) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "rb"),
                                                               &std::fclose};
    if (file == nullptr) return false;
    std::setvbuf(file.get(), nullptr, _IONBF, 0);
    std::vector<char> buffer((1 << 17) + Fields::padding_bytes);
    std::size_t kept = 0;
    while (true) {
        if (kept + Fields::padding_bytes >= buffer.size()) buffer.resize(2 * buffer.size());
        const std::size_t room = buffer.size() - Fields::padding_bytes - kept;
        const std::size_t more = std::fread(buffer.data() + kept, 1, room, file.get());
        if (more == 0) break;
        const std::string_view text{buffer.data(), kept + more};
        const std::size_t whole = text.rfind('\n') + 1;  // 0 where there is none
        each_line_of_part(text.substr(0, whole), each);
        kept = text.size() - whole;
        std::memmove(buffer.data(), buffer.data() + whole, kept);
    }
    each_line_of_part({buffer.data(), kept}, each);
    return std::ferror(file.get()) == 0;
}

}  // namespace coffer::tests::history
