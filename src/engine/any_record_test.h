#pragma once

#include <rapidcheck.h>

#include <deque>
#include <string>

#include "engine/record_codec.h"

namespace coffer::engine {

/// A random movement with all its parts, and the memory of its texts. Not a sensible one: the codec
/// has to bring back whatever it was given.
struct AnyRecord {
    wallet::Record record;
    Links links;
    std::deque<std::string> texts;

    AnyRecord() {
        fill_request();
        fill_names();
        fill_lines();
        fill_postings();
        if (coin()) record.holds.push_back(hold());
        if (record.kind == wallet::RecordKind::policy) record.policies.push_back(policy_line());
        if (record.kind == wallet::RecordKind::refund) record.refunds.push_back(refund());
        if (record.kind >= wallet::RecordKind::request_withdrawal &&
            record.kind <= wallet::RecordKind::reject_adjustment) {
            record.approvals.push_back(approval());
        }
        if (!record.wallets.empty() && coin()) fill_withdrawn();
        if (record.request.has_reference) record.request.reference = text(name_bytes_max);
        record.request.description = text(text_bytes_max);
        for (auto& line : record.holds) line.reason = text(text_bytes_max);
        for (auto& line : record.approvals) line.remark = text(text_bytes_max);
    }

    [[nodiscard]] std::vector<std::uint8_t> bytes() const {
        std::vector<std::uint8_t> memory(record_bytes_max);
        memory.resize(encode(record, links, memory));
        return memory;
    }

private:
    static bool coin() { return *rc::gen::inRange(0, 2) == 1; }
    template <class Number>
    static Number number() {
        return static_cast<Number>(*rc::gen::arbitrary<Number>() >>
                                   *rc::gen::inRange<std::size_t>(0, sizeof(Number) * 8 - 1));
    }
    static Int128 int128() {
        return static_cast<Int128>((static_cast<UInt128>(number<std::uint64_t>()) << 64) |
                                   *rc::gen::arbitrary<std::uint64_t>()) >>
               *rc::gen::inRange(0, 127);
    }
    static Int128 amount() {
        const Int128 value = int128();
        return value < 0 ? -(value + 1) : value;
    }
    static wallet::PublicId id() { return {static_cast<UInt128>(int128())}; }
    static std::uint16_t named() { return *rc::gen::inRange<std::uint16_t>(1, UINT16_MAX); }

    std::string_view text(std::size_t bytes_max) {
        const auto size = *rc::gen::weightedOneOf<std::size_t>(
            {{3, rc::gen::inRange<std::size_t>(0, 20)},
             {1, rc::gen::inRange<std::size_t>(0, bytes_max + 1)}});
        return texts.emplace_back(size, *rc::gen::arbitrary<char>());
    }

    void fill_withdrawn() {
        record.withdrawn.push_back({.in_day = amount(),
                                    .in_month = amount(),
                                    .event = record.wallets[0].event,
                                    .day = *rc::gen::arbitrary<std::int32_t>()});
    }
    static wallet::PolicyLine policy_line() {
        wallet::PolicyLine line;
        line.application = {number<std::uint32_t>()};
        line.version = number<std::uint32_t>();
        line.exists = coin();
        if (!line.exists) return line;
        line.fields.bits = number<std::uint32_t>() & wallet::all_policy_fields.bits;
        wallet::Policy values;
        for (auto& limit : values.limits) {
            limit = wallet::normalised(
                {amount() % money::amount_minor_units_max, *rc::gen::inRange(0, 19)});
        }
        for (auto& value : values.numbers) value = number<std::uint32_t>();
        for (auto& value : values.switches) value = coin();
        auto& list = values.supported_currencies;
        const auto count = *rc::gen::inRange(0, 33);
        for (std::uint16_t last = 0; list.count < count;) {
            last = static_cast<std::uint16_t>(last + *rc::gen::inRange(1, 2'000));
            list.currencies[list.count++] = {last};
        }
        const auto letters = *rc::gen::inRange<std::size_t>(1, wallet::ZoneName::bytes_max + 1);
        values.timezone = wallet::ZoneName::of(std::string(letters, 'x'));
        wallet::take_fields(line.values, line.fields, values);
        return line;
    }

    void fill_request() {
        record.kind = static_cast<wallet::RecordKind>(*rc::gen::inRange(9, 29));
        if (record.kind < wallet::RecordKind::open_wallet) {
            record.kind = wallet::RecordKind::policy;
        }
        // What was refused has a part of its own.
        if (record.kind == wallet::RecordKind::refused) record.kind = wallet::RecordKind::refund;
        record.ordinal = number<std::uint32_t>();
        wallet::Request& request = record.request;
        request.tenant = {number<std::uint32_t>()};
        request.actor = {number<std::uint32_t>()};
        request.application = {number<std::uint32_t>()};
        request.user = {number<std::uint32_t>()};
        if (coin()) request.counterparty = {number<std::uint32_t>()};
        if (coin()) request.currency_asked = {named()};
        request.amount = amount();
        request.has_reference = coin();
        if (request.has_reference) {
            for (auto& byte : request.reference_fingerprint) byte = number<std::uint8_t>();
        }
    }
    void fill_names() {
        if (coin()) record.new_tenants.push_back({{number<std::uint32_t>()}, text(name_bytes_max)});
        if (coin()) {
            record.new_applications.push_back({{number<std::uint32_t>()}, text(name_bytes_max)});
        }
        for (int subjects = *rc::gen::inRange(0, 4); subjects > 0; --subjects) {
            record.new_subjects.push_back({{number<std::uint32_t>()}, text(name_bytes_max)});
        }
    }
    void fill_lines() {
        const auto lines = *rc::gen::inRange<std::size_t>(0, wallet::wallet_lines_max + 1);
        for (std::size_t i = 0; i < lines; ++i) {
            record.wallets.push_back(line());
            links[i].previous = number<std::uint64_t>();
            const auto skips = *rc::gen::inRange<std::size_t>(0, skips_max + 1);
            for (std::size_t j = 0; j < skips; ++j) {
                links[i].skips.push_back(number<std::uint64_t>());
            }
        }
    }
    static wallet::WalletLine line() {
        wallet::WalletLine line;
        line.wallet = {number<std::uint32_t>()};
        line.event = number<std::uint64_t>();
        line.transactions = number<std::uint64_t>();
        line.type = static_cast<wallet::TransactionType>(*rc::gen::inRange(0, 12));
        line.status = static_cast<wallet::WalletStatus>(*rc::gen::inRange(1, 4));
        line.currency = {number<std::uint16_t>()};
        line.available = amount();
        line.held = amount();
        line.open_holds = number<std::uint32_t>();
        for (auto& count : line.counts) count = coin() ? number<std::uint64_t>() : 0;
        line.opened = coin();
        if (line.opened) {
            line.id = id();
            line.owner = {number<std::uint32_t>()};
            line.application = {number<std::uint32_t>()};
        }
        return line;
    }
    void fill_postings() {
        const auto postings = *rc::gen::inRange<std::size_t>(0, ledger::postings_max + 1);
        for (std::size_t i = 0; i < postings; ++i) {
            ledger::Posting posting;
            posting.account.tenant = record.request.tenant;
            posting.account.kind = static_cast<ledger::AccountKind>(*rc::gen::inRange(1, 10));
            posting.account.currency = {number<std::uint16_t>()};
            posting.account.wallet = {number<std::uint32_t>()};
            posting.side = coin() ? ledger::Side::debit : ledger::Side::credit;
            posting.amount = amount();
            posting.balance_before = int128();
            posting.balance_after = int128();
            posting.number = number<std::uint64_t>();
            record.entry.postings.push_back(posting);
        }
    }
    static wallet::ApprovalLine approval() {
        wallet::ApprovalLine line;
        line.id = id();
        line.number = {number<std::uint32_t>()};
        line.wallet = {number<std::uint32_t>()};
        line.amount = amount();
        line.kind = static_cast<wallet::ApprovalKind>(*rc::gen::inRange(1, 4));
        line.state = static_cast<wallet::ApprovalState>(*rc::gen::inRange(1, 6));
        line.version = number<std::uint8_t>();
        line.requester = {number<std::uint32_t>()};
        line.created_at = {*rc::gen::arbitrary<std::int64_t>()};
        return line;
    }
    wallet::RefundLine refund() {
        wallet::RefundLine line;
        line.entry = id();
        line.transaction = id();
        line.amount = amount();
        line.refunds = number<std::uint32_t>();
        line.everything = coin();
        line.cancels = coin();
        for (std::size_t i = 0; i < record.wallets.size(); ++i) {
            line.rows[i] = {.wallet = record.wallets[i].wallet,
                            .seq = number<std::uint64_t>(),
                            .type = static_cast<wallet::TransactionType>(*rc::gen::inRange(1, 12))};
        }
        return line;
    }
    static wallet::HoldLine hold() {
        wallet::HoldLine line;
        line.id = id();
        line.wallet = {number<std::uint32_t>()};
        line.amount = amount();
        line.state =
            static_cast<wallet::HoldState>(*rc::gen::inRange<int>(1, wallet::hold_states + 1));
        line.version = number<std::uint32_t>();
        line.created_at = {*rc::gen::arbitrary<std::int64_t>()};
        if (coin()) line.expires_at = {*rc::gen::arbitrary<std::int64_t>()};
        if (coin()) line.captured = amount();
        return line;
    }
};

}  // namespace coffer::engine
