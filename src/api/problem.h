#pragma once

#include <array>
#include <initializer_list>
#include <string_view>

#include "api/errors.h"
#include "base/ensure.h"

namespace coffer::api {

/// One failed request: the row of the error table and what its placeholders stand for. The texts
/// must live until the answer is rendered, which is at once.
struct Problem {
    struct Value {
        std::string_view name;
        std::string_view text;
    };

    explicit Problem(Error which, std::initializer_list<Value> filled = {}) : error{which} {
        ENSURE(filled.size() <= values.size());
        std::size_t i = 0;
        for (const Value& value : filled) values[i++] = value;
    }

    Error error;
    std::array<Value, 4> values{};
};

}  // namespace coffer::api
