#include "api/service_parts.h"

namespace coffer::api {
namespace {

// Enough for a thousand times that many a second, and few enough not to hold up a round.
constexpr std::size_t due_holds_at_once = 256;
constexpr std::int64_t after_failure_ns = 1'000'000'000;

/// Who ends them, in the books.
constexpr std::string_view expiry_actor = "system:expiry";

}  // namespace

void Service::Parts::end_due_holds() {
    if (expiring != 0 || given_up || replier.now_ns() < next_expiries_at_ns) return;
    const auto due = store.due_holds(replier.now(), due_holds_at_once);
    if (due.empty() || !store.writable()) return;
    for (const engine::DueHold& hold : due) {
        batch.add(own_cookie, wallet::Command{{.tenant = batch.texts.copy(hold.tenant),
                                               .actor = expiry_actor,
                                               .application = {}},
                                              wallet::ExpireFreeze{hold.id}});
    }
    expiring = due.size();
}

void Service::Parts::expiry_answered(const engine::Answer& answer) {
    ENSURE(expiring > 0);
    --expiring;
    // A refusal means that somebody else has ended it meanwhile.
    if (std::holds_alternative<engine::Failed>(answer)) {
        next_expiries_at_ns = replier.now_ns() + after_failure_ns;
    }
}

}  // namespace coffer::api
