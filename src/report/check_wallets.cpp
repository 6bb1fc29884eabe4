#include <bit>

#include "report/check.h"

namespace coffer::report {
namespace {

FieldName line_field(std::size_t index, std::string_view field) {
    return {"wallet line", index, field};
}

std::uint64_t open_key(std::uint64_t subject, std::uint64_t currency) {
    return (subject << 16) | (currency & 0xffff);
}

/// Whether a wallet in this status may be moved by a record of this kind, in this line.
bool may_move(Status status, Kind kind, RowType type) {
    switch (type) {
        using enum RowType;
        case none: return true;
        case withdraw:
            // What was set aside before may be paid whatever has become of the wallet since.
            if (kind == Kind::pay_withdrawal) return status != Status::closed;
            [[fallthrough]];
        case withdrawal_hold:
        case transfer_out: return status == Status::active;
        case deposit:
        case transfer_in:
        case freeze:
        case unfreeze:
        case refund:
        case adjustment:
        case payment:
        case withdrawal_release: return status != Status::closed;
    }
    return false;
}

void check_rows(const Judged& judged, std::size_t index, TrackedWallet& wallet) {
    const Line& line = judged.movement().lines[index];
    if (line.type != RowType::none) {
        ++wallet.transactions;
        ++wallet.counts[static_cast<std::size_t>(line.type) - 1];
    }
    judged.demand_equal(line.transactions, wallet.transactions, Rule::wallet_line,
                        line_field(index, "transactions"));
    std::uint64_t listed = 0;
    for (std::size_t type = 0; type < row_types; ++type) {
        if (wallet.counts[type] != 0) listed |= std::uint64_t{1} << type;
        judged.demand_equal(line.counts[type], wallet.counts[type], Rule::wallet_line,
                            line_field(index, "count"));
    }
    judged.demand_equal(line.listed_types, listed, Rule::wallet_line,
                        line_field(index, "types that have rows"));
}

void check_balances(const Judged& judged, std::size_t index, const TrackedWallet& wallet) {
    const Line& line = judged.movement().lines[index];
    judged.demand_equal(line.available, static_cast<UInt128>(wallet.available), Rule::balance,
                        line_field(index, "available"));
    judged.demand_equal(line.held, static_cast<UInt128>(wallet.held), Rule::balance,
                        line_field(index, "held"));
}

/// Holds are the first line's. One that this record opens is open, all others were open before.
std::uint32_t open_holds_after(const Judged& judged, std::size_t index, std::uint32_t before) {
    const Movement& movement = judged.movement();
    if (index != 0 || movement.holds.empty()) return before;
    if (judged.record.kind == Kind::freeze) return before + 1;
    const bool ends = movement.holds[0].state != HoldState::open;
    return ends && before > 0 ? before - 1 : before;
}

/// In how much a line does not fit the wallet it names. One difference is a wrong field; where
/// there are more, it is the line of another wallet.
int differences(const Line& line, std::uint64_t owner, const TrackedWallet& wallet) {
    return (line.event != wallet.events + 1) + (line.previous != wallet.previous) +
           (line.currency != wallet.currency) + (owner != wallet.owner);
}

}  // namespace

TrackedWallet* WalletChecks::begin(const Judged& judged, std::size_t index, IdCipher& ids) {
    const Movement& movement = judged.movement();
    const Line& line = movement.lines[index];
    const std::uint64_t owner = index == 0 ? movement.user : movement.counterparty;
    BookState& state = judged.state;
    const std::uint64_t next = state.wallets.size() + 1;
    TrackedWallet* wallet = nullptr;
    if (line.opens) {
        judged.demand_equal(line.wallet, next, Rule::wallet_opening, line_field(index, "wallet"));
        if (line.wallet != next) return nullptr;
        wallet = &state.wallets.add();
        wallet->number = static_cast<std::uint32_t>(next);
        check_opening(judged, index, *wallet, ids);
    } else {
        wallet = state.wallet(line.wallet);
        judged.demand(wallet != nullptr, Rule::wallet_line, line_field(index, "wallet"),
                      "was never opened");
        if (wallet == nullptr) return nullptr;
        if (differences(line, owner, *wallet) > 1) {
            judged.demand(false, Rule::wallet_line, line_field(index, "wallet"),
                          "is not the wallet whose history the line continues");
            return nullptr;
        }
        judged.demand_equal<std::uint64_t>(line.currency, wallet->currency, Rule::wallet_line,
                                           line_field(index, "currency"));
    }
    judged.demand(wallet->tenant == movement.tenant, Rule::tenant, line_field(index, "wallet"),
                  "belongs to another tenant");
    judged.demand_equal<std::uint64_t>(owner, wallet->owner, Rule::wallet_line,
                                       index == 0 ? "user" : "counterparty");
    ++wallet->events;
    wallet->changed_at = judged.batch.time.unix_ms;
    judged.demand_equal(line.event, wallet->events, Rule::wallet_line, line_field(index, "event"));
    return wallet;
}

void WalletChecks::check_opening(const Judged& judged, std::size_t index, TrackedWallet& wallet,
                                 IdCipher& ids) {
    const Movement& movement = judged.movement();
    const Line& line = movement.lines[index];
    const SettingsBody& settings = judged.state.settings;
    wallet.id = ids.id(judged.batch.time.unix_ms, judged.batch.sequence, judged.record.ordinal,
                       IdPlace::wallet);
    wallet.tenant = static_cast<std::uint32_t>(movement.tenant);
    wallet.owner = static_cast<std::uint32_t>(line.owner);
    wallet.application = static_cast<std::uint32_t>(line.application);
    wallet.currency = static_cast<std::uint16_t>(line.currency);
    wallet.opened_at = judged.batch.time.unix_ms;
    judged.demand(line.id == wallet.id, Rule::wallet_opening, line_field(index, "id"),
                  "is not the id of this place in the book");
    judged.demand_equal(line.owner, movement.user, Rule::wallet_opening,
                        line_field(index, "owner"));
    judged.demand_equal(line.application, movement.application, Rule::wallet_opening,
                        line_field(index, "application of the wallet"));
    judged.demand(judged.state.currencies.knows(line.currency), Rule::currency,
                  line_field(index, "currency"), "is not introduced");
    if (!movement.has_currency_asked) {
        judged.demand_equal(line.currency, settings.default_currency, Rule::wallet_opening,
                            line_field(index, "currency"));
    }
    judged.demand(
        judged.record.kind != Kind::deposit || judged.state.deposits_open(movement.application),
        Rule::settings, line_field(index, "opens"),
        "deposits do not open wallets by the settings and the policy");
    const std::uint64_t key = open_key(line.owner, line.currency);
    judged.demand(open_.find(key) == 0, Rule::wallet_opening, line_field(index, "opens"),
                  "the user has an open wallet in that currency");
    open_.set(key, wallet.number);
}

void WalletChecks::close_or_stop(const Judged& judged, std::size_t index, TrackedWallet& wallet) {
    const Line& line = judged.movement().lines[index];
    const FieldName field = line_field(index, "status");
    judged.demand(may_move(wallet.status, judged.record.kind, line.type), Rule::wallet_status,
                  field, "does not allow this movement");
    if (judged.record.kind != Kind::change_status) {
        judged.demand(line.status == wallet.status, Rule::wallet_status, field,
                      "changes without a change of status");
        return;
    }
    judged.demand(wallet.status != Status::closed, Rule::wallet_status, field,
                  "a closed wallet stays closed");
    if (line.status == Status::closed && wallet.status != Status::closed) {
        judged.demand(wallet.available == 0 && wallet.held == 0 && wallet.open_holds == 0,
                      Rule::wallet_status, field, "closes a wallet that is not empty");
        open_.set(open_key(wallet.owner, wallet.currency), 0);
    }
    wallet.status = line.status;
}

void WalletChecks::check_links(const Judged& judged, std::size_t index, TrackedWallet& wallet) {
    const Line& line = judged.movement().lines[index];
    Steps& steps = judged.state.steps;
    judged.demand_equal(line.previous, wallet.previous, Rule::wallet_links,
                        line_field(index, "previous record"));
    const auto skips = static_cast<unsigned>(std::countr_zero(wallet.events));
    judged.demand_equal<std::size_t>(line.skips.size(), skips, Rule::wallet_links,
                                     line_field(index, "skips"));
    for (unsigned k = 1; k <= skips; ++k) {
        if (k <= line.skips.size()) {
            judged.demand_equal(line.skips[k - 1], steps.get(wallet, k), Rule::wallet_links,
                                line_field(index, "skip"));
        }
        steps.set(wallet, k, judged.view.position);
    }
    wallet.previous = judged.view.position;
    std::uint8_t linked[64];
    std::copy(wallet.link.begin(), wallet.link.end(), linked);
    std::copy(judged.view.hash.begin(), judged.view.hash.end(), linked + 32);
    wallet.link = sha_.of(linked);
}

void WalletChecks::check(const Judged& judged, IdCipher& ids) {
    const Movement& movement = judged.movement();
    TrackedWallet* wallets[2] = {nullptr, nullptr};
    for (std::size_t i = 0; i < movement.lines.size(); ++i) {
        const bool again = i == 1 && movement.lines[1].wallet == movement.lines[0].wallet;
        judged.demand(!again, Rule::shape, line_field(i, "wallet"), "has two lines in one record");
        if (again) continue;
        wallets[i] = begin(judged, i, ids);
        if (wallets[i] != nullptr) close_or_stop(judged, i, *wallets[i]);
    }
    check_postings(judged, wallets);
    for (std::size_t i = 0; i < movement.lines.size(); ++i) {
        if (wallets[i] == nullptr) continue;
        TrackedWallet& wallet = *wallets[i];
        check_rows(judged, i, wallet);
        check_balances(judged, i, wallet);
        wallet.open_holds = open_holds_after(judged, i, wallet.open_holds);
        judged.demand_equal<std::uint64_t>(movement.lines[i].open_holds, wallet.open_holds,
                                           Rule::wallet_line, line_field(i, "open holds"));
        check_links(judged, i, wallet);
    }
}

}  // namespace coffer::report
