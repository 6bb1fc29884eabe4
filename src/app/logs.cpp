#include "app/logs.h"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "api/json_text.h"
#include "base/instant.h"
#include "os/clock.h"

namespace coffer::app {
namespace {

inline constexpr std::size_t ring_lines = 8192;
inline constexpr std::size_t line_bytes_max = 8192;
// Nobody may be reading the other end of a pipe.
inline constexpr std::chrono::seconds flush_wait_max{2};

std::string_view name_of(Logs::Level level) {
    switch (level) {
        using enum Logs::Level;
        case info: return "info";
        case warning: return "warning";
        case error: return "error";
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

/// A sink that tells how many flushes have reached it: the logger's own flush() only asks for one
/// and does not wait for it.
template <class Sink>
class Telling final : public Sink {
public:
    void flush() override {
        Sink::flush();
        const std::lock_guard hold{mutex_};
        ++flushed_;
        reached_.notify_all();
    }
    void wait_for(std::uint64_t flushes) {
        std::unique_lock hold{mutex_};
        reached_.wait_for(hold, flush_wait_max, [&] { return flushed_ >= flushes; });
    }

private:
    std::mutex mutex_;
    std::condition_variable reached_;
    std::uint64_t flushed_ = 0;
};

/// One stream of lines. Any thread.
template <class Sink>
class Stream {
public:
    Stream(const char* name, const std::shared_ptr<spdlog::details::thread_pool>& pool)
        : logger_{std::make_shared<spdlog::async_logger>(
              name, sink_, pool, spdlog::async_overflow_policy::overrun_oldest)} {
        logger_->set_pattern("%v");
    }
    void write(const std::string& line) { logger_->info("{}", line); }
    /// The number of this flush.
    std::uint64_t ask_to_flush() {
        const std::uint64_t number = ++asked_;
        logger_->flush();
        return number;
    }
    void flush() { sink_->wait_for(ask_to_flush()); }

private:
    std::shared_ptr<Telling<Sink>> sink_ = std::make_shared<Telling<Sink>>();
    std::shared_ptr<spdlog::async_logger> logger_;
    std::atomic<std::uint64_t> asked_{0};
};

}  // namespace

struct Logs::Parts {
    std::shared_ptr<spdlog::details::thread_pool> pool =
        std::make_shared<spdlog::details::thread_pool>(ring_lines, 1);
    Stream<spdlog::sinks::stderr_sink_mt> events{"events", pool};
    Stream<spdlog::sinks::stdout_sink_mt> requests{"requests", pool};
};

Logs::Logs(AccessLogKind access) : access_{access}, parts_{std::make_unique<Parts>()} {}

Logs::~Logs() { flush(); }

void Logs::flush() {
    parts_->events.flush();
    parts_->requests.flush();
}

std::uint64_t Logs::dropped() const { return parts_->pool->overrun_counter(); }

void Logs::event(Level level, std::string_view message) {
    std::string line{"{\"time\":\""};
    append_instant(line, os::system_clock().now());
    line += '"';
    put(line, "level", name_of(level));
    put(line, "event", message.substr(0, line_bytes_max));
    line += '}';
    parts_->events.write(line);
    if (level != Level::info) parts_->events.ask_to_flush();
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
    parts_->requests.write(line);
}

AccessLogKind parse_access_log(std::string_view text) {
    if (text == "all") return AccessLogKind::all;
    return text == "off" ? AccessLogKind::off : AccessLogKind::errors;
}

}  // namespace coffer::app
