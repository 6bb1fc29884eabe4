#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "api/problem.h"

namespace coffer::api {

/// Every field that a request body of some route may have. All are texts, but for the lists of
/// texts at the end.
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
    user_ids,
    freeze_ids,
};
inline constexpr std::size_t field_count = 13;
inline constexpr std::size_t listed_max = 1'000;

[[nodiscard]] std::string_view to_text(Field field);

class FieldSet {
public:
    constexpr FieldSet(std::initializer_list<Field> members) {
        for (const Field member : members) bits_ |= bit(member);
    }
    constexpr void add(Field field) { bits_ |= bit(field); }
    [[nodiscard]] constexpr bool has(Field field) const { return (bits_ & bit(field)) != 0; }

private:
    static constexpr std::uint32_t bit(Field field) {
        return std::uint32_t{1} << static_cast<std::uint32_t>(field);
    }
    std::uint32_t bits_ = 0;
};

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

    /// Of a request without a body.
    void forget();

    /// "" when the field was not sent. Of a list: its JSON.
    [[nodiscard]] std::string_view operator[](Field field) const {
        return values_[static_cast<std::size_t>(field)];
    }

    /// The texts of the list, 1 to listed_max different ones; none when no list was sent.
    [[nodiscard]] std::span<const std::string_view> list() const;

private:
    struct Parser;
    [[nodiscard]] std::optional<Problem> read_object(std::string_view body, const BodyForm& form);

    std::unique_ptr<Parser> parser_;
    std::array<std::string_view, field_count> values_{};
};

}  // namespace coffer::api
