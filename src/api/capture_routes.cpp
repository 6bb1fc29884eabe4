#include "api/capture_routes.h"

#include "api/freeze_dto.h"
#include "api/text_rules.h"
#include "engine/public_ids.h"

namespace coffer::api {

std::optional<Problem> parse_capture(const Ask& ask, engine::Item& item, Remembered&) {
    wallet::Capture verb{.user = ask.id};
    const std::string_view payee = ask.body[Field::to_user_id];
    if (!payee.empty()) {
        if (auto problem = judge_user_id(payee, "to_user_id")) return problem;
        if (payee == ask.id) return Problem{Error::payer_is_payee};
    }
    if (auto problem = read_reference(ask, verb.reference)) return problem;
    if (auto problem = read_text(ask, Field::description, verb.description)) return problem;
    verb.everything = ask.body[Field::amount].empty();
    if (!verb.everything) {
        if (auto problem = read_amount(ask, verb.amount)) return problem;
    }
    // An id that is none is as missing as one that nobody has.
    const auto hold = engine::parse_id(engine::hold_prefix, ask.part);
    if (!hold) return Problem{Error::hold_not_found};
    verb.hold = *hold;
    verb.payee = ask.texts.copy(payee);
    item = wallet::Command{caller_of(ask), verb};
    return std::nullopt;
}

void render_capture(const Rendering& rendering, const engine::Answer& answer) {
    rendering.out += R"(,"data":)";
    append_capture(rendering.out, *std::get<engine::Applied>(answer).record, rendering.wording);
}

}  // namespace coffer::api
