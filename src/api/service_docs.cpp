#include "api/docs_page.h"
#include "api/service_parts.h"

// The page at /docs and its parts.

namespace coffer::api {
namespace {

// Only this host, no inline script, never in a frame. Swagger UI sets styles of single elements and
// draws with images that are part of its style sheet (data:).
constexpr std::string_view content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

}  // namespace

void Service::Parts::answer_docs(const http::Request& request, const Match& match,
                                 const Reply& reply) {
    const DocsFile* const file = find_docs_file(match.id);
    if (file == nullptr || (match.route == Route::docs_file && match.id.empty())) {
        return replier.problem(reply, Problem{Error::path_not_found});
    }
    const bool known = request.find("if-none-match") == file->entity_tag;
    const bool has_body = !known && request.method != http::Method::head;
    if (has_body && !docs_allowance_.take(file->content.size(), replier.now_ns())) {
        return replier.problem(reply, Problem{Error::too_many_requests_in_flight});
    }
    // The page is asked for again each time, its parts once an hour: after an update of the service
    // they are no older than that.
    const bool page = match.route == Route::docs;
    replier.raw(reply, file->content_type, file->content,
                {.status = known ? 304 : 200,
                 .headers = {{{"ETag", file->entity_tag},
                              {"Cache-Control", page ? "no-cache" : "public, max-age=3600"},
                              {"Content-Security-Policy", content_security_policy},
                              {"X-Content-Type-Options", "nosniff"},
                              {"Referrer-Policy", "no-referrer"}}}});
}

}  // namespace coffer::api
