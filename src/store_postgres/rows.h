#pragma once

#include <libpq-fe.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/int128.h"
#include "base/sha256.h"
#include "wallet/names.h"

namespace coffer::store_postgres {

/// What one statement answered. Columns are read by their number, as they stand in the statement;
/// text that is not what the column's type prints is our bug or the server's, and stops us.
class Rows {
public:
    Rows() = default;
    explicit Rows(PGresult* result) : result_{result} {}

    [[nodiscard]] int size() const { return result_ ? PQntuples(result_.get()) : 0; }
    [[nodiscard]] bool is_null(int row, int column) const {
        return PQgetisnull(result_.get(), row, column) != 0;
    }
    [[nodiscard]] std::string_view text(int row, int column) const {
        return {PQgetvalue(result_.get(), row, column),
                static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
    }
    [[nodiscard]] Int128 int128(int row, int column) const;
    template <class Number>
    [[nodiscard]] Number number(int row, int column) const {
        return static_cast<Number>(int128(row, column));
    }
    [[nodiscard]] bool truth(int row, int column) const { return text(row, column) == "t"; }
    [[nodiscard]] std::string bytes(int row, int column) const;  ///< of a bytea
    [[nodiscard]] Hash hash(int row, int column) const;          ///< of a bytea of 32
    [[nodiscard]] std::array<std::uint8_t, 16> uuid(int row, int column) const;

    /// `COMMIT`, `ROLLBACK`, `INSERT 0 2` …
    [[nodiscard]] std::string_view command_tag() const { return PQcmdStatus(result_.get()); }
    [[nodiscard]] bool failed() const;
    /// Five characters; "" where the connection broke before the server could say one.
    [[nodiscard]] std::string_view sqlstate() const;
    [[nodiscard]] std::string message() const;
    /// FATAL and PANIC: the server ends the connection with it.
    [[nodiscard]] bool ends_connection() const;

private:
    struct Clear {
        void operator()(PGresult* result) const { PQclear(result); }
    };
    std::unique_ptr<PGresult, Clear> result_;
};

[[nodiscard]] std::array<std::uint8_t, 16> bytes_of(wallet::PublicId id);
[[nodiscard]] wallet::PublicId public_id_of(const std::array<std::uint8_t, 16>& bytes);

}  // namespace coffer::store_postgres
