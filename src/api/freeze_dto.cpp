#include "api/freeze_dto.h"

#include "api/json_text.h"
#include "api/movement_dto.h"
#include "api/wallet_dto.h"
#include "engine/public_ids.h"

namespace coffer::api {

namespace {

/// How it ended; "" while it is active.
std::string_view end_of(wallet::HoldState state) {
    switch (state) {
        using enum wallet::HoldState;
        case open: return "";
        case released: return "release";
        case captured: return "capture";
        case expired: return "expiry";
    }
    unreachable_value();
}

}  // namespace

void append_freeze(std::string& out, const wallet::Record& record, const Wording& wording,
                   const std::optional<engine::HoldNow>& later) {
    const wallet::HoldLine& hold = record.holds[0];
    const wallet::Wallet& wallet = wording.names.wallet(hold.wallet);
    const int decimals = wording.currencies.decimals(wallet.currency);
    const engine::HoldNow now =
        later ? *later : engine::HoldNow{hold.state, hold.captured, record.at};
    const bool open = now.state == wallet::HoldState::open;
    out += R"({"id":")";
    engine::append_id(out, engine::hold_prefix, hold.id);
    out += R"(","wallet_id":")";
    engine::append_id(out, engine::wallet_prefix, wallet.id);
    out += R"(","amount":)";
    append_amount(out, hold.amount, decimals);
    out += R"(,"captured_amount":)";
    append_amount(out, now.captured, decimals);
    out += R"(,"remaining_amount":)";
    append_amount(out, open ? hold.amount - now.captured : 0, decimals);
    out += R"(,"reason":)";
    append_json_text(out, hold.reason);
    out += R"(,"status":")";
    out += open ? "active" : "released";
    out += R"(","ended_by":")";
    out += end_of(now.state);
    out += R"(","created_at":")";
    append_instant(out, hold.created_at);
    out += R"(","expires_at":")";
    if (hold.expires_at != Instant{}) append_instant(out, hold.expires_at);
    out += R"(","released_at":")";
    if (!open) append_instant(out, now.ended_at);
    out += "\"}";
}

void append_capture(std::string& out, const wallet::Record& record, const Wording& wording) {
    out += R"({"transaction":)";
    append_transaction(out, record, 0, wording);
    out += R"(,"freeze":)";
    append_freeze(out, record, wording);
    out += R"(,"wallet":)";
    append_wallet_after(out, record, record.wallets[0], wording);
    out += '}';
}

void append_freeze_result(std::string& out, const wallet::Record& record, const Wording& wording) {
    out += R"({"freeze":)";
    append_freeze(out, record, wording);
    out += R"(,"wallet":)";
    append_wallet_after(out, record, record.wallets[0], wording);
    out += '}';
}

}  // namespace coffer::api
