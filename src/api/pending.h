#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "access/principal.h"
#include "api/ask.h"
#include "api/reply.h"
#include "api/slots.h"

namespace coffer::api {

/// One request that waits for the store.
struct Pending {
    Reply reply;
    access::PrincipalRef principal;
    Remembered remembered;
};

/// The cookie of commands that the service gives itself; nobody else's.
inline constexpr engine::Cookie own_cookie = UINT64_MAX;

/// A bounded table of them; the place and its generation are the store's cookie, less than 2^63.
/// Places are used again, so nothing is allocated once it has grown.
class PendingTable {
public:
    explicit PendingTable(std::uint32_t places_max);

    /// Nothing when all places are taken.
    [[nodiscard]] std::optional<engine::Cookie> add(Pending pending);

    /// Empties the place. A cookie that is not waiting is our bug.
    [[nodiscard]] Pending take(engine::Cookie cookie);

    [[nodiscard]] std::size_t size() const { return size_; }

    /// Empties every place.
    [[nodiscard]] std::vector<Pending> take_all();

private:
    std::uint32_t places_max_;
    Slots<Pending> slots_;
    std::size_t size_ = 0;
};

}  // namespace coffer::api
