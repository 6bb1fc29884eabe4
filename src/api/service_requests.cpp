#include <algorithm>

#include "api/content_rules.h"
#include "api/correction_routes.h"
#include "api/idempotency_key.h"
#include "api/service_parts.h"
#include "api/text_rules.h"
#include "http/url.h"

// From requests to items. The order of the checks is the order of the answers: path, method, token,
// tenant, access, query, body; nothing is looked up before access is decided.

namespace coffer::api {
namespace {

/// Whose affairs the request is about; "" where it is nobody's own.
std::string_view target_user(const Operation& operation, std::string_view id,
                             const BodyReader& body) {
    switch (operation.target) {
        case Target::path_user: return id;
        case Target::path_wallet:
        case Target::caller:
        case Target::path_tenant:
        case Target::tenant: return {};
        case Target::body_user: return body[Field::user_id];
        case Target::body_payer: return body[Field::from_user_id];
    }
    unreachable_value();
}

/// A parameter of the path; "" when it cannot be decoded.
std::string_view decoded(std::string_view parameter, engine::Arena& texts) {
    if (parameter.find('%') == std::string_view::npos) return texts.copy(parameter);
    const auto text = http::percent_decode(parameter);
    return texts.copy(text ? *text : std::string{});
}

bool is_in_body(Target target) {
    return target == Target::body_user || target == Target::body_payer;
}

}  // namespace

std::optional<Refused> judge_access(const Operation& operation, const access::Principal& principal,
                                    std::string_view user) {
    if (access::decide_access(principal, operation.action, user) == access::Access::allowed) {
        return std::nullopt;
    }
    const auto permission = access::to_text(access::permission_for(operation.action));
    return Refused{Problem{Error::permission_missing, {{"permission", permission}}},
                   R"(Bearer error="insufficient_scope", scope=")" + std::string{permission} + '"'};
}

std::optional<Problem> Service::Parts::bearer_token(const http::Request& request,
                                                    std::string_view& token) const {
    if (request.authorization_count > 1) return Problem{Error::authorization_repeated};
    // A second tenant differs from somebody, whoever the token names.
    if (request.x_tenant_id.data() != nullptr && request.count("x-tenant-id") > 1) {
        return Problem{Error::tenant_differs};
    }
    if (request.authorization.data() == nullptr) return Problem{Error::authorization_missing};
    const std::string_view value = request.authorization;
    const std::size_t blank = value.find(' ');
    if (blank == std::string_view::npos || !http::equals_lower(value.substr(0, blank), "bearer")) {
        return Problem{Error::authorization_not_bearer};
    }
    token = value.substr(std::min(value.find_first_not_of(' ', blank), value.size()));
    // Three searches of the whole text: one for any of three goes byte by byte and costs 1 µs.
    const auto has = [&token](char c) { return token.find(c) != std::string_view::npos; };
    if (token.empty() || has(' ') || has('\t') || has(',')) {
        return Problem{Error::authorization_not_bearer};
    }
    return std::nullopt;
}

void Service::Parts::take(const http::Request& request, http::Exchange exchange) {
    const Match match = match_route(request.method, request.path);
    const Reply reply = replier.reply_to(request, exchange, match.route);
    if (answer_without_token(request, match, reply)) return;
    std::string_view token;
    if (const auto problem = bearer_token(request, token)) {
        const bool unauthorized = row_of(problem->error).status == 401;
        return replier.problem(reply, *problem, {.www_authenticate = unauthorized ? "Bearer" : ""});
    }
    if (repeats_idempotency_key(request)) {
        return replier.problem(reply, Problem{Error::idempotency_key_invalid});
    }
    const access::Checked checked = verifier.check(token, replier.now());
    if (const auto* principal = std::get_if<access::PrincipalRef>(&checked)) {
        return submit(request, match, reply, *principal);
    }
    if (const auto* refusal = std::get_if<access::TokenRefusal>(&checked)) {
        return refuse_token(reply, request.peer, *refusal);
    }
    if (std::holds_alternative<access::KeysUnavailable>(checked)) {
        return replier.problem(reply, Problem{Error::token_keys_unavailable});
    }
    park(request, reply, token);
}

void Service::Parts::refuse_token(const Reply& reply, const os::Address& peer,
                                  access::TokenRefusal refusal) {
    if (limiter.failed(peer_of(peer), replier.now_ns())) {
        return replier.problem(reply, Problem{Error::too_many_refused_tokens});
    }
    const std::string_view reason = access::message(refusal);
    std::string challenge = R"(Bearer error="invalid_token", error_description=")";
    challenge.append(reason) += '"';
    replier.problem(reply, Problem{Error::token_refused, {{"reason", reason}}},
                    {.www_authenticate = challenge});
}

void Service::Parts::park(const http::Request& request, const Reply& reply,
                          std::string_view token) {
    if (limiter.exceeded(peer_of(request.peer), replier.now_ns())) {
        return replier.problem(reply, Problem{Error::too_many_refused_tokens});
    }
    Figures& figures = replier.figures();
    if (parked_.size() >= options.parked_max || figures.parked_bytes >= options.parked_bytes_max) {
        return replier.problem(reply, Problem{Error::too_many_requests_in_flight});
    }
    const std::uint64_t number = next_parked_++;
    const auto queued = verifier.verify_later(
        token, peer_of(request.peer), replier.now(),
        [this, number](const access::Verdict& verdict) { unpark(number, verdict); });
    switch (queued) {
        case access::Verifier::Queued::waiting: break;
        case access::Verifier::Queued::too_many:
            return replier.problem(reply, Problem{Error::too_many_waiting_tokens});
        case access::Verifier::Queued::busy:
            return replier.problem(reply, Problem{Error::too_many_requests_in_flight});
    }
    const auto& [at, added] = parked_.try_emplace(number, reply, request);
    figures.parked = parked_.size();
    figures.parked_bytes += at->second.request.bytes();
}

void Service::Parts::unpark(std::uint64_t number, const access::Verdict& verdict) {
    const auto found = parked_.find(number);
    if (found == parked_.end()) return;  // given up
    const Parked& parked = found->second;
    const http::Request& request = parked.request.request();
    if (const auto* principal = std::get_if<access::PrincipalRef>(&verdict)) {
        submit(request, match_route(request.method, request.path), parked.reply, *principal);
    } else if (const auto* refusal = std::get_if<access::TokenRefusal>(&verdict)) {
        refuse_token(parked.reply, request.peer, *refusal);
    } else {
        replier.problem(parked.reply, Problem{Error::token_keys_unavailable});
    }
    replier.figures().parked_bytes -= parked.request.bytes();
    parked_.erase(found);
    replier.figures().parked = parked_.size();
}

std::optional<Refused> Service::Parts::admit(const http::Request& request, const Match& match,
                                             const access::Principal& principal,
                                             std::string_view& id, std::string_view& tenant) {
    if (!request.x_tenant_id.empty() && request.x_tenant_id != principal.tenant) {
        return Refused{Problem{Error::tenant_differs}};
    }
    const Operation& operation = operation_of(match.route);
    id = decoded(match.id, batch.texts);
    tenant = match.tenant.empty() ? batch.texts.copy(principal.tenant)
                                  : decoded(match.tenant, batch.texts);
    if (operation.target == Target::path_tenant) {
        if (auto refused = judge_access(operation, principal, {})) return refused;
        // Another tenant's does not exist, whatever is in it.
        if (!is_name(tenant) || !principal.may_act_in(tenant)) {
            return Refused{Problem{Error::policy_not_found}};
        }
        return std::nullopt;
    }
    if (operation.target == Target::path_user) {
        if (auto problem = judge_user_id(id, "user_id")) return Refused{*problem};
    }
    if (is_in_body(operation.target)) return std::nullopt;  // decided when the body is read
    // Its owner may take a pending request back; whose it is, the store knows.
    if (match.route == Route::cancel_transaction && names_withdrawal(id)) return std::nullopt;
    return judge_access(operation, principal,
                        operation.target == Target::caller ? principal.subject : id);
}

std::optional<Refused> Service::Parts::read(const http::Request& request, const Match& match,
                                            const access::Principal& principal, Reading& reading) {
    const Operation& operation = operation_of(match.route);
    if (auto refused = admit(request, match, principal, reading.id, reading.tenant)) return refused;
    if (auto problem = reading.query.read(request.query, batch.texts)) return Refused{*problem};
    if (operation.form != nullptr) {
        if (auto problem = judge_content(request)) return Refused{*problem};
        if (auto problem = body.read(request.body, *operation.form)) return Refused{*problem};
    } else {
        body.forget();
    }
    if (is_in_body(operation.target)) {
        const std::string_view user = target_user(operation, reading.id, body);
        const bool payer = operation.target == Target::body_payer;
        if (auto problem = judge_user_id(user, payer ? "from_user_id" : "user_id")) {
            return Refused{*problem};
        }
        if (auto refused = judge_access(operation, principal, user)) return refused;
    }
    if (operation.writes) {
        if (auto problem = read_idempotency_key(request, reading.key)) return Refused{*problem};
    }
    return std::nullopt;
}

Ask Service::Parts::ask_of(const access::Principal& principal, std::string_view id,
                           std::string_view tenant, const QueryValues& query) {
    return {principal,
            id,
            {},
            tenant,
            store.policy_for(principal.tenant, principal.application),
            query,
            body,
            store.currencies(),
            cursors,
            sha256,
            batch.texts};
}

std::optional<Refused> Service::Parts::prepare(const http::Request& request, const Match& match,
                                               const access::Principal& principal,
                                               engine::Item& item, Remembered& remembered) {
    const Operation& operation = operation_of(match.route);
    Reading reading;
    if (auto refused = read(request, match, principal, reading)) return refused;
    const auto& [id, tenant, query, key] = reading;
    Ask ask = ask_of(principal, id, tenant, query);
    ask.part = decoded(match.part, batch.texts);
    if (auto problem = operation.parse(ask, item, remembered)) return Refused{*problem};
    if (auto* command = std::get_if<wallet::Command>(&item)) {
        if (auto problem = read_dry_run(query, command->dry_run)) return Refused{*problem};
    }
    if (!key.empty()) {
        std::string guarded{id};
        if (!ask.part.empty()) guarded.append(" ").append(ask.part);
        std::get<wallet::Command>(item).key = guard_with(
            key, request.method, match, guarded, payload_of(query, body, sha256), batch.texts);
    }
    return std::nullopt;
}

void Service::Parts::submit(const http::Request& request, const Match& match, const Reply& reply,
                            const access::PrincipalRef& principal) {
    if (given_up) {
        return replier.problem(reply, Problem{Error::store_unavailable}, {}, principal->tenant);
    }
    if (is_over_rate(reply, *principal)) return;
    if (match.route == Route::batch) return submit_batch(request, match, reply, principal);
    if (takes_list(match.route)) return submit_list(request, match, reply, principal);
    if (match.route == Route::ledger_head) return answer_head(request, match, reply, *principal);
    engine::Item item;
    Pending waits{.reply = reply, .principal = principal, .remembered = {}};
    if (const auto refused = prepare(request, match, *principal, item, waits.remembered)) {
        return refuse(reply, *refused, principal->tenant);
    }
    const auto* command = std::get_if<wallet::Command>(&item);
    waits.reply.dry_run = command != nullptr && command->dry_run;
    if (!enqueue(std::move(waits), std::move(item))) {
        replier.problem(reply, Problem{Error::too_many_requests_in_flight}, {}, principal->tenant);
    }
}

bool Service::Parts::is_over_rate(const Reply& reply, const access::Principal& principal) {
    const wallet::Policy& policy = store.policy_for(principal.tenant, principal.application);
    const auto over = rate_limiter.count(principal, policy, replier.now_ns());
    if (!over) return false;
    const std::string limit = std::to_string(over->limit);
    const std::string seconds = std::to_string(over->reset_s);
    replier.problem(reply, Problem{Error::rate_limited, {{"limit", limit}, {"seconds", seconds}}},
                    {.rate_limit = over->limit, .retry_after_s = over->reset_s}, principal.tenant);
    return true;
}

bool Service::Parts::enqueue(Pending waits, engine::Item item) {
    if (in_flight() >= options.in_flight_max) return false;
    const auto cookie = pending.add(std::move(waits));
    if (!cookie) return false;
    batch.add(*cookie, std::move(item));
    count_in_flight();
    return true;
}

void Service::Parts::enqueue_many(const std::shared_ptr<ManyAnswer>& answer,
                                  std::vector<engine::Batch::Entry>& commands) {
    if (answer->left == 0) return finish(answer);
    many.add(answer, commands);
    if (batch.entries.empty()) {
        batch.entries.swap(commands);
    } else {
        batch.entries.insert(batch.entries.end(), commands.begin(), commands.end());
    }
    count_in_flight();
}

std::size_t Service::Parts::in_flight() const { return pending.size() + many.size(); }

void Service::Parts::count_in_flight() {
    Figures& figures = replier.figures();
    figures.in_flight = in_flight();
    figures.in_flight_most = std::max(figures.in_flight_most, figures.in_flight);
}

void Service::Parts::refuse(const Reply& reply, const Refused& refused, std::string_view tenant) {
    replier.problem(reply, refused.problem, {.www_authenticate = refused.www_authenticate}, tenant);
}

void Service::Parts::answer_data(const Reply& reply,
                                 const std::function<void(std::string& json)>& append,
                                 std::string_view tenant) {
    Replier::Open open = replier.open(reply, 200, false);
    open.out += R"(,"data":)";
    append(open.out);
    replier.finish(reply, open, 200, false, tenant);
}

// The head is that of the last durable batch, so it need not wait for anything.
void Service::Parts::answer_head(const http::Request& request, const Match& match,
                                 const Reply& reply, const access::Principal& principal) {
    std::string_view id;
    std::string_view tenant;
    if (const auto refused = admit(request, match, principal, id, tenant)) {
        return refuse(reply, *refused, principal.tenant);
    }
    if (!options.signed_head) {
        return replier.problem(reply, Problem{Error::store_unavailable}, {}, principal.tenant);
    }
    answer_data(reply, options.signed_head, principal.tenant);
}

bool Service::Parts::may_continue(const http::Request& head, http::Exchange exchange) {
    const Match match = match_route(head.method, head.path);
    const Reply reply = replier.reply_to(head, exchange, match.route);
    // A service with a key is judged with its body.
    if (match.how == Match::How::found && needs_key(match.route) &&
        operation_of(match.route).form != nullptr) {
        return true;
    }
    if (answer_without_token(head, match, reply)) return false;
    std::string_view token;
    if (bearer_token(head, token)) {
        take(head, exchange);
        return false;
    }
    const access::Checked checked = verifier.check(token, replier.now());
    // Who must be asked of a worker is asked when the body is here.
    if (std::holds_alternative<access::NeedsWorker>(checked)) return true;
    if (const auto* refusal = std::get_if<access::TokenRefusal>(&checked)) {
        refuse_token(reply, head.peer, *refusal);
        return false;
    }
    if (std::holds_alternative<access::KeysUnavailable>(checked)) {
        replier.problem(reply, Problem{Error::token_keys_unavailable});
        return false;
    }
    const access::Principal& principal = *std::get<access::PrincipalRef>(checked);
    std::string_view id;
    std::string_view tenant;
    auto refused = admit(head, match, principal, id, tenant);
    const bool takes_json =
        operation_of(match.route).form != nullptr || match.route == Route::batch;
    if (!refused && takes_json) {
        if (auto problem = judge_content(head)) refused = Refused{*problem};
    }
    if (!refused) return true;
    refuse(reply, *refused, principal.tenant);
    return false;
}

}  // namespace coffer::api
