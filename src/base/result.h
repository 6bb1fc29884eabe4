#pragma once

#include <string>
#include <utility>
#include <variant>

#include "base/ensure.h"

namespace coffer {

struct Ok {
    friend bool operator==(Ok, Ok) = default;
};

/// A value or the reason why there is none. (std::expected is not in g++ 12.)
///
/// Reading the side that is not there is our bug and stops the process.
template <class Value, class Error>
class [[nodiscard]] Result {
public:
    Result(Value value) : content_{std::in_place_index<0>, std::move(value)} {}
    Result(Error error) : content_{std::in_place_index<1>, std::move(error)} {}

    [[nodiscard]] bool ok() const { return content_.index() == 0; }
    explicit operator bool() const { return ok(); }

    [[nodiscard]] const Value& value() const& {
        ENSURE(ok());
        return *std::get_if<0>(&content_);
    }
    [[nodiscard]] Value& value() & {
        ENSURE(ok());
        return *std::get_if<0>(&content_);
    }
    [[nodiscard]] Value&& value() && {
        ENSURE(ok());
        return std::move(*std::get_if<0>(&content_));
    }
    [[nodiscard]] const Error& error() const {
        ENSURE(!ok());
        return *std::get_if<1>(&content_);
    }

    const Value& operator*() const { return value(); }
    Value& operator*() { return value(); }
    const Value* operator->() const { return &value(); }
    Value* operator->() { return &value(); }

private:
    std::variant<Value, Error> content_;
};

/// What the machine did to us, in words an operator can act on: what failed, where, what to do.
struct Fault {
    enum class Kind {
        storage_unavailable,  ///< a write, sync or read failed; the truth is what a restart reads
        storage_full,         ///< nothing was touched; writes resume when there is room
        storage_corrupt,      ///< stored bytes are not what was written; stop, restore a backup
        configuration,        ///< the operator must change an option, a file or its rights
        busy,                 ///< a limit was reached before anything was touched; try again
    };
    Kind kind;
    std::string message;
};

}  // namespace coffer
