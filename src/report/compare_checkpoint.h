#pragma once

#include <memory>

#include "report/check.h"

namespace coffer::report {

/// Holds the checkpoint files against the book.
///
/// A checkpoint is fuzzy: each object in it is as it was at some batch between its first (S) and
/// its last (E). So the files are read before the book, and each of their rows is compared when
/// the object, followed through the book, has the version that the row states. About 24 bytes a
/// wallet and file.
class CheckpointComparison {
public:
    CheckpointComparison();
    ~CheckpointComparison();

    [[nodiscard]] Result<Ok, Fault> load(os::FileSystem& files, const BookFiles& book,
                                         Findings& findings);
    [[nodiscard]] bool wanted() const { return !loaded_.empty(); }

    /// Behind each movement that was judged.
    void movement_taken(const Judged& judged);
    /// Behind the default policy.
    void policy_taken(const Judged& judged);
    /// Behind the last record of each batch.
    void batch_taken(const BatchView& batch, BookState& state, const SetupChecks& setup,
                     Findings& findings);
    void finish(Findings& findings);

    [[nodiscard]] std::uint64_t compared() const { return loaded_.size(); }

private:
    class Loaded;
    std::vector<std::unique_ptr<Loaded>> loaded_;
};

}  // namespace coffer::report
