#include "engine/book_setup.h"
#include "store_embedded/embedded_store.h"

// What the book must know before it serves: its keys, its currencies, its settings. All of it is in
// the journal; a start whose configuration differs appends the change.

namespace coffer::store_embedded {

Result<Ok, Fault> EmbeddedStore::append_currency(const money::CurrencyInfo& info) {
    std::array<std::uint8_t, 256> memory;
    const std::size_t bytes = engine::encode(info, open_->records(), memory);
    open_->append_encoded({memory.data(), bytes});
    if (!open_->has_room()) return open_->commit();
    return Ok{};
}

Result<Ok, Fault> EmbeddedStore::append_settings(const wallet::Settings& settings) {
    state_.settings = settings;
    state_.policies.set_auto_open_wallets(settings.auto_open_wallets);
    std::array<std::uint8_t, 256> memory;
    const std::size_t bytes = engine::encode(settings, open_->records(), memory);
    open_->append_encoded({memory.data(), bytes});
    return Ok{};
}

Result<Ok, Fault> EmbeddedStore::bring_policy_up_to_date() {
    const engine::DefaultPolicy now{state_.policies.default_version(),
                                    state_.policies.configured()};
    const auto wanted = engine::configured_policy(now, state_.currencies, options_.policy);
    if (!wanted) return wanted.error();
    if (*wanted == now) return Ok{};
    state_.policies.set_default(wanted->version, wanted->policy);
    std::array<std::uint8_t, 1024> memory;
    const std::size_t bytes = engine::encode(*wanted, open_->records(), memory);
    open_->append_encoded({memory.data(), bytes});
    return Ok{};
}

void EmbeddedStore::append_epoch(const engine::Epoch& epoch) {
    state_.epoch = epoch;
    std::array<std::uint8_t, 32> memory;
    const std::size_t bytes = engine::encode(epoch, open_->records(), memory);
    open_->append_encoded({memory.data(), bytes});
}

Result<Ok, Fault> EmbeddedStore::bring_epoch_up_to_date() {
    using Change = EmbeddedOptions::EpochChange;
    using EpochState = engine::Epoch::State;
    const engine::Epoch now = state_.epoch;
    if (options_.epoch_change == Change::restored) {
        open_->start(round_clock_->read().now);
        append_epoch({.number = now.number + 1, .state = EpochState::restored});
        if (const auto room = journal_->check_writable(); !room) return room;
        last_batch_position_ = journal_->next_batch_position();
        return open_->commit();
    }
    // A book that takes no writes takes no other settings either.
    if (now.state == EpochState::restored && options_.epoch_change == Change::keep) return Ok{};
    if (now.state == EpochState::restored) {
        open_->start(round_clock_->read().now);
        append_epoch({.number = now.number, .state = EpochState::open});
    }
    return bring_settings_up_to_date();
}

Result<Ok, Fault> EmbeddedStore::begin_book(os::Random&) {
    if (const auto room = journal_->check_writable(); !room) return room;
    open_->start(round_clock_->read().now);
    std::array<std::uint8_t, 512> memory;
    const std::size_t bytes = engine::encode(state_.genesis, memory);
    open_->append_encoded({memory.data(), bytes});
    return bring_settings_up_to_date();
}

Result<Ok, Fault> EmbeddedStore::bring_settings_up_to_date() {
    if (open_->records() == 0) open_->start(round_clock_->read().now);
    const auto added = engine::add_missing_currencies(state_.currencies, options_.units);
    if (!added) return added.error();
    for (const money::CurrencyInfo& info : *added) {
        if (const auto appended = append_currency(info); !appended) return appended;
    }
    const auto wanted = engine::configured_settings(
        state_.settings, state_.currencies, options_.default_currency, options_.auto_open_wallets);
    if (!wanted) return wanted.error();
    if (*wanted != state_.settings) {
        if (const auto appended = append_settings(*wanted); !appended) return appended;
    }
    if (const auto set = bring_policy_up_to_date(); !set) return set;
    if (open_->records() == 0) return Ok{};
    if (const auto room = journal_->check_writable(); !room) return room;
    last_batch_position_ = journal_->next_batch_position();
    return open_->commit();
}

}  // namespace coffer::store_embedded
