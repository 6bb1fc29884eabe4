#include "api/batch_reader.h"

#include <string>

#include "api/idempotency_key.h"
#include "api/operations.h"
#include "api/service_parts.h"
#include "api/text_rules.h"

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

/// The problem with its texts in the request: those of the reader are gone with the next body.
void keep(const Problem& problem, BatchRequest& request) {
    Problem kept = problem;
    std::size_t bytes = 0;
    for (const Problem::Value& value : kept.values) bytes += value.text.size();
    request.problem_text.reserve(bytes);  // so that what is named below stays where it is
    for (Problem::Value& value : kept.values) {
        const std::size_t at = request.problem_text.size();
        request.problem_text += value.text;
        value.text = std::string_view{request.problem_text}.substr(at);
    }
    request.problem = kept;
}

}  // namespace

std::optional<Problem> BatchReader::read_movement(JsonObject& movement, const BatchRequest& request,
                                                  engine::Arena& texts, engine::Item& item) {
    if (auto problem = body_.read(movement, one_of_many_form)) return problem;
    const auto route = route_of(body_[Field::type]);
    if (!route) {
        return Problem{Error::choice_invalid,
                       {{"field", "type"}, {"allowed", "deposit, withdraw, transfer"}}};
    }
    const bool transfers = *route == Route::transfer;
    if (auto problem = judge_fields(body_, transfers)) return problem;
    const Field field = transfers ? Field::from_user_id : Field::user_id;
    const std::string_view user = body_[field];
    if (auto problem = judge_user_id(user, to_text(field))) return problem;
    const Operation& operation = operation_of(*route);
    const access::Principal& principal = *request.principal;
    if (auto refused = judge_access(operation, principal, user)) return refused->problem;
    const QueryValues no_query;
    Remembered nothing;  // of a list's
    const wallet::Caller caller{principal.tenant, principal.subject, principal.application};
    const Ask ask{principal, texts.copy(user), {},       principal.tenant, request.policy, no_query,
                  body_,     currencies_,      cursors_, sha256_,          texts,          &caller};
    return operation.parse(ask, item, nothing);
}

bool BatchReader::read_next(JsonObject& movement, BatchRequest& request, BatchAnswer& answer,
                            std::uint32_t place) {
    engine::Batch::Entry& read = request.commands.emplace_back();
    read.cookie = place;
    if (const auto problem = read_movement(movement, request, answer.texts, read.item)) {
        answer.declined(place, *problem, false);
        request.commands.pop_back();
        return false;
    }
    auto& command = std::get<wallet::Command>(read.item);
    if (const auto reference = engine::reference_of(command); reference && request.guard) {
        read.reference = answer.texts.keep(engine::reference_fingerprint(
            sha256_, request.guard->key, request.guard->tenant, *reference));
    }
    // One key guards them all, each by its place.
    if (!request.key.empty()) {
        command.key =
            guard_with(request.key, request.method, {.path = request.path}, std::to_string(place),
                       payload_of(QueryValues{}, body_, sha256_), answer.texts);
    }
    return true;
}

void BatchReader::read(BatchRequest& request) {
    std::shared_ptr<BatchAnswer> answer;
    std::uint32_t place = 0;
    const auto problem = movements_.read(
        request.body,
        [&](std::size_t movements) {
            answer = std::make_shared<BatchAnswer>(request.reply, request.principal, movements);
            request.commands.reserve(movements);
        },
        [&](JsonObject& movement) { return read_next(movement, request, *answer, place++); });
    if (problem) {
        request.commands.clear();
        return keep(*problem, request);
    }
    request.answer = answer;
}

}  // namespace coffer::api
