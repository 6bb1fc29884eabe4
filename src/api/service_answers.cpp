#include "api/json_text.h"
#include "api/service_parts.h"

// From the store's answers to responses.

namespace coffer::api {
namespace {

Error error_of(engine::Failed::Kind kind, bool writes) {
    switch (kind) {
        case engine::Failed::Kind::unknown:
            // A read that failed has changed nothing, whatever became of the store.
            return writes ? Error::outcome_unknown : Error::store_unavailable;
        case engine::Failed::Kind::unavailable: return Error::store_unavailable;
        case engine::Failed::Kind::storage_full: return Error::storage_full;
        case engine::Failed::Kind::clock_wrong: return Error::clock_wrong;
        case engine::Failed::Kind::read_only: return Error::book_read_only;
    }
    unreachable_value();
}

}  // namespace

void Service::Parts::answer(engine::Cookie cookie, const engine::Answer& answer,
                            const engine::Names& names) {
    if (cookie == own_cookie) return expiry_answered(answer);
    const Pending waited = pending.take(cookie);
    replier.figures().in_flight = pending.size();
    if (const auto* refusal = std::get_if<wallet::Refusal>(&answer)) {
        return refuse(waited, *refusal);
    }
    if (const auto* failed = std::get_if<engine::Failed>(&answer)) {
        return fail(waited, failed->kind);
    }
    if (waited.many != nullptr) {
        const auto& applied = std::get<engine::Applied>(answer);
        if (applied.replayed) ++replier.figures().replayed;
        waited.many->applied(waited.place, applied,
                             {names, store.currencies(), waited.many->principal->tenant});
        if (waited.many->left == 0) finish(waited.many);
        return;
    }
    const Operation& operation = operation_of(waited.reply.route);
    const auto* applied = std::get_if<engine::Applied>(&answer);
    const bool replayed = applied != nullptr && applied->replayed;
    const Wording wording{names, store.currencies(), waited.principal->tenant};
    Replier::Open open = replier.open(waited.reply, operation.status, replayed);
    operation.render({open.out, wording, waited.remembered, cursors}, answer);
    replier.finish(waited.reply, open, operation.status, replayed, waited.principal->tenant);
}

void Service::Parts::refuse(const Pending& waited, const wallet::Refusal& refusal) {
    std::string available;
    std::string needed;
    std::string decimals;
    std::string_view currency;
    if (refusal.currency.named()) {
        const money::CurrencyInfo& info = store.currencies().info(refusal.currency);
        currency = info.code;
        append_number(decimals, static_cast<std::uint64_t>(info.decimals));
        money::append_minor_units(available, refusal.available, info.decimals);
        money::append_minor_units(needed, refusal.needed, info.decimals);
    }
    const Problem problem{error_of(refusal.rejection),
                          {{"available", available},
                           {"needed", needed},
                           {"currency", currency},
                           {"decimals", decimals}}};
    decline(waited, problem, refusal.replayed);
}

void Service::Parts::decline(const Pending& waited, const Problem& problem, bool replayed) {
    if (waited.many == nullptr) {
        return replier.problem(waited.reply, problem, {.replayed = replayed},
                               waited.principal->tenant);
    }
    waited.many->declined(waited.place, problem, replayed);
    if (waited.many->left == 0) finish(waited.many);
}

void Service::Parts::fail(const Pending& waited, engine::Failed::Kind kind) {
    const Reply& reply = waited.many == nullptr ? waited.reply : waited.many->reply;
    const bool writes = operation_of(reply.route).writes;
    decline(waited, Problem{error_of(kind, writes)}, false);
}

void Service::Parts::give_up() {
    given_up = true;
    batch.clear();
    // What was carried out is answered as such; what was only read never reaches the store.
    if (batch_worker != nullptr) batch_worker->finish();
    take_from_worker();
    for (const Pending& waited : pending.take_all()) {
        fail(waited, engine::Failed::Kind::unknown);
    }
    for (const auto& [number, parked] : parked_) {
        replier.problem(parked.reply, Problem{Error::store_unavailable});
    }
    parked_.clear();
    replier.figures().in_flight = 0;
    replier.figures().parked = 0;
    replier.figures().parked_bytes = 0;
}

}  // namespace coffer::api
