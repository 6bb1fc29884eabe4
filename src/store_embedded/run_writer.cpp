#include "store_embedded/run_writer.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace coffer::store_embedded {

RunWriter::RunWriter(os::FileSystem& files, const RecordReader& reader, const ReadableBook& book,
                     ManifestFile& manifest, ReferencesOf references_of, OnFault on_fault)
    : files_{files},
      reader_{reader},
      book_{book},
      manifest_{manifest},
      references_of_{std::move(references_of)},
      on_fault_{std::move(on_fault)},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

RunWriter::~RunWriter() = default;

void RunWriter::run(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock hold{mutex};
    while (!stop.stop_requested()) {
        const auto made = write_missing_runs(files_, reader_, book_, manifest_, references_of_);
        if (!made) on_fault_(made.error());
        never.wait_for(hold, stop, std::chrono::seconds{1}, [] { return false; });
    }
}

}  // namespace coffer::store_embedded
