#include "api/movement_routes.h"

#include "access/decide_access.h"
#include "api/movement_dto.h"
#include "api/text_rules.h"

namespace coffer::api {
namespace {

/// What all movements have alike. Fills the target's currency; whose it is says the caller.
template <class Verb>
std::optional<Problem> read_movement(const Ask& ask, wallet::Target& target, Verb& verb) {
    if (auto problem = read_reference(ask, verb.reference)) return problem;
    if (auto problem = read_text(ask, Field::description, verb.description)) return problem;
    if (auto problem = read_currency(ask, target.currency)) return problem;
    if (auto problem = read_amount(ask, verb.amount)) return problem;
    return std::nullopt;
}

template <class Verb>
std::optional<Problem> parse_one_sided(const Ask& ask, engine::Item& item) {
    Verb verb{.target = {.user = ask.id}};
    if (auto problem = read_movement(ask, verb.target, verb)) return problem;
    item = wallet::Command{caller_of(ask), verb};
    return std::nullopt;
}

}  // namespace

std::optional<Problem> parse_deposit(const Ask& ask, engine::Item& item, Remembered&) {
    return parse_one_sided<wallet::Deposit>(ask, item);
}

std::optional<Problem> parse_withdraw(const Ask& ask, engine::Item& item, Remembered&) {
    return parse_one_sided<wallet::Withdraw>(ask, item);
}

void render_movement(const Rendering& rendering, const engine::Answer& answer) {
    rendering.out += R"(,"data":)";
    append_movement(rendering.out, *std::get<engine::Applied>(answer).record, rendering.wording);
}

std::optional<Problem> parse_transfer(const Ask& ask, engine::Item& item, Remembered& remembered) {
    const std::string_view payee = ask.body[Field::to_user_id];
    if (auto problem = judge_user_id(payee, "to_user_id")) return problem;
    wallet::Transfer verb{.payer = {.user = ask.texts.copy(ask.body[Field::from_user_id])},
                          .payee = ask.texts.copy(payee)};
    if (verb.payer.user == verb.payee) return Problem{Error::payer_is_payee};
    if (auto problem = read_movement(ask, verb.payer, verb)) return problem;
    // Paying somebody is no right to see what they have.
    const auto access = access::decide_access(ask.principal, access::Action::read_user, payee);
    remembered.payee = access == access::Access::allowed ? Balances::told : Balances::hidden;
    item = wallet::Command{caller_of(ask), verb};
    return std::nullopt;
}

void render_transfer(const Rendering& rendering, const engine::Answer& answer) {
    rendering.out += R"(,"data":)";
    append_transfer(rendering.out, *std::get<engine::Applied>(answer).record, rendering.wording,
                    rendering.remembered.payee);
}

}  // namespace coffer::api
