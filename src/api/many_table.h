#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "api/many_answer.h"
#include "api/slots.h"

namespace coffer::api {

/// Requests of many commands, some of which wait for the store. A command's cookie is the place of
/// its request with the place's generation, and its own number among the request's: so a batch of a
/// thousand costs one row. Cookies are 2^63 and more. Unbounded; whoever adds counts.
class ManyTable {
public:
    static constexpr std::uint32_t commands_max = (1U << 20) - 1;

    ManyTable();

    /// Whether a cookie is of this table.
    [[nodiscard]] static bool has_made(engine::Cookie cookie) { return cookie >> 63 != 0; }

    /// These go to the store, all of the request that do. Each gets its cookie, which so far was
    /// its number among the request's.
    void add(std::shared_ptr<ManyAnswer> answer, std::span<engine::Batch::Entry> commands);

    struct Command {
        ManyAnswer& answer;
        std::uint32_t index;
        std::shared_ptr<ManyAnswer> last{};  ///< the answer, if none of its commands waits now
    };
    /// It waits on. A cookie that is not waiting is our bug, here and below.
    [[nodiscard]] Command find(engine::Cookie cookie);
    /// It waits no longer.
    [[nodiscard]] Command take(engine::Cookie cookie);

    /// How many commands wait.
    [[nodiscard]] std::size_t size() const { return size_; }

    /// Ends all waiting.
    [[nodiscard]] std::vector<Command> take_all();

private:
    struct Row {
        std::shared_ptr<ManyAnswer> answer;
        std::uint32_t waiting = 0;
        std::vector<bool> waits;  // by the command's number
    };
    [[nodiscard]] Row& row_of(engine::Cookie cookie);

    Slots<Row> rows_;
    std::size_t size_ = 0;
};

}  // namespace coffer::api
