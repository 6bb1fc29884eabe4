#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "os/file_system.h"
#include "store_embedded/manifest.h"
#include "store_embedded/record_reader.h"
#include "store_embedded/reference_table.h"

namespace coffer::store_embedded {

/// Appends the references of one record, none or several, with the position they shall lead to. The
/// caller's: records are its business. Called from background threads, one at a time.
using ReferencesOf =
    std::function<Result<Ok, Fault>(const RecordView& record, std::vector<ReferenceEntry>& into)>;

struct SegmentReferences {
    RunInfo run;
    std::vector<ReferenceEntry> entries;  ///< sorted, no fingerprint twice
};

/// Reads one segment (sealed, or the durable part of the newest) and collects its references.
[[nodiscard]] Result<SegmentReferences, Fault> collect_references(const RecordReader& reader,
                                                                  std::uint32_t segment,
                                                                  const ReferencesOf& references_of);

/// Writes the run file of a sealed segment, syncs it and its folder; the caller lists it then. An
/// unlisted or damaged file in its place is replaced.
[[nodiscard]] Result<Ok, Fault> write_run(os::FileSystem& files, const BookId& book,
                                          const SegmentReferences& references);

/// One run in memory; every byte is verified. storage_corrupt means: build it again.
[[nodiscard]] Result<std::vector<ReferenceEntry>, Fault> read_run(os::FileSystem& files,
                                                                  const BookId& book,
                                                                  const RunInfo& run);

/// Looks one reference up in a run that was left on disk: 0 when it is not there. Two or three reads.
[[nodiscard]] Result<std::uint64_t, Fault> find_in_run(os::File& file, const BookId& book,
                                                       const RunInfo& run,
                                                       const Fingerprint& fingerprint);

/// Loads runs into the table with two threads on disjoint shards: ten million references in well
/// under a second. The numbers of segments whose run is missing or damaged are returned, for the
/// caller to collect again from their segments; any other trouble is a fault.
[[nodiscard]] Result<std::vector<std::uint32_t>, Fault> load_runs(os::FileSystem& files,
                                                                  const BookId& book,
                                                                  std::span<const RunInfo> runs,
                                                                  ReferenceTable& table);

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
