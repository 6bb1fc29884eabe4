#pragma once

#include <simdjson.h>

#include <algorithm>
#include <string>

#include "tests/sim/scribe.h"

namespace coffer::tests::sim {

/// `12.34` in minor units.
inline Minor minor_of(std::string text) {
    std::erase(text, '.');
    return std::stoll(text);
}

/// Reads one answer; what is missing is noticed once and read as nothing.
class Scribe::Reader {
public:
    explicit Reader(const std::string& body) {
        good_ = parser_.parse(body).get(document_) == simdjson::SUCCESS;
    }
    [[nodiscard]] bool good() const { return good_; }

    std::string text(const std::string& pointer) {
        std::string_view found;
        if (!good_ || document_.at_pointer(pointer).get(found) != simdjson::SUCCESS) {
            good_ = false;
            return "";
        }
        return std::string{found};
    }
    /// "" where there is none: of what is only there when it says something.
    std::string text_or_none(const std::string& pointer) {
        std::string_view found;
        if (document_.at_pointer(pointer).get(found) != simdjson::SUCCESS) return "";
        return std::string{found};
    }
    std::uint64_t number(const std::string& pointer) {
        std::uint64_t found = 0;
        if (!good_ || document_.at_pointer(pointer).get(found) != simdjson::SUCCESS) good_ = false;
        return found;
    }
    bool flag(const std::string& pointer) {
        bool found = false;
        if (!good_ || document_.at_pointer(pointer).get(found) != simdjson::SUCCESS) good_ = false;
        return found;
    }
    Minor amount(const std::string& pointer) {
        const std::string found = text(pointer);
        return good_ ? minor_of(found) : 0;
    }
    std::uint64_t count(const std::string& pointer) {
        simdjson::dom::array found;
        if (!good_ || document_.at_pointer(pointer).get(found) != simdjson::SUCCESS) {
            good_ = false;
            return 0;
        }
        return found.size();
    }

private:
    simdjson::dom::parser parser_;
    simdjson::dom::element document_;
    bool good_ = false;
};

}  // namespace coffer::tests::sim
