#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "store_embedded/reference_runs.h"

namespace coffer::store_embedded {

/// A thread that looks once a second whether a segment was sealed and writes its run. A run that
/// cannot be written is tried again a second later and reported; nothing waits for it but the next
/// start.
class RunWriter {
public:
    using OnFault = std::function<void(const Fault&)>;

    RunWriter(os::FileSystem& files, const RecordReader& reader, const ReadableBook& book,
              ManifestFile& manifest, ReferencesOf references_of, OnFault on_fault);
    ~RunWriter();

private:
    void run(const std::stop_token& stop);

    os::FileSystem& files_;
    const RecordReader& reader_;
    const ReadableBook& book_;
    ManifestFile& manifest_;
    ReferencesOf references_of_;
    OnFault on_fault_;
    std::jthread thread_;
};

}  // namespace coffer::store_embedded
