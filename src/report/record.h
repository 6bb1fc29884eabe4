#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/ensure.h"
#include "base/int128.h"

namespace coffer::report {

// The records of docs/journal-format.md, section 5, as plain values. Texts and fingerprints point
// into the record's bytes.

/// A short list whose elements are used again: adding one gives the old element to be filled.
template <class Value, std::size_t capacity_max>
class List {
public:
    Value& add() {
        ENSURE(size_ < capacity_max);
        return values_[size_++];
    }
    void clear() { size_ = 0; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] const Value& operator[](std::size_t i) const {
        ENSURE(i < size_);
        return values_[i];
    }
    const Value* begin() const { return values_.data(); }
    const Value* end() const { return values_.data() + size_; }
    Value* begin() { return values_.data(); }
    Value* end() { return values_.data() + size_; }

private:
    std::size_t size_ = 0;
    std::array<Value, capacity_max> values_{};
};

enum class Kind : std::uint8_t {
    genesis = 1,
    currency = 2,
    settings = 3,
    epoch = 4,
    open_wallet = 10,
    deposit = 11,
    withdraw = 12,
    transfer = 13,
    freeze = 14,
    unfreeze = 15,
    change_status = 16,
    refused = 17,
    adjust = 18,
    refund = 19,
    request_withdrawal = 20,
    auto_withdrawal = 21,
    pay_withdrawal = 22,
    release_withdrawal = 23,
    propose_adjustment = 24,
    approve_adjustment = 25,
    reject_adjustment = 26,
    capture = 27,
    expire_freeze = 28,
    policy = 30,
    default_policy = 31,
};
/// Whether a record of the kind asks for, or decides, what may need a second person.
[[nodiscard]] constexpr bool has_approval(Kind kind) {
    return kind >= Kind::request_withdrawal && kind <= Kind::reject_adjustment;
}
[[nodiscard]] std::string_view name_of(Kind kind);
/// Whether its body is a movement's.
[[nodiscard]] constexpr bool is_movement(Kind kind) {
    return kind >= Kind::open_wallet && kind != Kind::default_policy;
}

/// What a refused record says by number: "wallet_not_found" …; "" for none that is known.
[[nodiscard]] std::string_view name_of_rejection(std::uint8_t rejection);

using FingerprintBytes = std::array<std::uint8_t, 16>;

struct GenesisBody {
    std::array<std::uint8_t, 16> book{};
    std::array<std::uint8_t, 32> reference_key{};
    std::array<std::uint8_t, 32> id_key{};
    std::string_view software;
};

struct CurrencyBody {
    std::uint64_t number = 0;
    std::string_view code;
    std::uint8_t decimals = 0;
};

struct SettingsBody {
    std::uint64_t version = 0;
    std::uint64_t default_currency = 0;
    std::uint8_t auto_open = 0;
    friend bool operator==(const SettingsBody&, const SettingsBody&) = default;
};

enum class EpochState : std::uint8_t { restored = 1, open = 2 };

struct EpochBody {
    std::uint64_t number = 1;
    EpochState state = EpochState::open;
    friend bool operator==(const EpochBody&, const EpochBody&) = default;
};

inline constexpr std::size_t policy_fields = 19;
[[nodiscard]] std::string_view name_of_policy_field(std::size_t field);

/// A policy of an application (kind 30) or of all others (kind 31, whose application is 0).
struct PolicyBody {
    std::uint64_t application = 0;
    std::uint64_t version = 0;
    bool exists = true;
    std::uint64_t fields = 0;  ///< a bit each
    bool auto_open = false;    ///< of bit 8
    Bytes values;              ///< from `fields` on, as stored
    List<std::uint64_t, 32> currencies;
};

/// What the first line's wallet has withdrawn in the day and month of this record.
struct WithdrawnBody {
    Int128 day = 0;
    UInt128 in_day = 0;
    UInt128 in_month = 0;
};

enum class NameKind : std::uint8_t { tenant = 1, application = 2, subject = 3 };

struct NewName {
    NameKind kind = NameKind::tenant;
    std::uint64_t number = 0;
    std::string_view text;
};

inline constexpr std::size_t row_types = 11;
enum class RowType : std::uint8_t {
    none = 0,
    deposit = 1,
    withdraw = 2,
    transfer_in = 3,
    transfer_out = 4,
    freeze = 5,
    unfreeze = 6,
    refund = 7,
    adjustment = 8,
    payment = 9,
    withdrawal_hold = 10,
    withdrawal_release = 11,
};
[[nodiscard]] std::string_view name_of(RowType type);

enum class Status : std::uint8_t { active = 1, frozen = 2, closed = 3 };
[[nodiscard]] std::string_view name_of(Status status);

struct Line {
    std::uint64_t wallet = 0;
    std::uint64_t event = 0;
    std::uint64_t transactions = 0;
    RowType type = RowType::none;
    Status status = Status::active;
    std::uint64_t currency = 0;
    UInt128 available = 0;
    UInt128 held = 0;
    std::uint64_t open_holds = 0;
    std::uint64_t listed_types = 0;
    std::array<std::uint64_t, row_types> counts{};
    bool opens = false;
    UInt128 id = 0;
    std::uint64_t owner = 0;
    std::uint64_t application = 0;
    std::uint64_t previous = 0;
    List<std::uint64_t, 64> skips;
};

enum class PostingSide : std::uint8_t { debit = 0, credit = 1 };

struct PostingLine {
    std::uint8_t account = 0;  ///< 1 to 9, see account_text()
    PostingSide side = PostingSide::debit;
    std::uint64_t currency = 0;
    std::uint64_t wallet = 0;
    UInt128 amount = 0;
    Int128 before = 0;
    Int128 after = 0;
    std::uint64_t number = 0;
};

enum class HoldState : std::uint8_t { open = 1, released = 2, captured = 3, expired = 4 };
[[nodiscard]] std::string_view name_of(HoldState state);

struct Hold {
    UInt128 id = 0;
    std::uint64_t wallet = 0;
    UInt128 amount = 0;
    HoldState state = HoldState::open;
    std::uint8_t parts = 0;  ///< 1 freeze, 2 expires_at, 4 captured
    std::uint64_t version = 0;
    std::int64_t opened_at = 0;
    std::int64_t expires_at = 0;  ///< 0: never
    UInt128 captured = 0;
    std::string_view reason;
};
inline constexpr std::uint8_t hold_expires = 2;
inline constexpr std::uint8_t hold_has_captured = 4;

/// A row of the entry that a refund is of.
struct RefundedRow {
    std::uint64_t wallet = 0;  ///< of the wallet line that stands at the same place
    std::uint64_t seq = 0;
    RowType type = RowType::none;
};

struct RefundBody {
    UInt128 entry = 0;
    UInt128 transaction = 0;
    UInt128 amount = 0;  ///< refunded so far
    std::uint64_t refunds = 0;
    bool everything = false;
    bool cancels = false;
    std::array<RefundedRow, 2> rows{};
};

enum class ApprovalKind : std::uint8_t { withdrawal = 1, adjustment_up = 2, adjustment_down = 3 };
enum class ApprovalState : std::uint8_t {
    pending = 1,
    completed = 2,
    rejected = 3,
    cancelled = 4,
    auto_approved = 5,
};
[[nodiscard]] std::string_view name_of(ApprovalState state);

struct ApprovalBody {
    UInt128 id = 0;
    std::uint64_t number = 0;
    std::uint64_t wallet = 0;
    UInt128 amount = 0;
    ApprovalKind kind = ApprovalKind::withdrawal;
    ApprovalState state = ApprovalState::pending;
    std::uint8_t version = 0;
    std::uint64_t requester = 0;
    std::int64_t created_at = 0;
    std::string_view remark;
};

inline constexpr std::size_t new_names_max = 8;

struct Movement {
    bool has_reference = false;
    bool has_counterparty = false;
    bool has_currency_asked = false;
    std::uint64_t tenant = 0;
    std::uint64_t actor = 0;
    std::uint64_t application = 0;
    std::uint64_t user = 0;
    std::uint64_t counterparty = 0;
    std::uint64_t currency_asked = 0;
    UInt128 amount = 0;
    FingerprintBytes fingerprint{};
    bool has_key = false;
    FingerprintBytes key_fingerprint{};
    FingerprintBytes payload_fingerprint{};
    std::string_view reference;
    std::string_view description;
    List<NewName, new_names_max> names;
    List<Line, 2> lines;
    List<PostingLine, 8> postings;
    List<Hold, 1> holds;
    bool has_withdrawn = false;
    WithdrawnBody withdrawn;
    PolicyBody policy;      ///< of a record of the kind policy
    RefundBody refund;      ///< of a record of the kind refund
    ApprovalBody approval;  ///< where has_approval()
    // Of a record of the kind refused.
    std::uint8_t rejection = 0;
    std::uint64_t refusal_currency = 0;
    UInt128 refusal_available = 0;
    UInt128 refusal_needed = 0;
};

/// One record; the body that `kind` says is filled, the others hold what an earlier record left.
struct Record {
    Kind kind = Kind::genesis;
    std::uint64_t ordinal = 0;
    GenesisBody genesis;
    CurrencyBody currency;
    SettingsBody settings;
    EpochBody epoch;
    PolicyBody default_policy;
    Movement movement;
};

}  // namespace coffer::report
