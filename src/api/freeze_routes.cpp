#include "api/freeze_routes.h"

#include "api/freeze_dto.h"
#include "api/list_query.h"
#include "engine/public_ids.h"

namespace coffer::api {

namespace {

/// An instant to the millisecond; whether it is still to come says the clock of the book.
std::optional<Problem> read_expiry(const Ask& ask, Instant& expires_at) {
    const std::string_view text = ask.body[Field::expires_at];
    if (text.empty()) return std::nullopt;
    const auto instant = parse_instant(text);
    if (!instant) return Problem{Error::instant_invalid, {{"field", "expires_at"}}};
    // The beginning of 1970 stands for never.
    expires_at = *instant == Instant{} ? Instant{-1} : *instant;
    return std::nullopt;
}

/// For every user of a list or for one, whose id is the path's.
std::optional<Problem> read_freeze(const Ask& ask, wallet::Freeze& verb) {
    verb.target.user = ask.id;
    if (auto problem = read_text(ask, Field::reason, verb.reason)) return problem;
    if (auto problem = read_currency(ask, verb.target.currency)) return problem;
    return read_expiry(ask, verb.expires_at);
}

/// An id that is none is as missing as one that nobody has.
std::optional<Problem> read_unfreeze(const Ask& ask, std::string_view hold_id,
                                     wallet::Unfreeze& verb) {
    if (auto problem = read_text(ask, Field::reason, verb.reason)) return problem;
    const auto hold = engine::parse_id(engine::hold_prefix, hold_id);
    if (!hold) return Problem{Error::hold_not_found};
    verb.hold = *hold;
    return std::nullopt;
}

}  // namespace

std::optional<Problem> parse_freeze(const Ask& ask, engine::Item& item, Remembered&) {
    wallet::Freeze verb;
    if (auto problem = read_reference(ask, verb.reference)) return problem;
    if (auto problem = read_freeze(ask, verb)) return problem;
    if (auto problem = read_amount(ask, verb.amount)) return problem;
    item = wallet::Command{caller_of(ask), verb};
    return std::nullopt;
}

std::optional<Problem> parse_batch_freeze(const Ask& ask, engine::Item& item, Remembered&) {
    wallet::Freeze verb;
    if (auto problem = read_freeze(ask, verb)) return problem;
    verb.everything = ask.body[Field::amount].empty();
    if (!verb.everything) {
        if (auto problem = read_amount(ask, verb.amount)) return problem;
    }
    item = wallet::Command{caller_of(ask), verb};
    return std::nullopt;
}

std::optional<Problem> parse_unfreeze(const Ask& ask, engine::Item& item, Remembered&) {
    wallet::Unfreeze verb{.user = ask.id};
    if (auto problem = read_unfreeze(ask, ask.body[Field::freeze_id], verb)) return problem;
    item = wallet::Command{caller_of(ask), verb};
    return std::nullopt;
}

std::optional<Problem> parse_batch_unfreeze(const Ask& ask, engine::Item& item, Remembered&) {
    wallet::Unfreeze verb;
    if (auto problem = read_unfreeze(ask, ask.id, verb)) return problem;
    item = wallet::Command{caller_of(ask), verb};
    return std::nullopt;
}

std::optional<Problem> parse_delete_freeze_record(const Ask& ask, engine::Item& item,
                                                  Remembered& remembered) {
    return parse_batch_unfreeze(ask, item, remembered);  // a list of one, without a body
}

void render_freeze(const Rendering& rendering, const engine::Answer& answer) {
    rendering.out += R"(,"data":)";
    append_freeze_result(rendering.out, *std::get<engine::Applied>(answer).record,
                         rendering.wording);
}

std::optional<Problem> parse_freezes(const Ask& ask, engine::Item& item, Remembered& remembered) {
    engine::ListHistory list{.kind = engine::HistoryKind::freezes};
    const std::string_view status = ask.query[Parameter::status];
    if (status == "active") {
        list.hold_is_open = true;
    } else if (status == "released") {
        list.hold_is_open = false;
    } else if (!status.empty()) {
        return Problem{Error::choice_invalid,
                       {{"field", "status"}, {"allowed", "active, released"}}};
    }
    if (auto problem = read_list(ask, "freezes", list, remembered)) return problem;
    item = list;
    return std::nullopt;
}

void render_freezes(const Rendering& rendering, const engine::Answer& answer) {
    render_list(rendering, std::get<engine::Page>(answer),
                [](std::string& out, const engine::PagedRow& row, const Wording& wording) {
                    append_freeze(out, row.movement->record, wording, row.hold);
                });
}

}  // namespace coffer::api
