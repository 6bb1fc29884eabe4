#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "api/envelope.h"
#include "api/service.h"
#include "http/response.h"

namespace coffer::api {

/// How one request is to be answered, whenever that is. A small value.
struct Reply {
    http::Exchange exchange;
    std::int64_t began_ns = 0;
    Route route = Route::none;
    http::Method method = http::Method::get;
    Language language = Language::english;
    bool problem_json = false;
    bool has_trace = false;
    bool dry_run = false;
    std::array<char, 32> trace{};
};

/// Headers that go with some errors; empty ones are not sent.
struct ErrorHeaders {
    std::string_view www_authenticate;
    std::string_view allow;
    bool replayed = false;         ///< as an earlier request with the same key was answered
    std::uint64_t rate_limit = 0;  ///< RateLimit-Limit; with it the two others, nothing remaining
    std::uint64_t retry_after_s = 0;  ///< 0: the error's own
};

/// Status and headers of a body without an envelope; headers without a name are not sent.
struct RawHead {
    int status = 200;
    std::array<std::pair<std::string_view, std::string_view>, 5> headers{};
};

/// Writes responses into the server's buffers and counts them. Knows one round's time.
class Replier {
public:
    Replier(os::Clock& clock, const ServiceOptions& options) : clock_{clock}, options_{options} {}

    void serve(http::Server& server) { server_ = &server; }
    [[nodiscard]] Reply reply_to(const http::Request& request, http::Exchange exchange,
                                 Route route);

    /// The round's wall time, read when first asked for; then its monotonic time.
    [[nodiscard]] Instant now();
    [[nodiscard]] std::int64_t now_ns();
    void end_round() { time_known_ = false; }
    /// The store is about to answer: latencies are measured anew.
    void begin_answers() { answered_ns_known_ = false; }

    void problem(const Reply& reply, const Problem& problem, const ErrorHeaders& headers = {},
                 std::string_view tenant = {});
    /// 204 with Allow.
    void no_content(const Reply& reply, std::string_view allow);
    /// Any body of ours that has no envelope.
    void raw(const Reply& reply, std::string_view content_type, std::string_view body,
             const RawHead& with = {});

    /// Opens the envelope of a success; append the content to what it returns, then finish().
    struct Open {
        http::ResponseWriter writer;
        std::string& out;
    };
    [[nodiscard]] Open open(const Reply& reply, int status, bool replayed);
    void finish(const Reply& reply, Open& open, int status, bool replayed, std::string_view tenant);

    /// The same in a buffer of the caller's, with 200: between the two calls another thread may
    /// append the content. The second takes the buffer.
    [[nodiscard]] Open open_ahead(const Reply& reply, std::string& buffer);
    void finish_ahead(const Reply& reply, Open& open, std::string_view tenant);

    [[nodiscard]] Figures& figures() { return figures_; }

private:
    [[nodiscard]] http::ResponseHead head_for(const Reply& reply, int status) const;
    [[nodiscard]] Open open_in(std::string& buffer, const Reply& reply, int status, bool replayed);
    void count(const Reply& reply, int status, std::uint32_t code, bool replayed,
               std::string_view tenant);

    os::Clock& clock_;
    const ServiceOptions& options_;
    http::Server* server_ = nullptr;
    Figures figures_;
    Instant now_;
    std::int64_t now_ns_ = 0;
    std::int64_t answered_ns_ = 0;
    bool time_known_ = false;
    bool answered_ns_known_ = false;
};

}  // namespace coffer::api
