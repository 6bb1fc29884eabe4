#include "report/checkpoint_file.h"

#include <algorithm>

#include "report/cursor.h"
#include "report/read_policy.h"

namespace coffer::report {
namespace {

inline constexpr std::uint64_t front_bytes = 9;
inline constexpr std::uint64_t sum_bytes = 4;
inline constexpr std::uint32_t body_bytes_max = 4 * 1024 * 1024;
inline constexpr std::uint32_t magic = 0x4b434643;
inline constexpr std::uint8_t end_kind = 255;
inline constexpr std::size_t text_max = 4096;

using In = Cursor<NoTrace>;

template <std::size_t size>
void take(In& in, std::string_view field, std::array<std::uint8_t, size>& into) {
    const Bytes found = in.bytes(field, size);
    if (in.ok()) std::copy(found.begin(), found.end(), into.begin());
}

UInt128 take_id(In& in) {
    const UInt128 high = in.fixed<std::uint64_t>("id");
    return (high << 64) | in.fixed<std::uint64_t>("id");
}

void read_start(In& in, CheckpointRows& rows) {
    CheckpointStart row;
    if (in.fixed<std::uint32_t>("magic") != magic) in.fail("magic", "not a checkpoint");
    if (in.fixed<std::uint32_t>("version") != 2) in.fail("version", "not known to this program");
    take(in, "book id", row.book);
    row.position = in.fixed<std::uint64_t>("position");
    row.sequence = in.fixed<std::uint64_t>("sequence");
    row.time = in.fixed<std::int64_t>("time");
    take(in, "hash", row.hash);
    take(in, "reference key", row.reference_key);
    take(in, "id key", row.id_key);
    row.software = in.text("software", text_max);
    row.settings.version = in.varint("settings version");
    row.settings.default_currency = in.varint("default currency");
    row.settings.auto_open = in.u8_within("auto open", 0, 1);
    if (in.ok() && !in.at_end()) {
        row.epoch.number = in.varint("epoch");
        row.epoch.state = static_cast<EpochState>(in.u8_within("epoch state", 1, 2));
        if (row.epoch.number < 2) in.fail("epoch", "the first is not written down");
    }
    if (in.ok()) rows.start(row);
}

void read_currency(In& in, CheckpointRows& rows) {
    CurrencyBody row;
    row.number = in.varint("number");
    row.code = in.text("code", text_max);
    row.decimals = in.u8("decimals");
    if (in.ok()) rows.currency(row);
}

void read_name(In& in, NameKind kind, CheckpointRows& rows) {
    CheckpointName row;
    if (kind != NameKind::tenant) row.tenant = in.varint("tenant");
    row.text = in.text("id", text_max);
    if (in.ok()) rows.name(kind, row);
}

void read_wallet(In& in, CheckpointWallet& row, CheckpointRows& rows) {
    row.id = take_id(in);
    row.tenant = in.varint("tenant");
    row.owner = in.varint("owner");
    row.application = in.varint("application");
    row.currency = in.varint("currency");
    row.status = in.u8("status");
    row.available = in.varint128("available");
    row.held = in.varint128("held");
    row.open_holds = in.varint("open holds");
    row.events = in.varint("events");
    row.transactions = in.varint("transactions");
    const std::uint64_t listed = in.varint("types that have rows");
    if (listed >> row_types != 0) in.fail("types that have rows", "an unknown type");
    for (std::size_t type = 0; type < row_types; ++type) {
        row.counts[type] = (listed >> type & 1) != 0 ? in.varint("count") : 0;
    }
    row.created = in.fixed<std::int64_t>("created");
    row.updated = in.fixed<std::int64_t>("updated");
    take(in, "link", row.link);
    row.last = in.varint("last position");
    row.levels.clear();
    for (unsigned k = 1; k < 64 && row.events >> k != 0; ++k) {
        row.levels.push_back(in.varint("level"));
    }
    if (in.ok()) rows.wallet(row);
}

void read_account(In& in, CheckpointRows& rows) {
    CheckpointAccount row;
    row.tenant = in.varint("tenant");
    row.account = in.u8_within("account", 1, 9);
    row.currency = in.varint("currency");
    row.balance = in.zigzag128("balance");
    row.postings = in.varint("postings");
    if (in.ok()) rows.account(row);
}

void read_hold(In& in, CheckpointRows& rows) {
    CheckpointHold row;
    row.id = take_id(in);
    row.wallet = in.varint("wallet");
    row.amount = in.varint128("amount");
    row.state = in.u8("state");
    row.parts = in.u8("purpose and parts");
    row.version = in.varint("version");
    row.opened = in.fixed<std::int64_t>("opened");
    if (row.parts & hold_expires) row.expires = in.fixed<std::int64_t>("expires");
    if (row.parts & hold_has_captured) row.captured = in.varint128("captured");
    row.ended = in.fixed<std::int64_t>("ended");
    row.reason = in.text("reason", text_max);
    if (in.ok()) rows.hold(row);
}

void read_policy(In& in, CheckpointRows& rows) {
    CheckpointPolicy row;
    read_policy_line(in, row.body);
    row.created = in.fixed<std::int64_t>("created");
    row.updated = in.fixed<std::int64_t>("updated");
    if (in.ok()) rows.policy(row);
}

void read_withdrawn(In& in, CheckpointRows& rows) {
    CheckpointWithdrawn row;
    row.wallet = in.varint("wallet");
    row.event = in.varint("event");
    row.sums.day = in.zigzag128("day");
    row.sums.in_day = in.varint128("withdrawn in the day");
    row.sums.in_month = in.varint128("withdrawn in the month");
    if (in.ok()) rows.withdrawn(row);
}

void read_refund(In& in, CheckpointRows& rows) {
    CheckpointRefund row;
    row.entry = take_id(in);
    row.amount = in.varint128("amount");
    row.refunds = in.varint("refunds");
    row.cancelled = in.u8_within("cancelled", 0, 1);
    for (RefundedRow& refunded : row.rows) {
        refunded.wallet = in.varint("wallet");
        refunded.seq = in.varint("seq");
        refunded.type = static_cast<RowType>(in.u8_within("type", 0, row_types));
    }
    if (in.ok()) rows.refund(row);
}

void read_approval(In& in, CheckpointRows& rows) {
    CheckpointApproval row;
    row.id = take_id(in);
    row.wallet = in.varint("wallet");
    row.amount = in.varint128("amount");
    row.kind = in.u8_within("kind", 1, 3);
    row.state = in.u8_within("state", 1, 5);
    row.version = in.u8("version");
    row.requester = in.varint("requester");
    row.decider = in.varint("decider");
    row.created = in.fixed<std::int64_t>("created");
    row.decided = in.fixed<std::int64_t>("decided");
    row.remark = in.text("remark", text_max);
    row.decision = in.text("decision", text_max);
    if (in.ok()) rows.approval(row);
}

/// Judges the order of blocks and hands their rows on.
class Blocks {
public:
    explicit Blocks(CheckpointRows& rows) : rows_{rows} {}

    std::string take_block(std::uint8_t kind, std::uint32_t count, Bytes body) {
        const bool in_order = kind >= last_ && last_ != end_kind;
        const bool first = last_ == 0;
        if (!in_order || first != (kind == 1) || (first && count != 1)) {
            return "its blocks are out of order";
        }
        last_ = kind;
        NoTrace trace;
        In in{body, trace};
        if (kind == end_kind) {
            const auto stated = in.fixed<std::uint64_t>("rows");
            const auto until = in.fixed<std::uint64_t>("until");
            if (!in.ok() || !in.at_end() || count != 0 || stated != total_) {
                return "its last block does not fit";
            }
            rows_.end(until);
            return {};
        }
        for (std::uint32_t i = 0; i < count && in.ok(); ++i) take_row(kind, in);
        if (!in.ok()) return "a row cannot be read: " + std::string{in.failed_field()};
        if (!in.at_end()) return "a block has bytes behind its rows";
        total_ += count;
        return {};
    }
    [[nodiscard]] bool complete() const { return last_ == end_kind; }

private:
    void take_row(std::uint8_t kind, In& in) {
        switch (kind) {
            case 1: return read_start(in, rows_);
            case 2: return read_currency(in, rows_);
            case 3: return read_name(in, NameKind::tenant, rows_);
            case 4: return read_name(in, NameKind::application, rows_);
            case 5: return read_name(in, NameKind::subject, rows_);
            case 6: return read_wallet(in, wallet_, rows_);
            case 7: return read_account(in, rows_);
            case 8: return read_hold(in, rows_);
            case 9: return read_refund(in, rows_);
            case 10: return read_approval(in, rows_);
            case 20: return read_policy(in, rows_);
            case 21: return read_withdrawn(in, rows_);
            default: return in.fail("kind", "not a kind of block");
        }
    }

    CheckpointRows& rows_;
    CheckpointWallet wallet_;
    std::uint8_t last_ = 0;
    std::uint64_t total_ = 0;
};

}  // namespace

CheckpointWallet CheckpointWallet::of(const TrackedWallet& wallet, const Steps& steps) {
    CheckpointWallet row{.id = wallet.id,
                         .tenant = wallet.tenant,
                         .owner = wallet.owner,
                         .application = wallet.application,
                         .currency = wallet.currency,
                         .status = static_cast<std::uint64_t>(wallet.status),
                         .available = static_cast<UInt128>(wallet.available),
                         .held = static_cast<UInt128>(wallet.held),
                         .open_holds = wallet.open_holds,
                         .events = wallet.events,
                         .transactions = wallet.transactions,
                         .counts = wallet.counts,
                         .created = wallet.opened_at,
                         .updated = wallet.changed_at,
                         .link = wallet.link,
                         .last = wallet.previous};
    for (unsigned k = 1; wallet.events >> k != 0; ++k) row.levels.push_back(steps.get(wallet, k));
    return row;
}

Key128 CheckpointWallet::digest(Sha256& sha) const {
    std::vector<std::uint64_t> words{static_cast<std::uint64_t>(id >> 64),
                                     static_cast<std::uint64_t>(id),
                                     tenant,
                                     owner,
                                     application,
                                     currency,
                                     status,
                                     static_cast<std::uint64_t>(available >> 64),
                                     static_cast<std::uint64_t>(available),
                                     static_cast<std::uint64_t>(held >> 64),
                                     static_cast<std::uint64_t>(held),
                                     open_holds,
                                     events,
                                     transactions,
                                     static_cast<std::uint64_t>(created),
                                     static_cast<std::uint64_t>(updated),
                                     last};
    words.insert(words.end(), counts.begin(), counts.end());
    words.insert(words.end(), levels.begin(), levels.end());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(words.data());
    return key_of(sha.start().add({bytes, words.size() * 8}).add(link).finish().data());
}

std::string_view CheckpointHold::difference(const CheckpointHold& other) const {
    if (wallet != other.wallet) return "wallet";
    if (amount != other.amount) return "amount";
    if (state != other.state) return "state";
    if (parts != other.parts) return "purpose and parts";
    if (version != other.version) return "version";
    if (opened != other.opened) return "opened";
    if (expires != other.expires) return "expires";
    if (captured != other.captured) return "captured";
    if (ended != other.ended) return "ended";
    return reason == other.reason ? "" : "reason";
}

std::string_view CheckpointRefund::difference(const CheckpointRefund& other) const {
    if (amount != other.amount) return "amount";
    if (cancelled != other.cancelled) return "cancelled";
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].wallet != other.rows[i].wallet) return "wallet";
        if (rows[i].seq != other.rows[i].seq) return "seq";
        if (rows[i].type != other.rows[i].type) return "type";
    }
    return "";
}

Result<std::string, Fault> read_checkpoint(os::File& file, CheckpointRows& rows) {
    const auto size = file.size();
    if (!size) return size.error();
    Blocks blocks{rows};
    std::vector<std::uint8_t> block;
    for (std::uint64_t at = 0; at < *size;) {
        block.resize(front_bytes);
        const auto front = file.read_at(at, block);
        if (!front) return front.error();
        const std::uint32_t body = *front < front_bytes ? 0 : load_le<std::uint32_t>(&block[5]);
        if (*front < front_bytes || body > body_bytes_max) return std::string{"it ends too early"};
        block.resize(front_bytes + body + sum_bytes);
        const auto got = file.read_at(at, block);
        if (!got) return got.error();
        if (*got < block.size()) return std::string{"it ends too early"};
        const Bytes summed{block.data(), front_bytes + body};
        if (Crc32c{}.add(summed).value() != load_le<std::uint32_t>(summed.data() + summed.size())) {
            return "the checksum of the block at byte " + std::to_string(at) + " does not match";
        }
        std::string wrong = blocks.take_block(block[0], load_le<std::uint32_t>(&block[1]),
                                              summed.subspan(front_bytes));
        if (!wrong.empty()) return wrong;
        at += block.size();
    }
    if (!blocks.complete()) return std::string{"it ends too early"};
    return std::string{};
}

}  // namespace coffer::report
