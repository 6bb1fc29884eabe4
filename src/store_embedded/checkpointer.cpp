#include "store_embedded/checkpointer.h"

namespace coffer::store_embedded {
namespace {

inline constexpr std::string_view new_path = "checkpoint/new";
inline constexpr std::size_t pieces_max = 32;
inline constexpr std::size_t kept = 2;

}  // namespace

Checkpointer::Checkpointer(os::FileSystem& files, const State& state, const BookId& book,
                           const Options& options, OnFault on_fault)
    : files_{files}, state_{state}, book_{book}, options_{options}, on_fault_{std::move(on_fault)} {
    if (options_.background) {
        thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
    }
}

Checkpointer::~Checkpointer() {
    if (thread_.joinable()) {
        thread_.request_stop();
        changed_.notify_all();
    }
}

bool Checkpointer::due(std::uint64_t batch_position) {
    const std::uint64_t apart = std::max(options_.journal_bytes, last_bytes_.load() / 2);
    if (!due_now_ && batch_position < last_position_ + apart) return false;
    const std::lock_guard hold{mutex_};
    return !writing_;
}

bool Checkpointer::step(const CheckpointStart& now,
                        const std::function<std::int64_t()>& monotonic_ns) {
    if (copy_ == nullptr) {
        if (!due(now.batch_position) || now.head.sequence == 0) return false;
        const std::lock_guard hold{mutex_};
        writing_ = true;
        due_now_ = false;
        last_position_ = now.batch_position;
        copy_ = std::make_unique<CheckpointCopy>(state_, book_, now);
    }
    {
        const std::lock_guard hold{mutex_};
        if (pieces_.size() >= pieces_max) return true;
    }
    const std::int64_t began = monotonic_ns();
    Piece piece{.sequence = copy_->start().head.sequence};
    piece.last = copy_->slice(piece.bytes, now.head.sequence,
                              [&] { return monotonic_ns() - began > options_.slice_ns_max; });
    longest_slice_ns_ = std::max(longest_slice_ns_, monotonic_ns() - began);
    const bool more = !piece.last;
    if (piece.last) copy_.reset();
    hand_over(std::move(piece));
    return more;
}

void Checkpointer::hand_over(Piece piece) {
    if (!options_.background) {
        write_or_report(piece);
        if (piece.last) writing_ = false;
        return;
    }
    {
        const std::lock_guard hold{mutex_};
        pieces_.push_back(std::move(piece));
    }
    changed_.notify_one();
}

void Checkpointer::run(const std::stop_token& stop) {
    for (;;) {
        Piece piece;
        {
            std::unique_lock hold{mutex_};
            if (!changed_.wait(hold, stop, [this] { return !pieces_.empty(); })) return;
            piece = std::move(pieces_.front());
            pieces_.pop_front();
        }
        write_or_report(piece);
        if (piece.last) {
            const std::lock_guard hold{mutex_};
            writing_ = false;
        }
    }
}

void Checkpointer::write_or_report(const Piece& piece) {
    if (!failed_) {
        const auto written = write(piece);
        if (!written) {
            failed_ = true;
            on_fault_(written.error());
        }
    }
    if (piece.last) {
        // What is left of a failed one is replaced by the next.
        failed_ = false;
        file_.reset();
    }
}

Result<Ok, Fault> Checkpointer::write(const Piece& piece) {
    if (file_ == nullptr) {
        const auto folder = files_.exists("checkpoint");
        if (!folder) return folder.error();
        if (!*folder) {
            if (const auto made = files_.make_folder("checkpoint"); !made) return made;
        }
        const auto there = files_.exists(new_path);
        if (!there) return there.error();
        if (*there) {
            if (const auto removed = files_.remove(new_path); !removed) return removed;
        }
        auto file = files_.open(new_path, os::Open::create_new);
        if (!file) return file.error();
        file_ = std::move(*file);
        offset_ = 0;
    }
    if (const auto written = file_->write_at(offset_, piece.bytes); !written) return written;
    // Synced in small portions, so that the journal's own syncs wait little behind this.
    if (const auto synced = file_->sync(); !synced) return synced;
    offset_ += piece.bytes.size();
    if (!piece.last) return Ok{};
    return finish(piece.sequence);
}

Result<Ok, Fault> Checkpointer::finish(std::uint64_t sequence) {
    file_.reset();
    last_bytes_.store(offset_);
    if (const auto renamed = files_.rename(new_path, checkpoint_path(sequence)); !renamed) {
        return renamed;
    }
    if (const auto synced = files_.sync_folder("checkpoint"); !synced) return synced;
    if (const auto synced = files_.sync_folder(""); !synced) return synced;
    taken_.fetch_add(1);
    const auto sequences = list_checkpoints(files_);
    if (!sequences) return sequences.error();
    for (std::size_t i = kept; i < sequences->size(); ++i) {
        if (const auto removed = files_.remove(checkpoint_path((*sequences)[i])); !removed) {
            return removed;
        }
    }
    return Ok{};
}

}  // namespace coffer::store_embedded
