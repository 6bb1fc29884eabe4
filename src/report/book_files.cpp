#include "report/book_files.h"

#include <charconv>
#include <cstdio>

#include <isa-l/crc.h>

namespace coffer::report {
namespace {

Fault damaged(const std::string& what) {
    return {Fault::Kind::storage_corrupt,
            "MANIFEST is damaged: " + what + "; restore the data folder from a backup"};
}

/// Takes words and numbers off one line, each separated by exactly one blank.
class Words {
public:
    explicit Words(std::string_view line) : rest_{line} {}

    std::string_view word() {
        const std::size_t blank = rest_.find(' ');
        const std::string_view found = rest_.substr(0, blank);
        rest_ = blank == std::string_view::npos ? std::string_view{} : rest_.substr(blank + 1);
        if (found.empty()) ok_ = false;
        return found;
    }
    template <class Number>
    Number number() {
        const std::string_view text = word();
        Number value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool plain = text == "0" || !text.starts_with('0');
        if (error != std::errc{} || end != text.data() + text.size() || !plain) ok_ = false;
        return value;
    }
    [[nodiscard]] bool done() const { return ok_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool ok_ = true;
};

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool parse_hex(std::string_view text, std::span<std::uint8_t> into) {
    if (text.size() != into.size() * 2) return false;
    for (std::size_t i = 0; i < into.size(); ++i) {
        const int high = hex_digit(text[2 * i]);
        const int low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        into[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return true;
}

bool take_segment(Words& words, BookFiles& found) {
    SegmentEntry entry;
    entry.number = words.number<std::uint32_t>();
    entry.base = words.number<std::uint64_t>();
    entry.bytes = words.number<std::uint64_t>();
    const bool first = found.segments.empty();
    const std::uint32_t number = first ? 1 : found.segments.back().number + 1;
    const std::uint64_t base = first ? 0 : found.segments.back().base + found.segments.back().bytes;
    found.segments.push_back(entry);
    return entry.number == number && entry.base == base && entry.bytes > 0 &&
           entry.bytes % 4096 == 0;
}

bool take_run(Words& words, BookFiles& found) {
    RunEntry entry;
    entry.segment = words.number<std::uint32_t>();
    entry.first_sequence = words.number<std::uint64_t>();
    entry.last_sequence = words.number<std::uint64_t>();
    entry.references = words.number<std::uint64_t>();
    const bool known = entry.segment >= 1 && entry.segment <= found.segments.size();
    const bool ascends = found.runs.empty() || entry.segment > found.runs.back().segment;
    found.runs.push_back(entry);
    return known && ascends;
}

}  // namespace

std::string segment_path(std::uint32_t number) {
    char text[48];
    std::snprintf(text, sizeof text, "journal/%010u.segment", number);
    return text;
}

std::string run_path(std::uint32_t segment) {
    char text[48];
    std::snprintf(text, sizeof text, "journal/%010u.run", segment);
    return text;
}

Crc32c& Crc32c::add(Bytes bytes) {
    // ISA-L takes a plain pointer but only reads, and leaves the upper halves of the vector
    // registers in use, which makes every SSE instruction of ours behind it wait.
    state_ = crc32_iscsi(const_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()),
                         state_);
#if defined(__x86_64__)
    static const bool has_wide_registers = __builtin_cpu_supports("avx") != 0;
    if (has_wide_registers) asm volatile("vzeroupper");
#endif
    return *this;
}

Result<BookFiles, Fault> parse_book_files(std::string_view text) {
    const std::size_t last = text.rfind("checksum ");
    if (last == std::string_view::npos || (last > 0 && text[last - 1] != '\n')) {
        return damaged("it has no checksum line");
    }
    char wanted[32];
    std::snprintf(wanted, sizeof wanted, "checksum %08x\n",
                  Crc32c{}.add(as_bytes(text.substr(0, last))).value());
    if (text.substr(last) != wanted) return damaged("its checksum does not match");

    BookFiles found;
    std::size_t number = 0;
    for (std::string_view rest = text.substr(0, last); !rest.empty(); ++number) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        Words words{line};
        const std::string_view item = words.word();
        bool good = false;
        if (number == 0) {
            good = line == "coffer-manifest 1";
            if (good) continue;
        } else if (number == 1) {
            good = item == "book" && parse_hex(words.word(), found.book);
        } else if (item == "segment" && found.runs.empty()) {
            good = take_segment(words, found);
        } else if (item == "run") {
            good = take_run(words, found);
        }
        if (!good || !words.done()) return damaged("line " + std::to_string(number + 1));
    }
    if (number < 2) return damaged("it does not name the book");
    return found;
}

Result<std::string, Fault> read_whole(os::FileSystem& files, std::string_view path,
                                      std::uint64_t bytes_max) {
    auto file = files.open(path, os::Open::read);
    if (!file) return file.error();
    const auto size = (*file)->size();
    if (!size) return size.error();
    if (*size > bytes_max) {
        return Fault{Fault::Kind::storage_corrupt, std::string{path} + " is too large"};
    }
    std::string text(*size, '\0');
    const auto got =
        (*file)->read_at(0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    if (!got) return got.error();
    text.resize(*got);
    return text;
}

Result<BookFiles, Fault> read_book_files(os::FileSystem& files) {
    const auto there = files.exists("MANIFEST");
    if (!there) return there.error();
    if (!*there) {
        return Fault{Fault::Kind::configuration,
                     "there is no MANIFEST in the data folder: it holds no book (check --data)"};
    }
    const auto text = read_whole(files, "MANIFEST", 64 * 1024 * 1024);
    if (!text) return text.error();
    return parse_book_files(*text);
}

}  // namespace coffer::report
