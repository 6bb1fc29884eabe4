#include "store_embedded/open_batch.h"

#include <algorithm>

#include "store_embedded/audit.h"

namespace coffer::store_embedded {

OpenBatch::OpenBatch(Journal& journal, State& state, engine::PublicIds& ids,
                     const engine::Head& head, bool helped)
    : journal_{journal}, state_{state}, ids_{ids}, head_{head}, before_{head}, hasher_{helped} {
    payload_.resize(journal.batch_bytes_max());
}

void OpenBatch::start(Instant now) {
    ENSURE(now >= before_.time);
    now_ = now;
    hasher_.start(before_.hash, sequence(), now);
    batch_position_ = journal_.next_batch_position();
    used_ = batch_header_bytes;
    made_ids_.clear();
}

bool OpenBatch::has_room() const {
    return payload_.size() - used_ >= record_prefix_bytes + engine::record_bytes_max;
}

const wallet::NewIds& OpenBatch::next_ids() {
    const std::uint32_t ordinal = records();
    if (made_ids_.empty() || ordinal >= made_ids_first_ + made_ids_.size()) {
        // A lone request makes two, a full round makes them in bulk.
        made_ids_.resize(std::clamp<std::size_t>(ordinal, 2, 32));
        made_ids_first_ = ordinal;
        ids_.make(now_, sequence(), ordinal, made_ids_);
    }
    return made_ids_[ordinal - made_ids_first_];
}

wallet::Record& OpenBatch::draft() {
    if (drafts_used_ == drafts_.size()) drafts_.emplace_back();
    return drafts_[drafts_used_];
}

Position OpenBatch::append() {
    ENSURE(has_room());
    const wallet::Record& record = drafts_[drafts_used_++];
    const Position position = position_in_batch(batch_position_, used_);
    engine::Links links;
    state_.links_for(record, links);
    std::uint8_t* at = payload_.data() + used_;
    const std::size_t bytes =
        engine::encode(record, links, {at + record_prefix_bytes, engine::record_bytes_max});
    store_le<std::uint32_t>(at, static_cast<std::uint32_t>(bytes));
    used_ += record_prefix_bytes + bytes;
    placed_.push_back({.position = position,
                       .record = &record,
                       .payload_at = static_cast<std::uint32_t>(used_ - bytes),
                       .bytes = static_cast<std::uint32_t>(bytes)});
    state_.apply(record, position, touched_);
    hasher_.add({at + record_prefix_bytes, bytes}, touched_);
    ENSURE(holds_after(state_, record));
    return position;
}

void OpenBatch::append_encoded(Bytes record) {
    ENSURE(has_room() && record.size() <= engine::record_bytes_max);
    std::uint8_t* at = payload_.data() + used_;
    store_le<std::uint32_t>(at, static_cast<std::uint32_t>(record.size()));
    std::ranges::copy(record, at + record_prefix_bytes);
    used_ += record_prefix_bytes + record.size();
    hasher_.add({at + record_prefix_bytes, record.size()}, {});
}

Result<Ok, Fault> OpenBatch::commit() {
    if (records() == 0) return Ok{};
    if (auto begun = begin_commit(Journal::Write::now); !begun) return begun;
    return end_commit();
}

Result<Ok, Fault> OpenBatch::begin_commit(Journal::Write write) {
    ENSURE(records() > 0);
    const engine::Head made{.sequence = sequence(), .time = now_, .hash = hasher_.finish()};
    const auto begun = journal_.begin_append({.sequence = made.sequence,
                                              .time = made.time,
                                              .hash = made.hash,
                                              .record_count = records(),
                                              .payload = payload()},
                                             write);
    if (!begun) return begun.error();
    ENSURE(*begun == batch_position_);
    before_ = made;
    chain();
    placed_.clear();
    start(now_);
    return Ok{};
}

Result<Ok, Fault> OpenBatch::end_commit() {
    if (auto ended = journal_.end_append(); !ended) return ended;
    head_ = before_;
    return Ok{};
}

void OpenBatch::reuse_draft() {
    ENSURE(drafts_used_ > 0 && !placed_.empty() &&
           placed_.back().record == &drafts_[drafts_used_ - 1]);
    placed_.back().record = nullptr;
    --drafts_used_;
    hasher_.let_follow();
}

const OpenBatch::Placed* OpenBatch::placed_at(Position position) const {
    const auto found = std::ranges::lower_bound(placed_, position, {}, &Placed::position);
    return found != placed_.end() && found->position == position ? &*found : nullptr;
}

const wallet::Record* OpenBatch::find(Position position) const {
    const Placed* placed = placed_at(position);
    return placed == nullptr ? nullptr : placed->record;
}

Bytes OpenBatch::bytes_of(Position position) const {
    const Placed* placed = placed_at(position);
    return placed == nullptr ? Bytes{} : payload().subspan(placed->payload_at, placed->bytes);
}

}  // namespace coffer::store_embedded
