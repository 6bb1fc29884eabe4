#include "api/freeze_lists.h"
#include "api/idempotency_key.h"
#include "api/service_parts.h"
#include "api/text_rules.h"

// POST /admin/wallets/batch-freeze and batch-unfreeze: one command for each text of a list, each
// decided and guarded by itself; what one of them meets does not touch the others.

namespace coffer::api {

std::optional<Refused> Service::Parts::read_list(const http::Request& request, const Match& match,
                                                 const access::Principal& principal,
                                                 Reading& reading) {
    if (auto refused = read(request, match, principal, reading)) return refused;
    bool dry_run = false;
    if (auto problem = read_dry_run(reading.query, dry_run)) return Refused{*problem};
    if (dry_run) return Refused{Problem{Error::dry_run_of_many}};
    // A text that names nobody is the client's mistake, and nothing is done of what came with it.
    if (match.route == Route::batch_freeze) {
        for (const std::string_view user : body.list()) {
            if (auto problem = judge_user_id(user, to_text(Field::user_ids))) {
                return Refused{*problem};
            }
        }
    }
    if (in_flight() + body.list().size() > options.in_flight_max) {
        return Refused{Problem{Error::too_many_requests_in_flight}};
    }
    return std::nullopt;
}

void Service::Parts::submit_list(const http::Request& request, const Match& match,
                                 const Reply& reply, const access::PrincipalRef& principal) {
    Reading reading;
    if (const auto refused = read_list(request, match, *principal, reading)) {
        return refuse(reply, *refused, principal->tenant);
    }
    const auto& [no_id, tenant, query, key] = reading;
    const wallet::Fingerprint payload =
        key.empty() ? wallet::Fingerprint{} : payload_of(query, body, sha256);
    const auto texts = body.list();
    const auto answer = make_list_answer(reply, principal, texts);
    std::vector<engine::Batch::Entry> commands;
    for (std::uint32_t i = 0; i < texts.size(); ++i) {
        engine::Item item;
        Remembered nothing;  // of a list of rows
        const Ask ask = ask_of(*principal, batch.texts.copy(texts[i]), tenant, query);
        if (const auto problem = operation_of(match.route).parse(ask, item, nothing)) {
            if (problem->error == Error::hold_not_found) {
                answer->declined(i, *problem, false);
                continue;
            }
            // It is of what they have in common: the first one met it.
            ENSURE(i == 0);
            return refuse(reply, {*problem}, principal->tenant);
        }
        if (!key.empty()) {
            std::get<wallet::Command>(item).key =
                guard_with(key, request.method, match, std::to_string(i), payload, batch.texts);
        }
        commands.push_back({.cookie = i, .item = std::move(item)});
    }
    enqueue_many(answer, commands);
}

}  // namespace coffer::api
