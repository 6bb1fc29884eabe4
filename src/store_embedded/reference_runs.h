#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "store_embedded/reference_run.h"

namespace coffer::store_embedded {

/// Loads runs into the tables with two threads on disjoint shards: ten million references in well
/// under a second. The segments whose run is missing or damaged are returned, for the caller to
/// collect again; any other trouble is a fault.
[[nodiscard]] Result<std::vector<std::uint32_t>, Fault> load_runs(os::FileSystem& files,
                                                                  const BookId& book,
                                                                  std::span<const RunInfo> runs,
                                                                  ReferenceTable& references,
                                                                  ReferenceTable& keys);

/// One entry of a run into the table that it belongs to.
inline void add_entry(const ReferenceEntry& entry, ReferenceTable& references,
                      ReferenceTable& keys) {
    if ((entry.position & key_bit) == 0) {
        references.insert(entry.fingerprint, entry.position);
    } else {
        keys.put(entry.fingerprint, entry.position & ~key_bit);
    }
}

/// Lists a run, in the place of an older one for the same segment.
[[nodiscard]] Result<Ok, Fault> list_run(ManifestFile& manifest, const RunInfo& run);

/// Collects, writes and lists what is missing for sealed segments; answers how many were made.
/// The body of RunWriter, for the simulator to call itself.
[[nodiscard]] Result<std::size_t, Fault> write_missing_runs(os::FileSystem& files,
                                                            const RecordReader& reader,
                                                            const ReadableBook& book,
                                                            ManifestFile& manifest,
                                                            const ReferencesOf& references_of);

}  // namespace coffer::store_embedded
