#include "api/wallet_routes.h"

#include "api/json_text.h"
#include "api/wallet_dto.h"

namespace coffer::api {

std::optional<Problem> parse_open_wallet(const Ask& ask, engine::Item& item, Remembered&) {
    wallet::OpenWallet verb{.target = {.user = ask.texts.copy(ask.body[Field::user_id])}};
    if (auto problem = read_currency(ask, verb.target.currency)) return problem;
    item = wallet::Command{caller_of(ask), verb};
    return std::nullopt;
}

void render_opened_wallet(const Rendering& rendering, const engine::Answer& answer) {
    const wallet::Record& record = *std::get<engine::Applied>(answer).record;
    rendering.out += R"(,"data":)";
    append_wallet_after(rendering.out, record, record.wallets[0], rendering.wording);
}

std::optional<Problem> parse_read_wallet(const Ask& ask, engine::Item& item, Remembered&) {
    engine::ReadWallet query{.tenant = ask.texts.copy(ask.principal.tenant), .user = ask.id};
    if (auto problem = read_currency(ask, query.currency)) return problem;
    item = query;
    return std::nullopt;
}

void render_wallet(const Rendering& rendering, const engine::Answer& answer) {
    rendering.out += R"(,"data":)";
    append_wallet(rendering.out, *std::get<engine::Found>(answer).wallet, rendering.wording);
}

void render_balance(const Rendering& rendering, const engine::Answer& answer) {
    std::string& out = rendering.out;
    out += ',';
    const std::size_t fields_at = out.size();
    append_balance_fields(out, *std::get<engine::Found>(answer).wallet, rendering.wording);
    append_data_again(out, fields_at);
}

}  // namespace coffer::api
