#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "api/service.h"
#include "app/settings.h"

namespace coffer::app {

/// Two streams of JSON lines from a background thread: what happens to the process (stderr), and
/// requests (stdout). A bounded ring holds what is not written yet; when it is full the oldest
/// lines
/// are dropped and counted, because nobody's money waits for a log. Never a token, a secret or a
/// path.
class Logs {
public:
    explicit Logs(AccessLogKind access);
    ~Logs();

    enum class Level { info, warning, error };
    void event(Level level, std::string_view message);
    void request(const api::Answered& answered);

    /// What was logged before is written when it returns, unless nobody takes it for seconds.
    void flush();
    [[nodiscard]] std::uint64_t dropped() const;
    [[nodiscard]] AccessLogKind access() const { return access_; }

private:
    struct Parts;
    AccessLogKind access_;
    std::unique_ptr<Parts> parts_;
};

[[nodiscard]] AccessLogKind parse_access_log(std::string_view text);

}  // namespace coffer::app
