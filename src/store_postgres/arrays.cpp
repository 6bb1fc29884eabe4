#include "store_postgres/arrays.h"

#include "base/ensure.h"
#include "base/sha256.h"

namespace coffer::store_postgres {

void Array::add(Int128 value) {
    next();
    append_decimal(text_, value);
}

void Array::add_text(std::string_view text) {
    next();
    text_ += '"';
    for (const char byte : text) {
        if (byte == '"' || byte == '\\') text_ += '\\';
        text_ += byte;
    }
    text_ += '"';
}

void Array::add_bytes(Bytes bytes) {
    next();
    // The backslash of bytea's \x is itself escaped inside an array.
    text_ += "\"\\\\x";
    text_ += to_hex(bytes);
    text_ += '"';
}

void Array::add_uuid(Bytes bytes) {
    next();
    text_ += uuid_text(bytes);
}

void Array::add_null() {
    next();
    text_ += "NULL";
}

std::string uuid_text(Bytes bytes) {
    ENSURE(bytes.size() == 16);
    return to_hex(bytes);
}

}  // namespace coffer::store_postgres
