#include "store_embedded/batch_hasher.h"

#include "base/ensure.h"
#include "base/prefetch.h"
#include "store_embedded/batch.h"

namespace coffer::store_embedded {
namespace {

/// Waking a thread costs its waker 7 to 20 µs, as much as some dozens of records: so only where
/// hundreds wait.
constexpr std::size_t worth_waking_pieces = 6;

}  // namespace

BatchHasher::BatchHasher(bool helped) {
    if (helped) thread_ = std::thread{[this] { run(); }};
}

BatchHasher::~BatchHasher() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock{waiting_mutex_};
        stop_ = true;
    }
    waiting_changed_.notify_one();
    thread_.join();
}

void BatchHasher::start(const Hash& previous, std::uint64_t sequence, Instant time) {
    ENSURE(unchained_.empty() && (finished_ || records_ == 0));
    finished_ = false;
    let_follow_ = false;
    records_ = 0;
    pieces_used_ = 0;
    const std::lock_guard turn{turn_};
    start_batch_hash(batch_sha_, previous, sequence, time);
}

void BatchHasher::add(Bytes record, std::span<Hash* const> links) {
    ENSURE(!finished_);
    if (filling_ == nullptr) {
        if (pieces_used_ == pieces_.size()) pieces_.push_back(std::make_unique<Piece>());
        filling_ = pieces_[pieces_used_++].get();
        filling_->count = 0;
        filling_->links.clear();
    }
    for (Hash* const link : links) {
        filling_->links.push_back({link, static_cast<std::uint32_t>(filling_->count)});
    }
    filling_->records[filling_->count++] = record;
    ++records_;
    if (filling_->count == piece_records) hand_over(let_follow_);
}

void BatchHasher::hand_over(bool wake) {
    {
        const std::lock_guard lock{waiting_mutex_};
        if (taken_ == waiting_.size()) {
            waiting_.clear();
            taken_ = 0;
        }
        waiting_.push_back(filling_);
        wake = wake && waiting_.size() - taken_ == worth_waking_pieces;
        called_ = called_ || wake;
    }
    if (wake) waiting_changed_.notify_one();
    filling_ = nullptr;
}

Hash BatchHasher::finish() {
    hash_all();
    finished_ = true;
    const std::lock_guard turn{turn_};
    return batch_sha_.finish();
}

void BatchHasher::chain() {
    hash_all();
    for (const Piece* piece : unchained_) chain(sha_, *piece);
    unchained_.clear();
}

void BatchHasher::hash_all() {
    if (filling_ != nullptr) hand_over(false);
    const std::size_t hashed = unchained_.size();
    {
        const std::lock_guard lock{waiting_mutex_};
        while (taken_ < waiting_.size()) unchained_.push_back(waiting_[taken_++]);
    }
    // The thread may have one left, which is older: it is waited for.
    const std::lock_guard turn{turn_};
    for (std::size_t i = hashed; i < unchained_.size(); ++i) hash(sha_, *unchained_[i]);
}

// The thread's. False: nothing waits.
bool BatchHasher::follow(Sha256& sha) {
    const std::lock_guard turn{turn_};
    Piece* piece = nullptr;
    {
        const std::lock_guard lock{waiting_mutex_};
        if (taken_ == waiting_.size()) return false;
        piece = waiting_[taken_++];
    }
    hash(sha, *piece);
    chain(sha, *piece);
    followed_ += piece->count;
    return true;
}

void BatchHasher::hash(Sha256& sha, Piece& piece) {
    for (std::size_t i = 0; i < piece.count; ++i) piece.hashes[i] = sha.of(piece.records[i]);
    add_to_batch_hash(batch_sha_, std::span{piece.hashes}.first(piece.count));
}

void BatchHasher::chain(Sha256& sha, const Piece& piece) {
    constexpr std::size_t ahead = 8;
    for (std::size_t i = 0; i < piece.links.size(); ++i) {
        if (i + ahead < piece.links.size()) prefetch(piece.links[i + ahead].of);
        const auto [link, record] = piece.links[i];
        *link = sha.of_both(*link, piece.hashes[record]);
    }
}

void BatchHasher::run() {
    Sha256 sha;
    std::unique_lock lock{waiting_mutex_};
    for (;;) {
        waiting_changed_.wait(lock, [this] { return stop_ || called_; });
        if (stop_) return;
        called_ = false;
        lock.unlock();
        while (follow(sha)) {
        }
        lock.lock();
    }
}

}  // namespace coffer::store_embedded
