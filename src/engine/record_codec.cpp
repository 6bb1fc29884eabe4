#include "engine/record_codec.h"

#include <algorithm>
#include <bit>

#include "base/byte_writer.h"
#include "engine/hold_codec.h"

namespace coffer::engine {
namespace {

using wallet::Record;
using wallet::RecordKind;

enum Flag : std::uint8_t {
    has_reference = 1,
    has_counterparty = 2,
    has_currency_asked = 4,
    has_new_names = 8,
    has_key = 16,
    has_withdrawn = 32,
};
enum class NameKind : std::uint8_t { tenant = 1, application = 2, subject = 3 };

bool has_approval(RecordKind kind) {
    return kind >= RecordKind::request_withdrawal && kind <= RecordKind::reject_adjustment;
}

bool is_movement(std::uint8_t kind) {
    return (kind >= static_cast<std::uint8_t>(RecordKind::open_wallet) &&
            kind <= static_cast<std::uint8_t>(RecordKind::expire_freeze)) ||
           kind == static_cast<std::uint8_t>(RecordKind::policy);
}

void put_id(ByteWriter& out, wallet::PublicId id) {
    out.fixed(static_cast<std::uint64_t>(id.value >> 64));
    out.fixed(static_cast<std::uint64_t>(id.value));
}

wallet::PublicId get_id(ByteReader& in) {
    const UInt128 high = in.fixed<std::uint64_t>();
    return {(high << 64) | in.fixed<std::uint64_t>()};
}

std::uint8_t flags_of(const Record& record) {
    unsigned flags = 0;
    if (record.request.has_reference) flags |= has_reference;
    if (record.request.counterparty.value != 0) flags |= has_counterparty;
    if (record.request.currency_asked.named()) flags |= has_currency_asked;
    if (!record.new_tenants.empty() || !record.new_applications.empty() ||
        !record.new_subjects.empty()) {
        flags |= has_new_names;
    }
    if (record.request.has_key) flags |= has_key;
    if (!record.withdrawn.empty()) flags |= has_withdrawn;
    return static_cast<std::uint8_t>(flags);
}

// What few records have is given the writer and gives it back: whoever holds its address keeps it
// out of registers in encode(), where each number would wait for the one before to be stored.
[[gnu::noinline]] ByteWriter put_names(ByteWriter out, const Record& record) {
    out.u8(static_cast<std::uint8_t>(record.new_tenants.size() + record.new_applications.size() +
                                     record.new_subjects.size()));
    for (const auto& tenant : record.new_tenants) {
        out.u8(static_cast<std::uint8_t>(NameKind::tenant));
        out.varint(tenant.number.value);
        out.text(tenant.id);
    }
    for (const auto& application : record.new_applications) {
        out.u8(static_cast<std::uint8_t>(NameKind::application));
        out.varint(application.number.value);
        out.text(application.id);
    }
    for (const auto& subject : record.new_subjects) {
        out.u8(static_cast<std::uint8_t>(NameKind::subject));
        out.varint(subject.number.value);
    }
    return out;
}

void put_request(ByteWriter& out, const Record& record) {
    const wallet::Request& request = record.request;
    const std::uint8_t flags = flags_of(record);
    out.u8(flags);
    out.varint(request.tenant.value);
    out.varint(request.actor.value);
    out.varint(request.application.value);
    out.varint(request.user.value);
    if (flags & has_counterparty) out.varint(request.counterparty.value);
    if (flags & has_currency_asked) out.varint(request.currency_asked.number);
    out.varint128(static_cast<UInt128>(request.amount));
    if (flags & has_reference) out.bytes(request.reference_fingerprint);
    if (flags & has_key) {
        out.bytes(request.key_fingerprint);
        out.bytes(request.payload_fingerprint);
    }
    if (flags & has_new_names) out = put_names(out, record);
}

void put_line(ByteWriter& out, const wallet::WalletLine& line, const WalletLinks& links) {
    out.varint(line.wallet.value);
    out.varint(line.event);
    out.varint(line.transactions);
    out.u8(static_cast<std::uint8_t>(line.type));
    out.u8(static_cast<std::uint8_t>(line.status));
    out.varint(line.currency.number);
    out.varint128(static_cast<UInt128>(line.available));
    out.varint128(static_cast<UInt128>(line.held));
    out.varint(line.open_holds);
    std::uint64_t listed = 0;
    for (std::size_t i = 0; i < line.counts.size(); ++i) {
        listed |= std::uint64_t{line.counts[i] != 0} << i;
    }
    out.varint(listed);
    for (std::uint64_t rest = listed; rest != 0; rest &= rest - 1) {
        out.varint(line.counts[static_cast<std::size_t>(std::countr_zero(rest))]);
    }
    out.u8(line.opened ? 1 : 0);
    if (line.opened) {
        put_id(out, line.id);
        out.varint(line.owner.value);
        out.varint(line.application.value);
    }
    out.varint(links.previous);
    out.u8(static_cast<std::uint8_t>(links.skips.size()));
    for (const Position skip : links.skips) out.varint(skip);
}

void put_posting(ByteWriter& out, const ledger::Posting& posting) {
    out.u8(static_cast<std::uint8_t>(posting.account.kind));
    out.u8(static_cast<std::uint8_t>(posting.side));
    out.varint(posting.account.currency.number);
    out.varint(posting.account.wallet.value);
    out.varint128(static_cast<UInt128>(posting.amount));
    out.int128(posting.balance_before);
    out.int128(posting.balance_after);
    out.varint(posting.number);
}

void put_hold(ByteWriter& out, const wallet::HoldLine& hold) {
    put_id(out, hold.id);
    out.varint(hold.wallet.value);
    put_hold_middle(out, hold);
}

void put_withdrawn(ByteWriter& out, const wallet::Withdrawn& sums) {
    out.int128(sums.day);
    out.varint128(static_cast<UInt128>(sums.in_day));
    out.varint128(static_cast<UInt128>(sums.in_month));
}

enum RefundFlag : std::uint8_t { asked_for_everything = 1, cancels_original = 2 };

void put_refund(ByteWriter& out, const wallet::RefundLine& refund, std::size_t rows) {
    put_id(out, refund.entry);
    put_id(out, refund.transaction);
    out.varint128(static_cast<UInt128>(refund.amount));
    out.varint(refund.refunds);
    unsigned flags = 0;
    if (refund.everything) flags |= asked_for_everything;
    if (refund.cancels) flags |= cancels_original;
    out.u8(static_cast<std::uint8_t>(flags));
    for (std::size_t i = 0; i < rows; ++i) {
        out.varint(refund.rows[i].seq);
        out.u8(static_cast<std::uint8_t>(refund.rows[i].type));
    }
}

void put_approval(ByteWriter& out, const wallet::ApprovalLine& approval) {
    put_id(out, approval.id);
    out.varint(approval.number.value);
    out.varint(approval.wallet.value);
    out.varint128(static_cast<UInt128>(approval.amount));
    out.u8(static_cast<std::uint8_t>(approval.kind));
    out.u8(static_cast<std::uint8_t>(approval.state));
    out.u8(approval.version);
    out.varint(approval.requester.value);
    out.fixed(approval.created_at.unix_ms);
}

void put_refusal(ByteWriter& out, const wallet::Refusal& refusal) {
    out.u8(static_cast<std::uint8_t>(refusal.rejection));
    out.varint(refusal.currency.number);
    out.varint128(static_cast<UInt128>(refusal.available));
    out.varint128(static_cast<UInt128>(refusal.needed));
}

bool has_rare(const Record& record) {
    return !record.holds.empty() || !record.refunds.empty() || !record.approvals.empty() ||
           !record.withdrawn.empty() || !record.policies.empty() ||
           record.kind == RecordKind::refused;
}

[[gnu::noinline]] ByteWriter put_rare(ByteWriter out, const Record& record) {
    for (const auto& hold : record.holds) put_hold(out, hold);
    for (const auto& refund : record.refunds) put_refund(out, refund, record.wallets.size());
    for (const auto& approval : record.approvals) put_approval(out, approval);
    for (const auto& sums : record.withdrawn) put_withdrawn(out, sums);
    for (const auto& line : record.policies) put_policy_line(out, line);
    if (record.kind == RecordKind::refused) put_refusal(out, record.refusal);
    return out;
}

// Whatever a person may want erased stands here, behind everything that numbers are checked with.
void put_personal(ByteWriter& out, const Record& record) {
    out.u8(0);  // not sealed
    for (const auto& subject : record.new_subjects) out.text(subject.id);
    if (record.request.has_reference) out.text(record.request.reference);
    out.text(record.request.description);
    for (const auto& hold : record.holds) out.text(hold.reason);
    for (const auto& approval : record.approvals) out.text(approval.remark);
}

// A record has one encoding: what encode() would not write, decoding refuses.

bool get_currency(ByteReader& in, money::Currency& currency) {
    const std::uint32_t number = in.varint32();
    if (number > UINT16_MAX) return false;
    currency = {static_cast<std::uint16_t>(number)};
    return in.ok();
}

void get_fingerprint(ByteReader& in, wallet::Fingerprint& into) {
    const Bytes fingerprint = in.bytes(into.size());
    if (in.ok()) std::ranges::copy(fingerprint, into.begin());
}

bool get_refusal(ByteReader& in, wallet::Refusal& refusal) {
    refusal = {};
    const std::uint8_t rejection = in.u8();
    if (!wallet::is_rejection(rejection)) return false;
    refusal.rejection = static_cast<wallet::Rejection>(rejection);
    if (!get_currency(in, refusal.currency)) return false;
    refusal.available = static_cast<Int128>(in.varint128());
    refusal.needed = static_cast<Int128>(in.varint128());
    return in.ok();
}

bool get_names(ByteReader& in, Record& record) {
    const std::uint8_t count = in.u8();
    if (count == 0) return false;
    auto last = NameKind::tenant;
    for (std::uint8_t i = 0; i < count && in.ok(); ++i) {
        const auto kind = static_cast<NameKind>(in.u8());
        if (kind < last) return false;
        last = kind;
        const std::uint32_t number = in.varint32();
        if (kind == NameKind::tenant && record.new_tenants.empty()) {
            record.new_tenants.push_back({{number}, in.text(name_bytes_max)});
        } else if (kind == NameKind::application && record.new_applications.size() < 2) {
            record.new_applications.push_back({{number}, in.text(name_bytes_max)});
        } else if (kind == NameKind::subject && record.new_subjects.size() < 3) {
            record.new_subjects.push_back({{number}, {}});
        } else {
            return false;
        }
    }
    return in.ok();
}

bool get_request(ByteReader& in, Record& record) {
    const std::uint8_t flags = in.u8();
    if (flags >= 2 * has_withdrawn) return false;
    record.withdrawn.clear();
    // Filled in when the rest is read.
    if (flags & has_withdrawn) record.withdrawn.push_back({});
    wallet::Request& request = record.request;
    request = {};
    request.tenant = {in.varint32()};
    request.actor = {in.varint32()};
    request.application = {in.varint32()};
    request.user = {in.varint32()};
    if (flags & has_counterparty) {
        request.counterparty = {in.varint32()};
        if (request.counterparty.value == 0) return false;
    }
    if (flags & has_currency_asked) {
        if (!get_currency(in, request.currency_asked) || !request.currency_asked.named()) {
            return false;
        }
    }
    request.amount = static_cast<Int128>(in.varint128());
    request.has_reference = (flags & has_reference) != 0;
    if (request.has_reference) get_fingerprint(in, request.reference_fingerprint);
    request.has_key = (flags & has_key) != 0;
    if (request.has_key) {
        get_fingerprint(in, request.key_fingerprint);
        get_fingerprint(in, request.payload_fingerprint);
    }
    return (flags & has_new_names) == 0 ? in.ok() : get_names(in, record);
}

bool get_line(ByteReader& in, wallet::WalletLine& line, WalletLinks& links) {
    line.wallet = {in.varint32()};
    line.event = in.varint();
    line.transactions = in.varint();
    const std::uint8_t type = in.u8();
    const std::uint8_t status = in.u8();
    if (type > wallet::transaction_types || status < 1 || status > 3) return false;
    line.type = static_cast<wallet::TransactionType>(type);
    line.status = static_cast<wallet::WalletStatus>(status);
    if (!get_currency(in, line.currency)) return false;
    line.available = static_cast<Int128>(in.varint128());
    line.held = static_cast<Int128>(in.varint128());
    line.open_holds = in.varint32();
    const std::uint64_t listed = in.varint();
    if (listed >> line.counts.size() != 0) return false;
    for (std::size_t i = 0; i < line.counts.size(); ++i) {
        const bool is_listed = (listed >> i & 1) != 0;
        line.counts[i] = is_listed ? in.varint() : 0;
        if (is_listed && line.counts[i] == 0) return false;
    }
    const std::uint8_t opened = in.u8();
    if (opened > 1) return false;
    line.opened = opened == 1;
    line.id = line.opened ? get_id(in) : wallet::PublicId{};
    line.owner = {line.opened ? in.varint32() : 0};
    line.application = {line.opened ? in.varint32() : 0};
    links.previous = in.varint();
    const std::uint8_t skips = in.u8();
    if (skips > skips_max) return false;
    links.skips.clear();
    for (std::uint8_t i = 0; i < skips; ++i) links.skips.push_back(in.varint());
    return in.ok();
}

bool get_posting(ByteReader& in, const Record& record, ledger::Posting& posting) {
    const std::uint8_t kind = in.u8();
    const std::uint8_t side = in.u8();
    if (kind < 1 || kind > std::size(ledger::account_kinds) || side > 1) return false;
    posting.account.tenant = record.request.tenant;
    posting.account.kind = static_cast<ledger::AccountKind>(kind);
    posting.side = static_cast<ledger::Side>(side);
    if (!get_currency(in, posting.account.currency)) return false;
    posting.account.wallet = {in.varint32()};
    posting.amount = static_cast<Int128>(in.varint128());
    posting.balance_before = in.int128();
    posting.balance_after = in.int128();
    posting.number = in.varint();
    return in.ok();
}

bool get_hold(ByteReader& in, wallet::HoldLine& hold) {
    hold.id = get_id(in);
    hold.wallet = {in.varint32()};
    return get_hold_middle(in, hold);
}

bool get_withdrawn(ByteReader& in, const Record& record, wallet::Withdrawn& sums) {
    const Int128 day = in.int128();
    sums.in_day = static_cast<Int128>(in.varint128());
    sums.in_month = static_cast<Int128>(in.varint128());
    if (!in.ok() || record.wallets.empty() || day < INT32_MIN || day > INT32_MAX) return false;
    sums.day = static_cast<std::int32_t>(day);
    sums.event = record.wallets[0].event;
    return true;
}

// A row each of the wallets that the record has lines of, in their order.
bool get_refund(ByteReader& in, const Record& record, wallet::RefundLine& refund) {
    refund = {};
    refund.entry = get_id(in);
    refund.transaction = get_id(in);
    refund.amount = static_cast<Int128>(in.varint128());
    refund.refunds = in.varint32();
    const std::uint8_t flags = in.u8();
    if (flags > (asked_for_everything | cancels_original)) return false;
    refund.everything = (flags & asked_for_everything) != 0;
    refund.cancels = (flags & cancels_original) != 0;
    for (std::size_t i = 0; i < record.wallets.size(); ++i) {
        refund.rows[i].wallet = record.wallets[i].wallet;
        refund.rows[i].seq = in.varint();
        const std::uint8_t type = in.u8();
        if (type < 1 || type > wallet::transaction_types) return false;
        refund.rows[i].type = static_cast<wallet::TransactionType>(type);
    }
    return in.ok();
}

bool get_approval(ByteReader& in, wallet::ApprovalLine& approval) {
    approval.id = get_id(in);
    approval.number = {in.varint32()};
    approval.wallet = {in.varint32()};
    approval.amount = static_cast<Int128>(in.varint128());
    const std::uint8_t kind = in.u8();
    const std::uint8_t state = in.u8();
    if (kind < 1 || kind > 3 || state < 1 || state > wallet::approval_states) return false;
    approval.kind = static_cast<wallet::ApprovalKind>(kind);
    approval.state = static_cast<wallet::ApprovalState>(state);
    approval.version = in.u8();
    approval.requester = {in.varint32()};
    approval.created_at = {in.fixed<std::int64_t>()};
    return in.ok();
}

bool get_personal(ByteReader& in, Record& record) {
    if (in.u8() != 0) return false;
    for (auto& subject : record.new_subjects) subject.id = in.text(name_bytes_max);
    if (record.request.has_reference) record.request.reference = in.text(name_bytes_max);
    record.request.description = in.text(text_bytes_max);
    for (auto& hold : record.holds) hold.reason = in.text(text_bytes_max);
    for (auto& approval : record.approvals) approval.remark = in.text(text_bytes_max);
    return in.ok() && in.room() == 0;
}

}  // namespace

std::size_t encode(const Record& record, const Links& links, std::span<std::uint8_t> memory) {
    ByteWriter out{memory};
    out.u8(static_cast<std::uint8_t>(record.kind));
    out.varint(record.ordinal);
    put_request(out, record);
    out.u8(static_cast<std::uint8_t>(record.wallets.size()));
    for (std::size_t i = 0; i < record.wallets.size(); ++i) {
        put_line(out, record.wallets[i], links[i]);
    }
    out.u8(static_cast<std::uint8_t>(record.entry.postings.size()));
    for (const auto& posting : record.entry.postings) put_posting(out, posting);
    out.u8(static_cast<std::uint8_t>(record.holds.size()));
    if (has_rare(record)) out = put_rare(out, record);
    put_personal(out, record);
    return out.size();
}

namespace {

bool get_head(ByteReader& in, Record& record) {
    const std::uint8_t kind = in.u8();
    if (!is_movement(kind)) return false;
    record.new_tenants.clear();
    record.new_applications.clear();
    record.new_subjects.clear();
    record.kind = static_cast<RecordKind>(kind);
    record.ordinal = in.varint32();
    return get_request(in, record);
}

}  // namespace

bool decode_request(Bytes bytes, Record& into) {
    ByteReader in{bytes};
    return get_head(in, into);
}

bool decode_movement(Bytes bytes, Movement& into) {
    ByteReader in{bytes};
    Record& record = into.record;
    record.wallets.clear();
    record.entry.postings.clear();
    record.holds.clear();
    record.refunds.clear();
    record.approvals.clear();
    if (!get_head(in, record)) return false;
    const std::uint8_t lines = in.u8();
    if (lines > wallet::wallet_lines_max) return false;
    for (std::uint8_t i = 0; i < lines; ++i) {
        if (!get_line(in, record.wallets.add(), into.links[i])) return false;
    }
    const std::uint8_t postings = in.u8();
    if (postings > ledger::postings_max) return false;
    for (std::uint8_t i = 0; i < postings; ++i) {
        if (!get_posting(in, record, record.entry.postings.add())) return false;
    }
    const std::uint8_t holds = in.u8();
    if (holds > 1) return false;
    for (std::uint8_t i = 0; i < holds; ++i) {
        wallet::HoldLine hold;
        if (!get_hold(in, hold)) return false;
        record.holds.push_back(hold);
    }
    if (record.kind == RecordKind::refund && !get_refund(in, record, record.refunds.add())) {
        return false;
    }
    if (has_approval(record.kind) && !get_approval(in, record.approvals.add())) return false;
    for (auto& sums : record.withdrawn) {
        if (!get_withdrawn(in, record, sums)) return false;
    }
    record.policies.clear();
    if (record.kind == RecordKind::policy && !get_policy_line(in, record.policies.add())) {
        return false;
    }
    if (record.kind == RecordKind::refused && !get_refusal(in, record.refusal)) return false;
    return get_personal(in, record);
}

}  // namespace coffer::engine
