#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "api/problem.h"
#include "wallet/policy.h"

namespace coffer::api {

/// Every field that a request body of some route may have. All are texts, but for the two lists of
/// texts and what a policy is made of.
enum class Field : std::uint8_t {
    amount,
    currency,
    description,
    reference_id,
    user_id,
    from_user_id,
    to_user_id,
    reason,
    freeze_id,
    status,
    type,
    transaction_id,
    remark,
    approved_by,
    expires_at,
    user_ids,
    freeze_ids,
    // Of a policy, in the order of wallet::PolicyField; these may be null, and not all are texts.
    max_balance,
    min_withdraw_amount,
    daily_withdraw_limit,
    monthly_withdraw_limit,
    auto_approve_limit,
    prefunded_float,
    transfer_enabled,
    withdrawal_require_review,
    auto_open_wallets,
    prefunded,
    idempotency_ttl,
    default_list_page_size,
    export_page_size,
    quote_cache_ttl,
    internal_client_timeout,
    rate_limit_per_min,
    rate_limit_per_hour,
    supported_currencies,
    timezone,
    // What the service owns and everybody may send back: read over.
    id,
    tenant_id,
    application_id,
    created_at,
    updated_at,
};
inline constexpr std::size_t field_count = 41;
inline constexpr std::size_t listed_max = 1'000;

[[nodiscard]] std::string_view to_text(Field field);

class FieldSet {
public:
    constexpr FieldSet(std::initializer_list<Field> members) {
        for (const Field member : members) bits_ |= bit(member);
    }
    constexpr void add(Field field) { bits_ |= bit(field); }
    [[nodiscard]] constexpr bool has(Field field) const { return (bits_ & bit(field)) != 0; }
    /// Calls it with each member, in the order of Field.
    template <class Visit>
    constexpr void visit(Visit visit) const {
        for (std::uint64_t rest = bits_; rest != 0; rest &= rest - 1) {
            visit(static_cast<Field>(std::countr_zero(rest)));
        }
    }

private:
    static constexpr std::uint64_t bit(Field field) {
        return std::uint64_t{1} << static_cast<std::uint32_t>(field);
    }
    std::uint64_t bits_ = 0;
};

[[nodiscard]] constexpr Field body_field_of(wallet::PolicyField field) {
    return static_cast<Field>(static_cast<std::size_t>(Field::max_balance) +
                              static_cast<std::size_t>(field));
}
static_assert(body_field_of(wallet::PolicyField::timezone) == Field::timezone);

inline constexpr FieldSet policy_body_fields = [] {
    FieldSet fields{};
    for (auto i = static_cast<std::size_t>(Field::max_balance); i < field_count; ++i) {
        fields.add(static_cast<Field>(i));
    }
    return fields;
}();

struct JsonObject;

/// What one route takes. A required field must be there and not be empty.
struct BodyForm {
    FieldSet known;
    FieldSet required;
    std::string_view known_text;  ///< the known names, for messages
};

/// Reads the body of a write: one JSON object of texts and at most one list of them, strictly.
/// Unknown, repeated and mistyped fields are named; nothing is converted. An empty text is as good
/// as none, but for `amount`: it may be left out, but not be empty. About 0.2 µs; reused for
/// every request.
class BodyReader {
public:
    BodyReader();
    ~BodyReader();

    /// Nothing when the body fits; then the fields can be read until the next call.
    [[nodiscard]] std::optional<Problem> read(std::string_view body, const BodyForm& form);

    /// The same of one object of a larger body, where it stands: the fields can be read until the
    /// larger body's reader takes the next body.
    [[nodiscard]] std::optional<Problem> read(JsonObject& object, const BodyForm& form);

    /// Of a request without a body.
    void forget();

    /// "" when the field was not sent. Of a list: its JSON.
    [[nodiscard]] std::string_view operator[](Field field) const {
        return values_[static_cast<std::size_t>(field)];
    }

    [[nodiscard]] bool sent(Field field) const { return sent_.has(field); }
    /// Of a field of a policy: whether it was sent as null.
    [[nodiscard]] bool is_null(Field field) const { return null_.has(field); }

    /// The texts of the list, 1 to listed_max different ones; none when no list was sent.
    [[nodiscard]] std::span<const std::string_view> list() const;

private:
    struct Parser;
    [[nodiscard]] std::optional<Problem> read_fields(JsonObject& from, const BodyForm& form);
    [[nodiscard]] std::optional<Problem> find_missing(const BodyForm& form) const;

    std::unique_ptr<Parser> parser_;
    std::array<std::string_view, field_count> values_{};
    FieldSet sent_{};
    FieldSet null_{};
};

}  // namespace coffer::api
