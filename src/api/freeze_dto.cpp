#include "api/freeze_dto.h"

#include "api/json_text.h"
#include "api/wallet_dto.h"
#include "engine/public_ids.h"

namespace coffer::api {

void append_freeze(std::string& out, const wallet::Record& record, const Wording& wording,
                   std::optional<Instant> ended_at) {
    const wallet::HoldLine& hold = record.holds[0];
    const wallet::Wallet& wallet = wording.names.wallet(hold.wallet);
    if (hold.state == wallet::HoldState::released) ended_at = record.at;
    out += R"({"id":")";
    engine::append_id(out, engine::hold_prefix, hold.id);
    out += R"(","wallet_id":")";
    engine::append_id(out, engine::wallet_prefix, wallet.id);
    out += R"(","amount":)";
    append_amount(out, hold.amount, wording.currencies.decimals(wallet.currency));
    out += R"(,"reason":)";
    append_json_text(out, hold.reason);
    out += R"(,"status":")";
    out += ended_at ? "released" : "active";
    out += R"(","created_at":")";
    append_instant(out, hold.created_at);
    out += R"(","released_at":")";
    if (ended_at) append_instant(out, *ended_at);
    out += "\"}";
}

void append_freeze_result(std::string& out, const wallet::Record& record, const Wording& wording) {
    out += R"({"freeze":)";
    append_freeze(out, record, wording);
    out += R"(,"wallet":)";
    append_wallet_after(out, record, record.wallets[0], wording);
    out += '}';
}

}  // namespace coffer::api
