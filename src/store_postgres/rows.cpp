#include "store_postgres/rows.h"

#include <algorithm>

#include "base/ensure.h"

namespace coffer::store_postgres {
namespace {

std::uint8_t digit_of(char character) {
    if (character >= '0' && character <= '9') return static_cast<std::uint8_t>(character - '0');
    ENSURE(character >= 'a' && character <= 'f');
    return static_cast<std::uint8_t>(character - 'a' + 10);
}

std::string unhex(std::string_view digits) {
    ENSURE(digits.size() % 2 == 0);
    std::string bytes;
    bytes.reserve(digits.size() / 2);
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        bytes += static_cast<char>(digit_of(digits[i]) << 4 | digit_of(digits[i + 1]));
    }
    return bytes;
}

}  // namespace

Int128 Rows::int128(int row, int column) const {
    const std::string_view digits = text(row, column);
    const bool negative = digits.starts_with('-');
    ENSURE(digits.size() > (negative ? 1u : 0u) && digits.size() <= 39);
    Int128 value = 0;
    for (const char digit : digits.substr(negative ? 1 : 0)) {
        ENSURE(digit >= '0' && digit <= '9');
        value = value * 10 - (digit - '0');  // negative on the way: its range is the larger one
    }
    return negative ? value : -value;
}

std::string Rows::bytes(int row, int column) const {
    const std::string_view value = text(row, column);
    ENSURE(value.starts_with("\\x"));
    return unhex(value.substr(2));
}

Hash Rows::hash(int row, int column) const {
    const std::string value = bytes(row, column);
    Hash hash;
    ENSURE(value.size() == hash.size());
    std::ranges::copy(as_bytes(value), hash.begin());
    return hash;
}

std::array<std::uint8_t, 16> Rows::uuid(int row, int column) const {
    std::string digits{text(row, column)};
    std::erase(digits, '-');
    const std::string value = unhex(digits);
    std::array<std::uint8_t, 16> bytes;
    ENSURE(value.size() == bytes.size());
    std::ranges::copy(as_bytes(value), bytes.begin());
    return bytes;
}

bool Rows::failed() const {
    const ExecStatusType status = PQresultStatus(result_.get());
    return status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK;
}

std::string_view Rows::sqlstate() const {
    const char* state = PQresultErrorField(result_.get(), PG_DIAG_SQLSTATE);
    return state == nullptr ? std::string_view{} : std::string_view{state};
}

std::string Rows::message() const {
    const char* said = PQresultErrorField(result_.get(), PG_DIAG_MESSAGE_PRIMARY);
    return said == nullptr ? std::string{PQresultErrorMessage(result_.get())} : std::string{said};
}

bool Rows::ends_connection() const {
    const char* severity = PQresultErrorField(result_.get(), PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity == nullptr) return true;
    const std::string_view word{severity};
    return word == "FATAL" || word == "PANIC";
}

std::array<std::uint8_t, 16> bytes_of(wallet::PublicId id) {
    std::array<std::uint8_t, 16> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(id.value >> (120 - 8 * i));
    }
    return bytes;
}

wallet::PublicId public_id_of(const std::array<std::uint8_t, 16>& bytes) {
    wallet::PublicId id;
    for (const std::uint8_t byte : bytes) id.value = id.value << 8 | byte;
    return id;
}

}  // namespace coffer::store_postgres
