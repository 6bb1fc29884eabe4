#include "app/logs.h"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "api/json_text.h"
#include "base/instant.h"
#include "os/clock.h"

namespace coffer::app {
namespace {

inline constexpr std::size_t ring_lines = 8192;
inline constexpr std::size_t line_bytes_max = 8192;

std::string_view name_of(Logs::Level level) {
    switch (level) {
        using enum Logs::Level;
        case info:
            return "info";
        case warning:
            return "warning";
        case error:
            return "error";
    }
    unreachable_value();
}

std::string_view name_of(http::Method method) {
    const auto name = http::to_text(method);
    return name;
}

void put(std::string& line, std::string_view name, std::string_view value) {
    line += ",\"";
    line += name;
    line += "\":";
    api::append_json_text(line, value);
}

}  // namespace

struct Logs::Parts {
    std::shared_ptr<spdlog::details::thread_pool> pool =
        std::make_shared<spdlog::details::thread_pool>(ring_lines, 1);
    std::shared_ptr<spdlog::async_logger> events = std::make_shared<spdlog::async_logger>(
        "events", std::make_shared<spdlog::sinks::stderr_sink_mt>(), pool,
        spdlog::async_overflow_policy::overrun_oldest);
    std::shared_ptr<spdlog::async_logger> requests = std::make_shared<spdlog::async_logger>(
        "requests", std::make_shared<spdlog::sinks::stdout_sink_mt>(), pool,
        spdlog::async_overflow_policy::overrun_oldest);
};

Logs::Logs(AccessLogKind access) : access_{access}, parts_{std::make_unique<Parts>()} {
    for (const auto& logger : {parts_->events, parts_->requests}) logger->set_pattern("%v");
}

Logs::~Logs() { flush(); }

void Logs::flush() {
    parts_->events->flush();
    parts_->requests->flush();
}

std::uint64_t Logs::dropped() const { return parts_->pool->overrun_counter(); }

void Logs::event(Level level, std::string_view message) {
    std::string line{"{\"time\":\""};
    append_instant(line, os::system_clock().now());
    line += '"';
    put(line, "level", name_of(level));
    put(line, "event", message.substr(0, line_bytes_max));
    line += '}';
    parts_->events->info("{}", line);
    if (level != Level::info) parts_->events->flush();
}

void Logs::request(const api::Answered& answered) {
    if (access_ == AccessLogKind::off) return;
    if (access_ == AccessLogKind::errors && answered.status < 500) return;
    std::string line{"{\"time\":\""};
    append_instant(line, os::system_clock().now());
    line += '"';
    put(line, "method", name_of(answered.method));
    put(line, "route", api::to_text(answered.route));
    line += ",\"status\":" + std::to_string(answered.status);
    line += ",\"code\":" + std::to_string(answered.code);
    line += ",\"latency_us\":" + std::to_string(answered.latency_ns / 1000);
    put(line, "tenant", answered.tenant.substr(0, 128));
    put(line, "trace_id", answered.trace);
    if (answered.replayed) line += ",\"replayed\":true";
    line += '}';
    parts_->requests->info("{}", line);
}

AccessLogKind parse_access_log(std::string_view text) {
    if (text == "all") return AccessLogKind::all;
    return text == "off" ? AccessLogKind::off : AccessLogKind::errors;
}

}  // namespace coffer::app
