#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/file_system.h"
#include "store_embedded/batch.h"

namespace coffer::store_embedded {

struct SegmentInfo {
    std::uint32_t number = 0;
    std::uint64_t base = 0;  ///< book position of its first byte
    std::uint64_t bytes = 0;

    [[nodiscard]] std::uint64_t end() const { return base + bytes; }
    friend bool operator==(const SegmentInfo&, const SegmentInfo&) = default;
};

/// A sorted run of the references in one sealed segment. Derived: it can be built again.
struct RunInfo {
    std::uint32_t segment = 0;
    std::uint64_t first_sequence = 0;
    std::uint64_t last_sequence = 0;
    std::uint64_t references = 0;
    friend bool operator==(const RunInfo&, const RunInfo&) = default;
};

/// The list of what belongs to the book. What is not in it does not count, which is what makes the
/// preparation of files crash-safe.
struct Manifest {
    BookId book;
    std::vector<SegmentInfo> segments;  ///< in order, without gaps
    std::vector<RunInfo> runs;          ///< in order of their segments
    friend bool operator==(const Manifest&, const Manifest&) = default;
};

[[nodiscard]] std::string segment_path(std::uint32_t number);
[[nodiscard]] std::string run_path(std::uint32_t segment);

[[nodiscard]] std::string format_manifest(const Manifest& manifest);
[[nodiscard]] Result<Manifest, Fault> parse_manifest(std::string_view text);

/// Nothing when there is no MANIFEST. Takes no lock and writes nothing.
[[nodiscard]] Result<std::optional<Manifest>, Fault> load_manifest(os::FileSystem& files);

/// The MANIFEST of a locked folder. Any thread; changes happen one after the other, each by
/// writing, syncing and renaming a whole new file (three syncs).
class ManifestFile {
public:
    ManifestFile(os::FileSystem& files, Manifest manifest);

    [[nodiscard]] Manifest copy() const;
    [[nodiscard]] std::optional<SegmentInfo> segment(std::uint32_t number) const;

    /// Lists the change on disk and then here. After a fault nothing changed here; on disk either
    /// list may be found later, so what was to be listed must stay where it is, and the same change
    /// may be tried again.
    [[nodiscard]] Result<Ok, Fault> change(const std::function<void(Manifest&)>& edit);

private:
    os::FileSystem& files_;
    mutable std::mutex mutex_;
    Manifest manifest_;
};

}  // namespace coffer::store_embedded
