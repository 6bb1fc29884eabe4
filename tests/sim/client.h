#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/sim/question.h"
#include "tests/sim/wire_client.h"

namespace coffer::tests::sim {

/// Somebody who asks one thing after the other.
struct Client {
    Number tenant = none;
    Number process = none;  ///< none: the last one does not know what became of its request
    WireClient wire;
    struct Flight {
        Question question;
        Number operation =
            none;  ///< none: what no history knows, such as a look at what is foreign
        std::int64_t since_ms = 0;
    };
    std::optional<Flight> flight;
    // Where it is in a statement.
    std::string cursor;
    Number cursor_wallet = none;
    Number cursor_after = none;
};

}  // namespace coffer::tests::sim
