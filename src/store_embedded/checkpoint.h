#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/store.h"
#include "os/file_system.h"
#include "store_embedded/batch.h"
#include "store_embedded/state.h"

namespace coffer::store_embedded {

// A checkpoint is the state in a file, so that a start need not read the whole book. It is fuzzy:
// objects are copied between rounds, each as it is then. Records say what things are afterwards and
// objects know their version, so replaying the journal from the batch where copying began makes it
// exact. Format: docs/journal-format.md, section 7.

/// Where copying began: the last batch before it.
struct CheckpointStart {
    std::uint64_t batch_position = 0;
    engine::Head head;
    /// The last batch that any copied object may have seen: the book must reach at least to it.
    std::uint64_t copied_until = 0;
};

/// Copies the state in slices. Only the engine's thread calls it, between rounds.
class CheckpointCopy {
public:
    CheckpointCopy(const State& state, const BookId& book, const CheckpointStart& start);

    /// Appends whole blocks to `out` until `stop` says so or nothing is left; true when done.
    /// `sequence` is that of the last durable batch.
    bool slice(std::vector<std::uint8_t>& out, std::uint64_t sequence,
               const std::function<bool()>& stop);

    [[nodiscard]] const CheckpointStart& start() const { return start_; }

private:
    enum class Stage {
        names,
        subjects,
        wallets,
        accounts,
        holds,
        refunded,
        approvals,
        policies,
        withdrawn,
        end
    };

    void copy_names(std::vector<std::uint8_t>& out);
    bool copy_subjects(std::vector<std::uint8_t>& out);
    bool copy_wallets(std::vector<std::uint8_t>& out);
    void copy_accounts(std::vector<std::uint8_t>& out);
    bool copy_holds(std::vector<std::uint8_t>& out);
    void copy_policies(std::vector<std::uint8_t>& out);
    bool copy_withdrawn(std::vector<std::uint8_t>& out);
    bool copy_refunded(std::vector<std::uint8_t>& out);
    bool copy_approvals(std::vector<std::uint8_t>& out);
    void copy_end(std::vector<std::uint8_t>& out, std::uint64_t sequence);
    void block(std::vector<std::uint8_t>& out, std::uint8_t kind, std::uint32_t rows, Bytes body);

    const State& state_;
    BookId book_;
    CheckpointStart start_;
    Stage stage_ = Stage::names;
    // What the tables held when copying began; what came later is in the journal behind `start`.
    wallet::NextNumbers counts_;
    std::uint32_t done_ = 0;
    std::uint64_t rows_ = 0;
    const std::unique_ptr<std::uint8_t[]> memory_;
    const std::span<std::uint8_t> body_;  // of the block that is being made
};

/// Fills an empty state. storage_corrupt names the file: an older checkpoint or the whole journal
/// will do.
[[nodiscard]] Result<CheckpointStart, Fault> load_checkpoint(os::FileSystem& files,
                                                             const std::string& path,
                                                             const BookId& book, State& state);

[[nodiscard]] std::string checkpoint_path(std::uint64_t sequence);
/// Sequences of the checkpoints that are there, newest first.
[[nodiscard]] Result<std::vector<std::uint64_t>, Fault> list_checkpoints(os::FileSystem& files);

}  // namespace coffer::store_embedded
