#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"
#include "os/file_system.h"
#include "store_embedded/manifest.h"
#include "store_embedded/record_reader.h"
#include "store_embedded/reference_table.h"

namespace coffer::store_embedded {

/// In a run, the position of an Idempotency-Key carries this bit: keys have a table of their own.
inline constexpr std::uint64_t key_bit = std::uint64_t{1} << 63;

/// Appends the references of one record, none or several, with the position they shall lead to. The
/// caller's: records are its business. Called from background threads, one at a time.
using ReferencesOf =
    std::function<Result<Ok, Fault>(const RecordView& record, std::vector<ReferenceEntry>& into)>;

struct SegmentReferences {
    RunInfo run;
    /// Sorted, no fingerprint twice: of a reference the first use counts, of a key the last.
    std::vector<ReferenceEntry> entries;
};

/// Reads one segment (sealed, or the durable part of the newest) and collects its references.
[[nodiscard]] Result<SegmentReferences, Fault> collect_references(
    const RecordReader& reader, std::uint32_t segment, const ReferencesOf& references_of);

/// Writes the run file of a sealed segment, syncs it and its folder; the caller lists it then. An
/// unlisted or damaged file in its place is replaced.
[[nodiscard]] Result<Ok, Fault> write_run(os::FileSystem& files, const BookId& book,
                                          const SegmentReferences& references);

/// One run in memory; every byte is verified. storage_corrupt means: build it again.
[[nodiscard]] Result<std::vector<ReferenceEntry>, Fault> read_run(os::FileSystem& files,
                                                                  const BookId& book,
                                                                  const RunInfo& run);

/// Looks one reference up in a run that was left on disk: 0 when it is not there. Fingerprints are
/// uniform, so the block is guessed from the value: about three reads of 4 KiB.
[[nodiscard]] Result<std::uint64_t, Fault> find_in_run(os::File& file, const BookId& book,
                                                       const RunInfo& run,
                                                       const Fingerprint& fingerprint);

}  // namespace coffer::store_embedded
