#include "report/record_reader.h"

#include <algorithm>

#include "base/ensure.h"
#include "report/cursor.h"
#include "report/read_policy.h"

namespace coffer::report {
namespace {

inline constexpr std::size_t id_text_bytes_max = 128;
inline constexpr std::size_t code_bytes_max = 12;
inline constexpr std::size_t text_bytes_max = 4096;

enum Flag : unsigned {
    reference = 1,
    counterparty = 2,
    currency_asked = 4,
    new_names = 8,
    idempotency_key = 16,
    withdrawn = 32,
};

/// Collects the places of all fields, list elements named in front.
struct FieldTrace {
    static constexpr bool wanted = true;
    std::vector<FieldSpan> spans;
    std::string prefix;

    void element(std::string_view list, std::size_t index) {
        prefix.clear();
        if (!list.empty()) prefix = std::string{list} + " " + std::to_string(index) + " ";
    }
    void field(std::string_view name, std::size_t offset, std::size_t bytes, FieldSpan::Form form) {
        spans.push_back({prefix + std::string{name}, offset, bytes, form});
    }
};

template <class Trace>
UInt128 read_id(Cursor<Trace>& in) {
    const UInt128 high = in.template fixed<std::uint64_t>("id");
    return (high << 64) | in.template fixed<std::uint64_t>("id");
}

template <class Trace, std::size_t size>
void read_array(Cursor<Trace>& in, std::string_view field, std::array<std::uint8_t, size>& into) {
    const Bytes found = in.bytes(field, size);
    if (in.ok()) std::copy(found.begin(), found.end(), into.begin());
}

template <class Trace>
void read_genesis(Cursor<Trace>& in, GenesisBody& body) {
    read_array(in, "book id", body.book);
    read_array(in, "reference key", body.reference_key);
    read_array(in, "id key", body.id_key);
    body.software = in.text("software", id_text_bytes_max);
}

template <class Trace>
void read_currency(Cursor<Trace>& in, CurrencyBody& body) {
    body.number = in.varint("number");
    body.code = in.text("code", code_bytes_max);
    body.decimals = in.u8("decimals");
}

template <class Trace>
void read_settings(Cursor<Trace>& in, SettingsBody& body) {
    body.version = in.varint("version");
    body.default_currency = in.varint("default currency");
    body.auto_open = in.u8_within("opened by deposits", 0, 1);
}

template <class Trace>
void read_epoch(Cursor<Trace>& in, EpochBody& body) {
    body.number = in.varint("number");
    body.state = static_cast<EpochState>(in.u8_within("state", 1, 2));
}

template <class Trace>
void read_names(Cursor<Trace>& in, Movement& movement) {
    const std::uint8_t count = in.u8_within("new names", 1, new_names_max);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        in.trace().element("new name", i);
        NewName& name = movement.names.add();
        name.kind = static_cast<NameKind>(in.u8_within("kind of name", 1, 3));
        name.number = in.varint("number");
        if (name.kind != NameKind::subject) name.text = in.text("text", id_text_bytes_max);
    }
    if (in.ok()) in.trace().element({}, 0);
}

template <class Trace>
void read_request(Cursor<Trace>& in, Movement& movement, unsigned& flags) {
    flags = in.u8_within("flags", 0, 63);
    movement.has_reference = (flags & reference) != 0;
    movement.has_counterparty = (flags & counterparty) != 0;
    movement.has_currency_asked = (flags & currency_asked) != 0;
    movement.has_key = (flags & idempotency_key) != 0;
    movement.has_withdrawn = (flags & withdrawn) != 0;
    movement.tenant = in.varint("tenant");
    movement.actor = in.varint("actor");
    movement.application = in.varint("application");
    movement.user = in.varint("user");
    movement.counterparty = movement.has_counterparty ? in.varint("counterparty") : 0;
    movement.currency_asked = movement.has_currency_asked ? in.varint("currency asked") : 0;
    movement.amount = in.varint128("amount");
    if (movement.has_reference) read_array(in, "reference fingerprint", movement.fingerprint);
    if (movement.has_key) {
        read_array(in, "key fingerprint", movement.key_fingerprint);
        read_array(in, "payload fingerprint", movement.payload_fingerprint);
    }
    if (flags & new_names) read_names(in, movement);
}

template <class Trace>
void read_line(Cursor<Trace>& in, Line& line) {
    line.skips.clear();
    line.wallet = in.varint("wallet");
    line.event = in.varint("event");
    line.transactions = in.varint("transactions");
    line.type = static_cast<RowType>(in.u8_within("type", 0, row_types));
    line.status = static_cast<Status>(in.u8_within("status", 1, 3));
    line.currency = in.varint("currency");
    line.available = in.varint128("available");
    line.held = in.varint128("held");
    line.open_holds = in.varint("open holds");
    line.listed_types = in.varint("types that have rows");
    if (line.listed_types >> row_types != 0) in.fail("types that have rows", "an unknown type");
    for (std::size_t type = 0; type < row_types; ++type) {
        line.counts[type] = (line.listed_types >> type & 1) != 0 ? in.varint("count") : 0;
    }
    line.opens = in.u8_within("opens", 0, 1) == 1;
    if (line.opens) {
        line.id = read_id(in);
        line.owner = in.varint("owner");
        line.application = in.varint("application of the wallet");
    }
    line.previous = in.varint("previous record");
    const std::uint8_t skips = in.u8_within("skips", 0, 63);
    for (std::size_t i = 0; i < skips && in.ok(); ++i) line.skips.add() = in.varint("skip");
}

template <class Trace>
void read_posting(Cursor<Trace>& in, PostingLine& posting) {
    posting.account = in.u8_within("account", 1, 9);
    posting.side = static_cast<PostingSide>(in.u8_within("side", 0, 1));
    posting.currency = in.varint("currency");
    posting.wallet = in.varint("wallet");
    posting.amount = in.varint128("amount");
    posting.before = in.zigzag128("balance before");
    posting.after = in.zigzag128("balance after");
    posting.number = in.varint("number");
}

template <class Trace>
void read_hold(Cursor<Trace>& in, Hold& hold) {
    hold.id = read_id(in);
    hold.wallet = in.varint("wallet");
    hold.amount = in.varint128("amount");
    hold.state = static_cast<HoldState>(in.u8_within("state", 1, 4));
    hold.parts = in.u8_within("purpose and parts", 1, 7);
    if (in.ok() && (hold.parts & 1) == 0) in.fail("purpose and parts", "a value outside its list");
    hold.version = in.varint("version");
    hold.opened_at = in.template fixed<std::int64_t>("time of opening");
    hold.expires_at =
        hold.parts & hold_expires ? in.template fixed<std::int64_t>("time of expiry") : 0;
    hold.captured = hold.parts & hold_has_captured ? in.varint128("captured so far") : 0;
}

// Elements are filled in place: copying a line for each record would cost more than reading it.
template <class Trace, class Element, std::size_t capacity, class Read>
void read_list(Cursor<Trace>& in, std::string_view count_name, std::string_view element_name,
               List<Element, capacity>& list, Read read) {
    const std::uint8_t count = in.u8_within(count_name, 0, capacity);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        in.trace().element(element_name, i);
        read(in, list.add());
    }
    if (in.ok()) in.trace().element({}, 0);
}

template <class Trace>
void read_personal(Cursor<Trace>& in, Kind kind, Movement& movement) {
    in.u8_within("personal section", 0, 0);
    for (NewName& name : movement.names) {
        if (name.kind != NameKind::subject) continue;
        name.text = in.text("id of a new subject", id_text_bytes_max);
    }
    movement.reference =
        movement.has_reference ? in.text("reference", id_text_bytes_max) : std::string_view{};
    movement.description = in.text("description", text_bytes_max);
    for (Hold& hold : movement.holds) hold.reason = in.text("reason of a hold", text_bytes_max);
    if (has_approval(kind)) {
        movement.approval.remark = in.text("remark of an approval", text_bytes_max);
    }
}

// As many rows as there are wallet lines, in their order.
template <class Trace>
void read_refund(Cursor<Trace>& in, Movement& movement) {
    RefundBody& refund = movement.refund;
    refund = {};
    if (!in.ok()) return;  // and the place stays the one where it failed
    in.trace().element("refund of", 0);
    refund.entry = read_id(in);
    if (!in.ok()) return;
    in.trace().element("refunded row", 0);
    refund.transaction = read_id(in);
    if (!in.ok()) return;
    in.trace().element({}, 0);
    refund.amount = in.varint128("refunded so far");
    refund.refunds = in.varint("refunds so far");
    const std::uint8_t flags = in.u8_within("refund flags", 0, 3);
    refund.everything = (flags & 1) != 0;
    refund.cancels = (flags & 2) != 0;
    for (std::size_t i = 0; i < movement.lines.size() && in.ok(); ++i) {
        in.trace().element("original row", i);
        refund.rows[i].wallet = movement.lines[i].wallet;
        refund.rows[i].seq = in.varint("seq");
        refund.rows[i].type = static_cast<RowType>(in.u8_within("type", 1, row_types));
    }
    if (in.ok()) in.trace().element({}, 0);
}

template <class Trace>
void read_approval(Cursor<Trace>& in, ApprovalBody& approval) {
    if (!in.ok()) return;  // likewise
    in.trace().element("approval", 0);
    approval.id = read_id(in);
    approval.number = in.varint("number");
    approval.wallet = in.varint("wallet");
    approval.amount = in.varint128("amount");
    approval.kind = static_cast<ApprovalKind>(in.u8_within("kind", 1, 3));
    approval.state = static_cast<ApprovalState>(in.u8_within("state", 1, 5));
    approval.version = in.u8("version");
    approval.requester = in.varint("requester");
    approval.created_at = in.template fixed<std::int64_t>("time of asking");
    if (in.ok()) in.trace().element({}, 0);
}

template <class Trace>
void read_withdrawn(Cursor<Trace>& in, WithdrawnBody& body) {
    body.day = in.zigzag128("day");
    body.in_day = in.varint128("withdrawn in the day");
    body.in_month = in.varint128("withdrawn in the month");
}

template <class Trace>
void read_default_policy(Cursor<Trace>& in, PolicyBody& body) {
    body.application = 0;
    body.exists = true;
    body.version = in.varint("version");
    read_policy_fields(in, body);
}

template <class Trace>
void read_refusal(Cursor<Trace>& in, Movement& movement) {
    movement.rejection = in.u8("rejection");
    if (name_of_rejection(movement.rejection).empty()) in.fail("rejection", "not a known rule");
    movement.refusal_currency = in.varint("currency of the refusal");
    movement.refusal_available = in.varint128("available then");
    movement.refusal_needed = in.varint128("needed then");
}

template <class Trace>
void read_movement(Cursor<Trace>& in, Kind kind, Movement& movement) {
    movement.names.clear();
    movement.lines.clear();
    movement.postings.clear();
    movement.holds.clear();
    unsigned flags = 0;
    read_request(in, movement, flags);
    read_list(in, "wallet lines", "wallet line", movement.lines, read_line<Trace>);
    read_list(in, "postings", "posting", movement.postings, read_posting<Trace>);
    read_list(in, "hold lines", "hold line", movement.holds, read_hold<Trace>);
    if (kind == Kind::refund) read_refund(in, movement);
    if (has_approval(kind)) read_approval(in, movement.approval);
    if (movement.has_withdrawn) read_withdrawn(in, movement.withdrawn);
    if (kind == Kind::policy) read_policy_line(in, movement.policy);
    if (kind == Kind::refused) read_refusal(in, movement);
    read_personal(in, kind, movement);
}

template <class Trace>
bool read(Bytes bytes, Record& record, Trace& trace, Malformed* malformed) {
    Cursor<Trace> in{bytes, trace};
    const std::uint8_t kind = in.u8("kind");
    record.kind = static_cast<Kind>(kind);
    record.ordinal = in.varint("ordinal");
    if (kind == 1) {
        read_genesis(in, record.genesis);
    } else if (kind == 2) {
        read_currency(in, record.currency);
    } else if (kind == 3) {
        read_settings(in, record.settings);
    } else if (kind == 4) {
        read_epoch(in, record.epoch);
    } else if (kind == 31) {
        read_default_policy(in, record.default_policy);
    } else if ((kind >= 10 && kind <= 28) || kind == 30) {
        read_movement(in, record.kind, record.movement);
    } else {
        in.fail("kind", "not a kind of record");
    }
    if (in.ok() && !in.at_end()) in.fail("end of the record", "there are bytes behind it");
    if (!in.ok() && malformed != nullptr) {
        malformed->field = in.failed_field();
        malformed->why = in.why();
    }
    return in.ok();
}

}  // namespace

std::optional<Malformed> read_record(Bytes bytes, Record& record) {
    NoTrace none;
    if (read(bytes, record, none, nullptr)) return std::nullopt;
    // Once more, slowly, to say where.
    FieldTrace trace;
    Malformed malformed;
    read(bytes, record, trace, &malformed);
    malformed.field = trace.prefix + malformed.field;
    return malformed;
}

std::vector<FieldSpan> fields_of(Bytes bytes) {
    FieldTrace trace;
    Record record;
    if (!read(bytes, record, trace, nullptr)) trace.spans.clear();
    return std::move(trace.spans);
}

bool is_utf8(std::string_view text) {
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    const auto* end = at + text.size();
    while (at != end) {
        if (*at < 0x80) {
            ++at;
            continue;
        }
        const int more = *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : 1;
        if (*at < 0xc2 || *at > 0xf4 || end - at <= more) return false;
        std::uint32_t point = *at & (0x3fu >> more);
        for (int i = 1; i <= more; ++i) {
            if ((at[i] & 0xc0) != 0x80) return false;
            point = (point << 6) | (at[i] & 0x3fu);
        }
        const bool shortest = more == 1 || point >= (more == 2 ? 0x800u : 0x10000u);
        if (!shortest || (point >= 0xd800 && point < 0xe000) || point > 0x10ffff) return false;
        at += more + 1;
    }
    return true;
}

std::string_view name_of(Kind kind) {
    switch (kind) {
        using enum Kind;
        case genesis: return "genesis";
        case currency: return "currency";
        case settings: return "settings";
        case epoch: return "epoch";
        case open_wallet: return "open_wallet";
        case deposit: return "deposit";
        case withdraw: return "withdraw";
        case transfer: return "transfer";
        case freeze: return "freeze";
        case unfreeze: return "unfreeze";
        case change_status: return "change_status";
        case refused: return "refused";
        case policy: return "policy";
        case default_policy: return "default_policy";
        case adjust: return "adjust";
        case refund: return "refund";
        case request_withdrawal: return "request_withdrawal";
        case auto_withdrawal: return "auto_withdrawal";
        case pay_withdrawal: return "pay_withdrawal";
        case release_withdrawal: return "release_withdrawal";
        case propose_adjustment: return "propose_adjustment";
        case approve_adjustment: return "approve_adjustment";
        case reject_adjustment: return "reject_adjustment";
        case capture: return "capture";
        case expire_freeze: return "expire_freeze";
    }
    return "unknown";
}

std::string_view name_of(RowType type) {
    switch (type) {
        using enum RowType;
        case none: return "none";
        case deposit: return "deposit";
        case withdraw: return "withdraw";
        case transfer_in: return "transfer_in";
        case transfer_out: return "transfer_out";
        case freeze: return "freeze";
        case unfreeze: return "unfreeze";
        case refund: return "refund";
        case adjustment: return "adjustment";
        case payment: return "payment";
        case withdrawal_hold: return "withdrawal_hold";
        case withdrawal_release: return "withdrawal_release";
    }
    unreachable_value();
}

std::string_view name_of(ApprovalState state) {
    switch (state) {
        using enum ApprovalState;
        case pending: return "pending";
        case completed: return "completed";
        case rejected: return "rejected";
        case cancelled: return "cancelled";
        case auto_approved: return "auto_approved";
    }
    unreachable_value();
}

std::string_view name_of(HoldState state) {
    switch (state) {
        using enum HoldState;
        case open: return "open";
        case released: return "released";
        case captured: return "captured";
        case expired: return "expired";
    }
    unreachable_value();
}

std::string_view name_of(Status status) {
    switch (status) {
        using enum Status;
        case active: return "active";
        case frozen: return "frozen";
        case closed: return "closed";
    }
    unreachable_value();
}

}  // namespace coffer::report
