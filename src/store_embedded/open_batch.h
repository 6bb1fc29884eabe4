#pragma once

#include <deque>
#include <vector>

#include "engine/public_ids.h"
#include "engine/store.h"
#include "store_embedded/batch_hasher.h"
#include "store_embedded/journal.h"
#include "store_embedded/state.h"

namespace coffer::store_embedded {

/// The batch that a round is filling: records are encoded and applied one by one, then made
/// durable with one write. Bounded by the journal's batch size; a round that needs more commits and
/// starts another. Nothing is allocated once its memory has grown to the usual size.
class OpenBatch {
public:
    /// `helped`: see BatchHasher.
    OpenBatch(Journal& journal, State& state, engine::PublicIds& ids, const engine::Head& head,
              bool helped);

    void start(Instant now);

    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] std::uint32_t records() const { return hasher_.records(); }
    /// Whether one more record of any size fits.
    [[nodiscard]] bool has_room() const;
    /// Of the next record.
    [[nodiscard]] const wallet::NewIds& next_ids();
    /// Memory for the next record's draft; becomes the record by append(). Its address stays until
    /// forget(), its content unless reuse_draft() is called.
    [[nodiscard]] wallet::Record& draft();

    /// Encodes the draft, applies it, and answers its position. The draft's texts must live until
    /// the answers are given.
    Position append();
    /// A record that sets the book up: already encoded, applied by the caller.
    void append_encoded(Bytes record);

    /// Makes what was appended durable and begins the next sequence. Nothing appended: nothing
    /// happens. After a fault the store is done.
    [[nodiscard]] Result<Ok, Fault> commit();
    /// The same in two halves, with records() > 0. The next batch may be filled in between, and
    /// begins its commit after the end of this one.
    [[nodiscard]] Result<Ok, Fault> begin_commit(Journal::Write write);
    [[nodiscard]] Result<Ok, Fault> end_commit();

    /// An appended record whose commit has not begun; null for any other position, and for one
    /// whose draft was used again.
    [[nodiscard]] const wallet::Record* find(Position position) const;

    /// Whoever waits for the newest record has kept what it needs: its draft is the next one's.
    void reuse_draft();
    /// The bytes of an appended record whose commit has not begun; empty for any other.
    [[nodiscard]] Bytes bytes_of(Position position) const;

    /// Goes on with the wallets' links up to the newest record. A commit does so, too, while the
    /// disk works; in between they stay behind: see BatchHasher.
    void chain() { hasher_.chain(); }

    /// Drops the drafts of the round; their answers have been given.
    void forget() { drafts_used_ = 0; }

    /// The last batch that is durable.
    [[nodiscard]] const engine::Head& head() const { return head_; }
    /// Of the batch that is being filled.
    [[nodiscard]] std::uint64_t sequence() const { return before_.sequence + 1; }
    [[nodiscard]] std::uint64_t payload_bytes() const { return used_; }

private:
    Bytes payload() const { return {payload_.data(), used_}; }

    Journal& journal_;
    State& state_;
    engine::PublicIds& ids_;
    engine::Head head_;
    engine::Head before_;  // the batch before this one, durable or between the halves of a commit
    Instant now_;
    std::uint64_t batch_position_ = 0;
    std::vector<std::uint8_t> payload_;
    std::size_t used_ = 0;
    BatchHasher hasher_;  // of payload_, so behind it
    State::Chained touched_;
    std::deque<wallet::Record> drafts_;
    std::size_t drafts_used_ = 0;
    struct Placed {
        Position position;
        const wallet::Record* record;
        std::uint32_t payload_at;  // of its bytes
        std::uint32_t bytes;
    };
    [[nodiscard]] const Placed* placed_at(Position position) const;

    std::vector<Placed> placed_;
    std::vector<wallet::NewIds> made_ids_;
    std::uint32_t made_ids_first_ = 0;
};

}  // namespace coffer::store_embedded
