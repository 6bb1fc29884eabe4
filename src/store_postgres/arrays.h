#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/int128.h"

namespace coffer::store_postgres {

/// A PostgreSQL array in its text form, `{1,"two"}`: how a whole column of a batch travels as one
/// parameter of one statement.
class Array {
public:
    void add(Int128 value);
    void add_text(std::string_view text);
    void add_bytes(Bytes bytes);  ///< of a bytea
    void add_uuid(Bytes bytes);   ///< 16 bytes
    void add_null();

    [[nodiscard]] bool empty() const { return text_.empty(); }
    [[nodiscard]] std::string text() const { return text_.empty() ? "{}" : text_ + "}"; }

private:
    void next() { text_ += text_.empty() ? '{' : ','; }

    std::string text_;
};

/// 16 bytes, most significant first, as the type uuid takes them; sorted as the number is.
[[nodiscard]] std::string uuid_text(Bytes bytes);

}  // namespace coffer::store_postgres
