#include "api/batch_answer.h"
#include "api/content_rules.h"
#include "api/idempotency_key.h"
#include "api/movement_routes.h"
#include "api/service_parts.h"
#include "api/text_rules.h"

// POST /wallets/batch: one request, many movements, each decided, guarded and answered by itself.

namespace coffer::api {
namespace {

constexpr BodyForm one_of_many_form{
    .known = {Field::type, Field::user_id, Field::from_user_id, Field::to_user_id, Field::amount,
              Field::currency, Field::description, Field::reference_id},
    .required = {Field::type, Field::amount},
    .known_text =
        "type, user_id, from_user_id, to_user_id, amount, currency, description, "
        "reference_id"};

/// A field of one kind of movement must be there, one of another must not.
std::optional<Problem> judge_fields(const BodyReader& body, bool transfers) {
    for (const Field field : {Field::user_id, Field::from_user_id, Field::to_user_id}) {
        const bool wanted = transfers == (field != Field::user_id);
        if (wanted && body[field].empty()) {
            return Problem{Error::field_missing, {{"field", to_text(field)}}};
        }
        if (!wanted && !body[field].empty()) {
            return Problem{Error::field_unknown,
                           {{"field", to_text(field)},
                            {"fields", transfers ? "from_user_id, to_user_id" : "user_id"}}};
        }
    }
    return std::nullopt;
}

std::optional<Route> route_of(std::string_view type) {
    if (type == "deposit") return Route::deposit;
    if (type == "withdraw") return Route::withdraw;
    if (type == "transfer") return Route::transfer;
    return std::nullopt;
}

}  // namespace

std::optional<Problem> Service::Parts::prepare_movement(std::string_view movement,
                                                        const access::Principal& principal,
                                                        engine::Item& item,
                                                        Remembered& remembered) {
    if (auto problem = body.read(movement, one_of_many_form)) return problem;
    const auto route = route_of(body[Field::type]);
    if (!route) {
        return Problem{Error::choice_invalid,
                       {{"field", "type"}, {"allowed", "deposit, withdraw, transfer"}}};
    }
    const bool transfers = *route == Route::transfer;
    if (auto problem = judge_fields(body, transfers)) return problem;
    const Field field = transfers ? Field::from_user_id : Field::user_id;
    const std::string_view user = body[field];
    if (auto problem = judge_user_id(user, to_text(field))) return problem;
    const Operation& operation = operation_of(*route);
    if (auto refused = judge_access(operation, principal, user)) return refused->problem;
    const QueryValues no_query;
    const Ask ask = ask_of(principal, batch.texts.copy(user), principal.tenant, no_query);
    return operation.parse(ask, item, remembered);
}

std::optional<Refused> Service::Parts::read_batch(const http::Request& request, const Match& match,
                                                  const access::Principal& principal,
                                                  std::string_view& key) {
    std::string_view nobody;
    std::string_view tenant;
    if (auto refused = admit(request, match, principal, nobody, tenant)) return refused;
    QueryValues query;
    bool dry_run = false;
    if (auto problem = query.read(request.query, batch.texts)) return Refused{*problem};
    if (auto problem = read_dry_run(query, dry_run)) return Refused{*problem};
    if (dry_run) return Refused{Problem{Error::dry_run_of_many}};
    if (auto problem = judge_content(request)) return Refused{*problem};
    if (auto problem = read_idempotency_key(request, key)) return Refused{*problem};
    if (auto problem = movements.read(request.body)) return Refused{*problem};
    if (pending.size() + movements.movements().size() > options.in_flight_max) {
        return Refused{Problem{Error::too_many_requests_in_flight}};
    }
    return std::nullopt;
}

void Service::Parts::submit_batch(const http::Request& request, const Match& match,
                                  const Reply& reply, const access::PrincipalRef& principal) {
    std::string_view key;
    if (const auto refused = read_batch(request, match, *principal, key)) {
        return refuse(reply, *refused, principal->tenant);
    }
    const auto texts = movements.movements();
    const auto answer = std::make_shared<BatchAnswer>(reply, principal, texts.size());
    for (std::uint32_t i = 0; i < texts.size(); ++i) {
        engine::Item item;
        Remembered remembered;
        if (const auto problem = prepare_movement(texts[i], *principal, item, remembered)) {
            answer->declined(i, *problem, false);
            continue;
        }
        // One key guards them all, each by its place.
        wallet::IdempotencyKey guard;
        if (!key.empty()) {
            guard = guard_with(key, request.method, match, std::to_string(i),
                               payload_of(QueryValues{}, body, sha256), batch.texts);
        }
        enqueue_one(answer, i, remembered, std::move(item), guard);
    }
    if (answer->left == 0) finish(*answer);
}

}  // namespace coffer::api
