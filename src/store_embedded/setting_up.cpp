#include <algorithm>

#include "store_embedded/embedded_store.h"

// What the book must know before it serves: its keys, its currencies, its settings. All of it is in
// the journal; a start whose configuration differs appends the change.

namespace coffer::store_embedded {
namespace {

Fault configuration(const std::string& message) { return {Fault::Kind::configuration, message}; }

}  // namespace

Result<Ok, Fault> EmbeddedStore::append_currency(const money::CurrencyInfo& info) {
    using Added = money::CurrencyTable::Added;
    const Added added = state_.currencies.add(info);
    if (added == Added::conflict) {
        return configuration("the currency " + info.code +
                             " is in the book with other decimals; they can never change, because "
                             "every recorded amount would mean something else");
    }
    if (added == Added::known) return Ok{};
    std::array<std::uint8_t, 256> memory;
    const std::size_t bytes = engine::encode(info, open_->records(), memory);
    open_->append_encoded({memory.data(), bytes});
    if (!open_->has_room()) return open_->commit();
    return Ok{};
}

Result<Ok, Fault> EmbeddedStore::append_settings(const wallet::Settings& settings) {
    state_.settings = settings;
    std::array<std::uint8_t, 256> memory;
    const std::size_t bytes = engine::encode(settings, open_->records(), memory);
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
    for (const money::CurrencyInfo& info : money::iso_4217()) {
        if (const auto appended = append_currency(info); !appended) return appended;
    }
    for (const money::UnitText& unit : options_.units) {
        const auto known = state_.currencies.find(unit.code);
        std::uint16_t number = money::configured_currency_first;
        for (const auto& info : state_.currencies.all()) {
            if (info.currency.number >= number) {
                number = static_cast<std::uint16_t>(info.currency.number + 1);
            }
        }
        const auto appended = append_currency({.currency = known.value_or(money::Currency{number}),
                                               .code = unit.code,
                                               .decimals = unit.decimals});
        if (!appended) return appended;
    }
    const auto currency = state_.currencies.find(options_.default_currency);
    if (!currency) {
        return configuration("the default currency " + options_.default_currency +
                             " is not known: configure it as a unit, for example " +
                             options_.default_currency + ":2");
    }
    wallet::Settings wanted{.version = state_.settings.version,
                            .default_currency = *currency,
                            .auto_open_wallets = options_.auto_open_wallets};
    if (wanted != state_.settings) {
        ++wanted.version;
        if (const auto appended = append_settings(wanted); !appended) return appended;
    }
    if (open_->records() == 0) return Ok{};
    if (const auto room = journal_->check_writable(); !room) return room;
    last_batch_position_ = journal_->next_batch_position();
    return open_->commit();
}

}  // namespace coffer::store_embedded
