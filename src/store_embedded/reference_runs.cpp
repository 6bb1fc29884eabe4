#include "store_embedded/reference_runs.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <thread>

namespace coffer::store_embedded {
namespace {

// Every group of runs is one pass over the table, and stands in memory meanwhile: 50 MB.
constexpr std::size_t runs_at_once = 4;
constexpr std::size_t thread_count = 2;

void in_two_threads(const std::function<void(std::size_t)>& part) {
    std::jthread other{[&] { part(1); }};
    part(0);
}

using LoadedRun = std::optional<Result<std::vector<ReferenceEntry>, Fault>>;

/// The entries of one half of the shards: shard by shard over all runs, so that the shard stays in
/// the cache.
void insert_half(std::span<const LoadedRun> runs, std::size_t half, ReferenceTable& references,
                 ReferenceTable& keys) {
    constexpr std::size_t shards = ReferenceTable::shard_count / thread_count;
    std::vector<std::span<const ReferenceEntry>> rest;
    for (const LoadedRun& run : runs) {
        if (!run->ok()) continue;
        const std::span<const ReferenceEntry> all = run->value();
        const auto begin = std::partition_point(all.begin(), all.end(), [&](const auto& entry) {
            return ReferenceTable::shard_of(entry.fingerprint) < half * shards;
        });
        rest.push_back(all.subspan(static_cast<std::size_t>(begin - all.begin())));
    }
    for (std::size_t shard = half * shards; shard < (half + 1) * shards; ++shard) {
        for (auto& entries : rest) {
            std::size_t count = 0;
            while (count < entries.size() &&
                   ReferenceTable::shard_of(entries[count].fingerprint) == shard) {
                add_entry(entries[count], references, keys);
                ++count;
            }
            entries = entries.subspan(count);
        }
    }
}

void reserve(ReferenceTable& table, std::uint64_t entries) {
    in_two_threads([&](std::size_t part) {
        for (std::size_t shard = part; shard < ReferenceTable::shard_count; shard += thread_count) {
            table.reserve_in_shard(shard, entries);
        }
    });
}

}  // namespace

Result<std::vector<std::uint32_t>, Fault> load_runs(os::FileSystem& files, const BookId& book,
                                                    std::span<const RunInfo> runs,
                                                    ReferenceTable& references,
                                                    ReferenceTable& keys) {
    std::vector<std::uint32_t> to_rebuild;
    std::uint64_t entries = references.size();
    for (const RunInfo& run : runs) entries += run.references;
    reserve(references, entries);
    for (std::size_t first = 0; first < runs.size(); first += runs_at_once) {
        const auto group = runs.subspan(first, std::min(runs_at_once, runs.size() - first));
        std::vector<LoadedRun> loaded(group.size());
        in_two_threads([&](std::size_t part) {
            for (std::size_t i = part; i < group.size(); i += thread_count) {
                loaded[i] = read_run(files, book, group[i]);
            }
        });
        for (std::size_t i = 0; i < group.size(); ++i) {
            if (loaded[i]->ok()) continue;
            const Fault& fault = loaded[i]->error();
            if (fault.kind != Fault::Kind::storage_corrupt) return fault;
            to_rebuild.push_back(group[i].segment);
        }
        in_two_threads([&](std::size_t half) { insert_half(loaded, half, references, keys); });
    }
    return to_rebuild;
}

Result<Ok, Fault> list_run(ManifestFile& manifest, const RunInfo& run) {
    return manifest.change([&](Manifest& changed) {
        auto& runs = changed.runs;
        const auto place = std::lower_bound(
            runs.begin(), runs.end(), run.segment,
            [](const RunInfo& one, std::uint32_t segment) { return one.segment < segment; });
        if (place != runs.end() && place->segment == run.segment) {
            *place = run;
        } else {
            runs.insert(place, run);
        }
    });
}

Result<std::size_t, Fault> write_missing_runs(os::FileSystem& files, const RecordReader& reader,
                                              const ReadableBook& book, ManifestFile& manifest,
                                              const ReferencesOf& references_of) {
    std::vector<SegmentInfo> sealed = book.segments();
    if (!sealed.empty()) sealed.pop_back();
    const std::vector<RunInfo> listed = manifest.copy().runs;
    auto next = listed.begin();  // both are in order
    std::size_t made = 0;
    for (const SegmentInfo& segment : sealed) {
        while (next != listed.end() && next->segment < segment.number) ++next;
        if (next != listed.end() && next->segment == segment.number) continue;
        auto references = collect_references(reader, segment.number, references_of);
        if (!references) return references.error();
        if (auto wrote = write_run(files, book.book(), *references); !wrote) return wrote.error();
        if (auto list = list_run(manifest, references->run); !list) return list.error();
        ++made;
    }
    return made;
}

}  // namespace coffer::store_embedded
