#include "api/admin_wallet_routes.h"

#include "api/wallet_dto.h"
#include "engine/public_ids.h"

namespace coffer::api {
namespace {

std::optional<Problem> change_status(const Ask& ask, wallet::WalletStatus status,
                                     engine::Item& item) {
    const auto id = engine::parse_id(engine::wallet_prefix, ask.id);
    if (!id) return Problem{Error::wallet_not_found};
    item = wallet::Command{caller_of(ask), wallet::ChangeStatus{.wallet = *id, .status = status}};
    return std::nullopt;
}

}  // namespace

std::optional<Problem> parse_change_status(const Ask& ask, engine::Item& item, Remembered&) {
    const auto status = wallet::parse_wallet_status(ask.body[Field::status]);
    if (!status) {
        return Problem{Error::choice_invalid,
                       {{"field", "status"}, {"allowed", "active, frozen, closed"}}};
    }
    return change_status(ask, *status, item);
}

void render_changed_wallet(const Rendering& rendering, const engine::Answer& answer) {
    const wallet::Record& record = *std::get<engine::Applied>(answer).record;
    rendering.out += R"(,"data":)";
    append_wallet_after(rendering.out, record, record.wallets[0], rendering.wording);
}

std::optional<Problem> parse_close_wallet(const Ask& ask, engine::Item& item, Remembered&) {
    return change_status(ask, wallet::WalletStatus::closed, item);
}

std::optional<Problem> parse_integrity(const Ask& ask, engine::Item& item, Remembered&) {
    const auto id = engine::parse_id(engine::wallet_prefix, ask.id);
    if (!id) return Problem{Error::wallet_not_found};
    item = engine::CheckIntegrity{.tenant = ask.texts.copy(ask.principal.tenant), .wallet = *id};
    return std::nullopt;
}

void render_integrity(const Rendering& rendering, const engine::Answer& answer) {
    rendering.out += R"(,"data":)";
    append_integrity(rendering.out, std::get<engine::Integrity>(answer));
}

}  // namespace coffer::api
