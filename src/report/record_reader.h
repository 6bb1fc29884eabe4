#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "report/record.h"

namespace coffer::report {

/// Why bytes are not a record: the field that could not be read, as fields_of() names it.
struct Malformed {
    std::string field;
    std::string why;
};

/// Decodes a record's bytes (without the length prefix) into `record`, which is reused so that
/// nothing is allocated. Written from docs/journal-format.md alone: no code is shared with the
/// engine that writes records.
[[nodiscard]] std::optional<Malformed> read_record(Bytes bytes, Record& record);

/// One field of a record and where it stands in the record's bytes.
struct FieldSpan {
    enum class Form : std::uint8_t { fixed, varint, varint128, zigzag128, text };
    std::string name;  ///< with the list element in front, as `wallet line 0 event`
    std::size_t offset = 0;
    std::size_t bytes = 0;  ///< of a text: the bytes behind its count
    Form form = Form::fixed;
};

/// Every field of a well-formed record, in order. For tests and for looking at a book by hand.
[[nodiscard]] std::vector<FieldSpan> fields_of(Bytes bytes);

}  // namespace coffer::report
