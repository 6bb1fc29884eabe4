#pragma once

#include "base/sha256.h"
#include "engine/public_ids.h"
#include "engine/store.h"
#include "store_embedded/record_reader.h"
#include "store_embedded/state.h"

namespace coffer::store_embedded {

/// Where a reader starts: what the engine knew of one wallet when the question came. Everything
/// older is in records that never change.
struct HistoryStart {
    wallet::Wallet wallet;
    Position last = 0;
    Hash link{};
    std::vector<wallet::Refunded::Row> cancelled{};  ///< rows, in the order of their `seq`
};

/// Answers lists and integrity checks from records alone: any page, type, date in O(log n) reads,
/// by the skip pointers. One thread at a time; each reader thread has its own.
class HistoryReader {
public:
    HistoryReader(const RecordReader& records, const std::array<std::uint8_t, 32>& id_key)
        : records_{records}, ids_{id_key} {}

    [[nodiscard]] Result<engine::Page, Fault> list(const HistoryStart& start,
                                                   const engine::ListHistory& query);
    [[nodiscard]] Result<engine::Integrity, Fault> integrity(const HistoryStart& start);

    /// One record with its time and public ids, as it was when it was written.
    struct Node {
        StoredRecord stored;
        engine::Movement movement;
        std::size_t line = 0;  ///< the asked-for wallet's line

        [[nodiscard]] const wallet::WalletLine& of_wallet() const {
            return movement.record.wallets[line];
        }
        [[nodiscard]] const engine::WalletLinks& links() const { return movement.links[line]; }
        [[nodiscard]] Instant at() const { return stored.batch_time; }
    };

    [[nodiscard]] Result<Ok, Fault> read(Position position, Node& into);
    /// Whether there is a movement whose id it would be, if the id is one; it is in `into` then.
    [[nodiscard]] Result<bool, Fault> find_origin(wallet::PublicId id, Node& into);

private:
    const RecordReader& records_;
    engine::PublicIds ids_;
    Sha256 sha_;
};

}  // namespace coffer::store_embedded
