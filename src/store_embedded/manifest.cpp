#include "store_embedded/manifest.h"

#include <charconv>
#include <cstdio>
#include <utility>

#include "base/sha256.h"
#include "store_embedded/crc32c.h"

namespace coffer::store_embedded {
namespace {

constexpr std::string_view manifest_path = "MANIFEST";
constexpr std::string_view manifest_new_path = "MANIFEST.new";
constexpr std::string_view first_line = "coffer-manifest 1\n";
constexpr std::size_t checksum_line_bytes = 18;  // "checksum xxxxxxxx\n"

Fault damaged(const std::string& what) {
    return {Fault::Kind::storage_corrupt,
            "MANIFEST is damaged: " + what + "; restore it from a backup"};
}

std::string in_hex(std::uint32_t value) {
    char text[9];
    std::snprintf(text, sizeof text, "%08x", value);
    return text;
}

/// Reads exactly "word <n numbers>"; the whole line must be used up.
template <std::size_t n>
std::optional<std::array<std::uint64_t, n>> numbers_behind(std::string_view word,
                                                           std::string_view line) {
    if (!line.starts_with(word)) return std::nullopt;
    line.remove_prefix(word.size());
    std::array<std::uint64_t, n> numbers{};
    for (std::uint64_t& number : numbers) {
        if (line.empty() || line.front() != ' ') return std::nullopt;
        line.remove_prefix(1);
        const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
        if (error != std::errc{}) return std::nullopt;
        line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    }
    if (!line.empty()) return std::nullopt;
    return numbers;
}

bool parse_book(std::string_view line, BookId& book) {
    if (line.size() != 5 + 32 || !line.starts_with("book ")) return false;
    for (std::size_t i = 0; i < book.bytes.size(); ++i) {
        const char* at = line.data() + 5 + 2 * i;
        const auto [end, error] = std::from_chars(at, at + 2, book.bytes[i], 16);
        if (error != std::errc{} || end != at + 2) return false;
    }
    return true;
}

/// One line behind the book's; false when it cannot stand there.
bool parse_item(std::string_view line, Manifest& manifest) {
    if (const auto segment = numbers_behind<3>("segment", line)) {
        const auto [number, base, bytes] = *segment;
        const bool first = manifest.segments.empty();
        const std::uint64_t due_number = first ? 1 : manifest.segments.back().number + 1ULL;
        const std::uint64_t due_base = first ? 0 : manifest.segments.back().end();
        if (number != due_number || number > UINT32_MAX || base != due_base || bytes == 0 ||
            bytes % block_bytes != 0 || base + bytes < base || !manifest.runs.empty()) {
            return false;
        }
        manifest.segments.push_back({static_cast<std::uint32_t>(number), base, bytes});
        return true;
    }
    if (const auto run = numbers_behind<4>("run", line)) {
        const auto [segment, first, last, references] = *run;
        if (segment == 0 || segment > manifest.segments.size() || first == 0 || last < first ||
            (!manifest.runs.empty() && segment <= manifest.runs.back().segment)) {
            return false;
        }
        manifest.runs.push_back({static_cast<std::uint32_t>(segment), first, last, references});
        return true;
    }
    return false;
}

std::string numbered_path(std::uint32_t number, const char* ending) {
    char text[40];
    std::snprintf(text, sizeof text, "journal/%010u.%s", number, ending);
    return text;
}

}  // namespace

std::string segment_path(std::uint32_t number) { return numbered_path(number, "segment"); }
std::string run_path(std::uint32_t segment) { return numbered_path(segment, "run"); }

std::string format_manifest(const Manifest& manifest) {
    std::string text{first_line};
    text += "book " + to_hex(manifest.book.bytes) + '\n';
    for (const SegmentInfo& segment : manifest.segments) {
        text += "segment " + std::to_string(segment.number) + ' ' + std::to_string(segment.base) +
                ' ' + std::to_string(segment.bytes) + '\n';
    }
    for (const RunInfo& run : manifest.runs) {
        text += "run " + std::to_string(run.segment) + ' ' + std::to_string(run.first_sequence) +
                ' ' + std::to_string(run.last_sequence) + ' ' + std::to_string(run.references) +
                '\n';
    }
    const std::uint32_t checksum = crc32c(as_bytes(text));
    return text + "checksum " + in_hex(checksum) + '\n';
}

Result<Manifest, Fault> parse_manifest(std::string_view text) {
    if (text.size() < checksum_line_bytes) return damaged("it is cut short");
    const std::string_view checked = text.substr(0, text.size() - checksum_line_bytes);
    if (text.substr(checked.size()) != "checksum " + in_hex(crc32c(as_bytes(checked))) + '\n') {
        return damaged("its checksum does not match");
    }
    if (!checked.starts_with(first_line)) {
        return Fault{Fault::Kind::configuration,
                     "MANIFEST is of another version; use the release that wrote it"};
    }
    Manifest manifest;
    bool book_seen = false;
    for (std::string_view rest = checked.substr(first_line.size()); !rest.empty();) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        const bool good =
            end != std::string_view::npos &&
            (book_seen ? parse_item(line, manifest) : parse_book(line, manifest.book));
        if (!good) return damaged("the line '" + std::string{line} + "' has no place in it");
        book_seen = true;
        rest.remove_prefix(end + 1);
    }
    if (manifest.segments.empty()) return damaged("it lists no segment");
    return manifest;
}

Result<std::optional<Manifest>, Fault> load_manifest(os::FileSystem& files) {
    const auto there = files.exists(manifest_path);
    if (!there) return there.error();
    if (!*there) return std::optional<Manifest>{};
    auto file = files.open(manifest_path, os::Open::read);
    if (!file) return file.error();
    const auto bytes = (*file)->size();
    if (!bytes) return bytes.error();
    std::string text(*bytes, '\0');
    const auto got =
        (*file)->read_at(0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    if (!got) return got.error();
    text.resize(*got);
    auto manifest = parse_manifest(text);
    if (!manifest) return manifest.error();
    return std::optional<Manifest>{std::move(*manifest)};
}

namespace {

Result<Ok, Fault> replace_manifest(os::FileSystem& files, const Manifest& manifest) {
    // What a crash or a fault left behind was never renamed, so it is nothing.
    const auto leftover = files.exists(manifest_new_path);
    if (!leftover) return leftover.error();
    if (*leftover) {
        if (auto removed = files.remove(manifest_new_path); !removed) return removed;
    }
    auto file = files.open(manifest_new_path, os::Open::create_new);
    if (!file) return file.error();
    if (auto wrote = (*file)->write_at(0, as_bytes(format_manifest(manifest))); !wrote)
        return wrote;
    if (auto synced = (*file)->sync(); !synced) return synced;
    if (auto renamed = files.rename(manifest_new_path, manifest_path); !renamed) return renamed;
    return files.sync_folder("");
}

}  // namespace

ManifestFile::ManifestFile(os::FileSystem& files, Manifest manifest)
    : files_{files}, manifest_{std::move(manifest)} {}

Manifest ManifestFile::copy() const {
    std::lock_guard hold{mutex_};
    return manifest_;
}

std::optional<SegmentInfo> ManifestFile::segment(std::uint32_t number) const {
    std::lock_guard hold{mutex_};
    if (number == 0 || number > manifest_.segments.size()) return std::nullopt;
    return manifest_.segments[number - 1];
}

Result<Ok, Fault> ManifestFile::change(const std::function<void(Manifest&)>& edit) {
    std::lock_guard hold{mutex_};
    Manifest changed = manifest_;
    edit(changed);
    if (auto replaced = replace_manifest(files_, changed); !replaced) return replaced;
    manifest_ = std::move(changed);
    return Ok{};
}

}  // namespace coffer::store_embedded
