#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/instant.h"
#include "base/sha256.h"

namespace coffer::store_embedded {

/// The hashes of a batch while it is being filled: of each record, of the batch, and the wallets'
/// links that go on from them, link ← SHA-256(link ‖ SHA-256(record)). No decision asks for any of
/// them, so in a large batch a thread of its own follows the one that decides. What it has not
/// begun at the end, the owner does.
///
/// All public calls on the owner's thread. Nothing is allocated once its memory has grown to the
/// usual size.
class BatchHasher {
public:
    /// `helped`: with that thread.
    explicit BatchHasher(bool helped);
    ~BatchHasher();
    BatchHasher(const BatchHasher&) = delete;
    BatchHasher& operator=(const BatchHasher&) = delete;

    /// Begins a batch: see batch_hash(). The one before is empty, or finished and chained.
    void start(const Hash& previous, std::uint64_t sequence, Instant time);

    /// The next record and the links that it continues. Until the end of the batch its bytes stay
    /// as they are, and nobody looks at the links but after chain().
    void add(Bytes record, std::span<Hash* const> links);

    [[nodiscard]] std::uint32_t records() const { return records_; }

    /// The thread may follow in this batch. Where a round is made of single requests, their clients
    /// have a better use for the processor.
    void let_follow() { let_follow_ = true; }

    /// The batch's hash; nothing is added to the batch afterwards. Some links may be left to
    /// chain(), which can go on while the disk works.
    [[nodiscard]] Hash finish();

    /// Brings the links up to the newest record.
    void chain();

    /// How many records the thread has hashed so far.
    [[nodiscard]] std::uint64_t followed() const { return followed_.load(); }

private:
    /// Some 20 µs of work: what the owner waits for at most, while the thread has a processor.
    static constexpr std::size_t piece_records = 64;

    struct Link {
        Hash* of;
        std::uint32_t record;  // of the piece's
    };
    /// What one thread does in one go.
    struct Piece {
        std::size_t count = 0;
        std::array<Bytes, piece_records> records;
        std::array<Hash, piece_records> hashes;
        std::vector<Link> links;
    };

    void hand_over(bool wake);
    [[nodiscard]] bool follow(Sha256& sha);
    void hash_all();
    void hash(Sha256& sha, Piece& piece);
    static void chain(Sha256& sha, const Piece& piece);
    void run();

    // The owner's.
    Sha256 sha_;
    std::uint32_t records_ = 0;
    std::vector<std::unique_ptr<Piece>> pieces_;
    std::size_t pieces_used_ = 0;
    Piece* filling_ = nullptr;
    std::vector<Piece*> unchained_;  // that the owner hashed
    bool finished_ = false;
    bool let_follow_ = false;

    // One piece after the other, whoever takes it: the batch's hash and the links have an order.
    // The owner takes all that are left, so that the thread chains none before one of the owner's.
    std::mutex turn_;
    Sha256 batch_sha_;  // under turn_

    std::mutex waiting_mutex_;
    std::condition_variable waiting_changed_;
    std::vector<Piece*> waiting_;
    std::size_t taken_ = 0;  // of waiting_
    bool called_ = false;    // the thread is wanted: what waits is not enough by itself
    bool stop_ = false;

    std::atomic<std::uint64_t> followed_{0};

    std::thread thread_;  // last: it uses all of the above
};

}  // namespace coffer::store_embedded
