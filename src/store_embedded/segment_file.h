#pragma once

#include "base/result.h"
#include "os/file_system.h"
#include "store_embedded/manifest.h"

namespace coffer::store_embedded {

/// Makes an unlisted segment file: zeros in steps of 1 MiB (each synced, so that the engine's own
/// syncs wait little), its folder entry synced. What an earlier attempt left is replaced; after a
/// fault nothing is left, so that a full disk gets its room back.
[[nodiscard]] Result<Ok, Fault> make_segment_file(os::FileSystem& files,
                                                  const SegmentInfo& segment);

/// Makes the folders and the first segment of a new book and lists it. Refuses (storage_corrupt)
/// where there are signs of an older book whose MANIFEST is gone.
[[nodiscard]] Result<Manifest, Fault> make_new_book(os::FileSystem& files, const BookId& book,
                                                    std::uint64_t segment_bytes);

/// Holds the files of `journal/` against the list: each listed segment must be there in full, and a
/// file that is not listed must be one that was being made, unwritten. Names the file otherwise.
[[nodiscard]] Result<Ok, Fault> check_segment_files(os::FileSystem& files,
                                                    const Manifest& manifest);

}  // namespace coffer::store_embedded
