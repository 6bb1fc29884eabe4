#include "api/content_rules.h"
#include "api/idempotency_key.h"
#include "api/service_parts.h"
#include "api/text_rules.h"

// /internal: the operator's other services, each with a key of its own instead of a token.

namespace coffer::api {
namespace {

constexpr std::string_view challenge = "ApiKey";
/// In the books a service is not mistaken for a user.
constexpr std::string_view actor_prefix = "internal:";

}  // namespace

/// Who may act for which tenant. A wrong key counts as a refused token does.
std::optional<Problem> Service::Parts::judge_key(const http::Request& request,
                                                 access::Principal& principal) {
    const access::PeerAddress peer = peer_of(request.peer);
    if (request.x_api_key.data() == nullptr) return Problem{Error::key_missing};
    if (limiter.exceeded(peer, replier.now_ns())) return Problem{Error::too_many_refused_tokens};
    const bool alone = request.count("x-api-key") == 1;
    const access::InternalCaller* caller =
        alone && options.internal_keys ? options.internal_keys->find(request.x_api_key) : nullptr;
    if (caller == nullptr) {
        const bool too_many = limiter.failed(peer, replier.now_ns());
        return Problem{too_many ? Error::too_many_refused_tokens : Error::key_refused};
    }
    const std::string_view tenant = request.x_tenant_id;
    if (request.count("x-tenant-id") != 1 || !is_name(tenant))
        return Problem{Error::tenant_missing};
    if (!caller->may_act_in(tenant)) return Problem{Error::tenant_not_of_key};
    principal.tenant = tenant;
    principal.subject.assign(actor_prefix).append(caller->name);
    return std::nullopt;
}

std::optional<Problem> Service::Parts::prepare_internal(const http::Request& request,
                                                        const Match& match,
                                                        const access::Principal& principal,
                                                        engine::Item& item,
                                                        Remembered& remembered) {
    const Operation& operation = operation_of(match.route);
    QueryValues query;
    if (auto problem = query.read(request.query, batch.texts)) return problem;
    std::string_view user;
    if (operation.form != nullptr) {
        if (auto problem = judge_content(request)) return problem;
        if (auto problem = body.read(request.body, *operation.form)) return problem;
    } else {
        body.forget();
        user = query[Parameter::user_id];
        if (auto problem = judge_user_id(user, "user_id")) return problem;
    }
    std::string_view key;
    if (operation.writes) {
        if (repeats_idempotency_key(request)) return Problem{Error::idempotency_key_invalid};
        if (auto problem = read_idempotency_key(request, key)) return problem;
    }
    const Ask ask = ask_of(principal, batch.texts.copy(user), principal.tenant, query);
    if (auto problem = operation.parse(ask, item, remembered)) return problem;
    if (auto* command = std::get_if<wallet::Command>(&item)) {
        if (auto problem = read_dry_run(query, command->dry_run)) return problem;
    }
    if (!key.empty()) {
        std::get<wallet::Command>(item).key = guard_with(
            key, request.method, match, user, payload_of(query, body, sha256), batch.texts);
    }
    return std::nullopt;
}

void Service::Parts::answer_internal(const http::Request& request, const Match& match,
                                     const Reply& reply) {
    // On the other listener it does not exist.
    if (options.internal_listener && *options.internal_listener != request.listener) {
        return replier.problem(reply, Problem{Error::path_not_found});
    }
    auto principal = std::make_shared<access::Principal>();
    if (const auto problem = judge_key(request, *principal)) {
        const int status = row_of(problem->error).status;
        const bool who = status == 401 || status == 403;
        return replier.problem(reply, *problem, {.www_authenticate = who ? challenge : ""});
    }
    if (match.route == Route::internal_runtime) {
        if (!options.runtime) return replier.problem(reply, Problem{Error::not_ready});
        return answer_data(reply, options.runtime, principal->tenant);
    }
    if (given_up) return refuse(reply, {Problem{Error::store_unavailable}}, principal->tenant);
    engine::Item item;
    Pending waits{.reply = reply, .principal = principal, .remembered = {}};
    if (const auto problem = prepare_internal(request, match, *principal, item, waits.remembered)) {
        return refuse(reply, {*problem}, principal->tenant);
    }
    const auto* command = std::get_if<wallet::Command>(&item);
    waits.reply.dry_run = command != nullptr && command->dry_run;
    if (!enqueue(std::move(waits), std::move(item))) {
        refuse(reply, {Problem{Error::too_many_requests_in_flight}}, principal->tenant);
    }
}

}  // namespace coffer::api
