#pragma once

#include "http/server.h"

namespace coffer::http {

/// What stands behind a Server: Loop, where one thread does everything, or IoThreads, where others
/// hold the sockets. The calls are Server's.
class Side {
public:
    virtual ~Side() = default;

    [[nodiscard]] virtual Result<Ok, Fault> listen(std::unique_ptr<os::Listener> listener,
                                                   std::uint8_t tag) = 0;
    virtual std::size_t poll(std::int64_t timeout_ns) = 0;
    virtual void flush() = 0;
    [[nodiscard]] virtual bool keep_alive(Exchange exchange) = 0;
    [[nodiscard]] virtual std::string& begin_answer(Exchange exchange) = 0;
    virtual void end_answer(Exchange exchange) = 0;
    virtual void begin_drain() = 0;
    [[nodiscard]] virtual bool drained() const = 0;
    [[nodiscard]] virtual const Counters& counters() = 0;
};

}  // namespace coffer::http
