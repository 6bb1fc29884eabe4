#include "api/freeze_routes.h"

#include "api/freeze_dto.h"
#include "api/list_query.h"
#include "api/text_rules.h"
#include "engine/public_ids.h"

namespace coffer::api {

std::optional<Problem> parse_freeze(const Ask& ask, engine::Item& item, Remembered&) {
    wallet::Freeze verb{.target = {.user = ask.id}};
    const std::string_view reference = ask.body[Field::reference_id];
    const std::string_view reason = ask.body[Field::reason];
    if (auto problem = judge_reference(reference, "reference_id")) return problem;
    if (auto problem = judge_text(reason, "reason")) return problem;
    if (auto problem = read_currency(ask, verb.target.currency)) return problem;
    if (auto problem = read_amount(ask, verb.amount)) return problem;
    verb.reference = ask.texts.copy(reference);
    verb.reason = ask.texts.copy(reason);
    item = wallet::Command{caller_of(ask), verb};
    return std::nullopt;
}

std::optional<Problem> parse_unfreeze(const Ask& ask, engine::Item& item, Remembered&) {
    // An id that is none is as missing as one that nobody has.
    const auto hold = engine::parse_id(engine::hold_prefix, ask.body[Field::freeze_id]);
    if (!hold) return Problem{Error::hold_not_found};
    item = wallet::Command{caller_of(ask), wallet::Unfreeze{.user = ask.id, .hold = *hold}};
    return std::nullopt;
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
        list.hold_state = wallet::HoldState::open;
    } else if (status == "released") {
        list.hold_state = wallet::HoldState::released;
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
                    append_freeze(out, row.movement->record, wording, row.hold_ended_at);
                });
}

}  // namespace coffer::api
