#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace coffer::report {

/// Appends JSON (RFC 8259) to a text; the caller closes what it opens.
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_{out} {}

    void begin_object() { begin('{'); }
    void begin_object(std::string_view key) {
        name(key);
        open('{');
    }
    void end_object() { close('}'); }
    void begin_list(std::string_view key) {
        name(key);
        open('[');
    }
    void end_list() { close(']'); }

    void text(std::string_view key, std::string_view value) {
        name(key);
        quoted(value);
    }
    void number(std::string_view key, std::uint64_t value) {
        name(key);
        out_.append(std::to_string(value));
    }
    void flag(std::string_view key, bool value) {
        name(key);
        out_.append(value ? "true" : "false");
    }
    void instant(std::string_view key, Instant value) {
        name(key);
        out_.push_back('"');
        append_instant(out_, value);
        out_.push_back('"');
    }

private:
    void separate() {
        if (!first_) out_.push_back(',');
        first_ = false;
    }
    void open(char sign) {
        out_.push_back(sign);
        first_ = true;
    }
    void begin(char sign) {
        separate();
        open(sign);
    }
    void close(char sign) {
        out_.push_back(sign);
        first_ = false;
    }
    void name(std::string_view key) {
        separate();
        quoted(key);
        out_.push_back(':');
    }
    void quoted(std::string_view text) {
        static constexpr char digits[] = "0123456789abcdef";
        out_.push_back('"');
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            if (c == '"' || c == '\\') {
                out_.push_back('\\');
                out_.push_back(c);
            } else if (byte < 0x20 || byte == 0x7f) {
                out_.append("\\u00");
                out_.push_back(digits[byte >> 4]);
                out_.push_back(digits[byte & 15]);
            } else {
                out_.push_back(c);
            }
        }
        out_.push_back('"');
    }

    std::string& out_;
    bool first_ = true;
};

}  // namespace coffer::report
