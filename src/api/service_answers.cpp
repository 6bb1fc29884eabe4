#include "api/json_text.h"
#include "api/service_parts.h"

// From the store's answers to responses.

namespace coffer::api {
namespace {

Error error_of_failure(engine::Failed::Kind kind, bool writes) {
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

/// What a problem made of a refusal points to.
struct RefusalTexts {
    std::string available;
    std::string needed;
    std::string decimals;
};

Problem refusal_of(const wallet::Refusal& refusal, const money::CurrencyTable& currencies,
                   RefusalTexts& texts) {
    std::string_view currency;
    if (refusal.currency.named()) {
        const money::CurrencyInfo& info = currencies.info(refusal.currency);
        currency = info.code;
        append_number(texts.decimals, static_cast<std::uint64_t>(info.decimals));
        money::append_minor_units(texts.available, refusal.available, info.decimals);
        money::append_minor_units(texts.needed, refusal.needed, info.decimals);
    }
    return Problem{error_of(refusal.rejection),
                   {{"available", texts.available},
                    {"needed", texts.needed},
                    {"currency", currency},
                    {"decimals", texts.decimals}}};
}

Problem failure_of(engine::Failed::Kind kind, const Reply& reply) {
    return Problem{error_of_failure(kind, operation_of(reply.route).writes)};
}

}  // namespace

void Service::Parts::answer(engine::Cookie cookie, const engine::Answer& answer,
                            const engine::Names& names) {
    if (cookie == own_cookie) return expiry_answered(answer);
    if (ManyTable::has_made(cookie)) return answer_one_of_many(cookie, answer, names);
    const Pending waited = pending.take(cookie);
    replier.figures().in_flight = in_flight();
    const std::string_view tenant = waited.principal->tenant;
    if (const auto* refusal = std::get_if<wallet::Refusal>(&answer)) {
        RefusalTexts texts;
        return replier.problem(waited.reply, refusal_of(*refusal, store.currencies(), texts),
                               {.replayed = refusal->replayed}, tenant);
    }
    if (const auto* failed = std::get_if<engine::Failed>(&answer)) {
        return replier.problem(waited.reply, failure_of(failed->kind, waited.reply), {}, tenant);
    }
    const Operation& operation = operation_of(waited.reply.route);
    const auto* applied = std::get_if<engine::Applied>(&answer);
    const bool replayed = applied != nullptr && applied->replayed;
    const Wording wording{names, store.currencies(), tenant};
    Replier::Open open = replier.open(waited.reply, operation.status, replayed);
    operation.render({open.out, wording, waited.remembered, cursors}, answer);
    replier.finish(waited.reply, open, operation.status, replayed, tenant);
}

void Service::Parts::answer_one_of_many(engine::Cookie cookie, const engine::Answer& answer,
                                        const engine::Names& names) {
    const ManyTable::Command command = many.take(cookie);
    replier.figures().in_flight = in_flight();
    ManyAnswer& together = command.answer;
    if (std::holds_alternative<engine::Settled>(answer)) {
        together.settled(command.index);
    } else if (const auto* refusal = std::get_if<wallet::Refusal>(&answer)) {
        RefusalTexts texts;
        together.declined(command.index, refusal_of(*refusal, store.currencies(), texts),
                          refusal->replayed);
    } else if (const auto* failed = std::get_if<engine::Failed>(&answer)) {
        together.declined(command.index, failure_of(failed->kind, together.reply), false);
    } else {
        const auto& applied = std::get<engine::Applied>(answer);
        if (applied.replayed) ++replier.figures().replayed;
        together.applied(command.index, applied,
                         {names, store.currencies(), together.principal->tenant});
    }
    if (command.last != nullptr) finish(command.last);
}

bool Service::Parts::keep(engine::Cookie cookie, const wallet::Record& record,
                          const engine::Names& names) {
    if (!ManyTable::has_made(cookie) || cookie == own_cookie) return false;
    const ManyTable::Command command = many.find(cookie);
    return command.answer.keep(command.index, record,
                               {names, store.currencies(), command.answer.principal->tenant});
}

void Service::Parts::give_up() {
    given_up = true;
    batch.clear();
    // What was carried out is answered as such; what was only read never reaches the store.
    if (batch_worker != nullptr) batch_worker->finish();
    take_from_worker();
    const auto unknown = engine::Failed::Kind::unknown;
    for (const Pending& waited : pending.take_all()) {
        replier.problem(waited.reply, failure_of(unknown, waited.reply), {},
                        waited.principal->tenant);
    }
    for (const ManyTable::Command& command : many.take_all()) {
        command.answer.declined(command.index, failure_of(unknown, command.answer.reply), false);
        if (command.last != nullptr) finish(command.last);
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
