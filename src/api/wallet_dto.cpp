#include "api/wallet_dto.h"

#include "api/json_text.h"
#include "engine/public_ids.h"

namespace coffer::api {
namespace {

// What changes in a wallet's life; the rest never does.
struct WalletState {
    Int128 available;
    Int128 held;
    wallet::WalletStatus status;
    Instant updated_at;
};

void append_balances(std::string& out, const WalletState& state, int decimals) {
    out += R"(,"balance":)";
    append_amount(out, state.available + state.held, decimals);
    out += R"(,"frozen_balance":)";
    append_amount(out, state.held, decimals);
    out += R"(,"available_balance":)";
    append_amount(out, state.available, decimals);
}

void append_wallet(std::string& out, const wallet::Wallet& wallet, const WalletState& state,
                   const Wording& wording, Balances balances) {
    const money::CurrencyInfo& currency = wording.currencies.info(wallet.currency);
    out += R"({"wallet_id":")";
    engine::append_id(out, engine::wallet_prefix, wallet.id);
    out += R"(","user_id":)";
    append_json_text(out, wording.names.subject(wallet.owner));
    out += R"(,"tenant_id":)";
    append_json_text(out, wording.tenant);
    out += R"(,"application_id":)";
    append_json_text(out, wallet.application.value == 0
                              ? std::string_view{}
                              : wording.names.application(wallet.application));
    out += R"(,"currency":")";
    out += currency.code;
    out += '"';
    if (balances == Balances::told) {
        append_balances(out, state, currency.decimals);
    } else {
        out += R"(,"balance":"","frozen_balance":"","available_balance":"")";
    }
    out += R"(,"status":")";
    out += wallet::to_text(state.status);
    out += R"(","created_at":")";
    append_instant(out, wallet.created_at);
    out += R"(","updated_at":")";
    append_instant(out, state.updated_at);
    out += "\"}";
}

}  // namespace

void append_wallet(std::string& out, const wallet::Wallet& wallet, const Wording& wording) {
    append_wallet(out, wallet,
                  {.available = wallet.available,
                   .held = wallet.held,
                   .status = wallet.status,
                   .updated_at = wallet.updated_at},
                  wording, Balances::told);
}

void append_wallet_after(std::string& out, const wallet::Record& record,
                         const wallet::WalletLine& line, const Wording& wording,
                         Balances balances) {
    append_wallet(out, wording.names.wallet(line.wallet),
                  {.available = line.available,
                   .held = line.held,
                   .status = line.status,
                   .updated_at = record.at},
                  wording, balances);
}

void append_balance_fields(std::string& out, const wallet::Wallet& wallet, const Wording& wording) {
    const money::CurrencyInfo& currency = wording.currencies.info(wallet.currency);
    out += R"("wallet_id":")";
    engine::append_id(out, engine::wallet_prefix, wallet.id);
    out += R"(","currency":")";
    out += currency.code;
    out += '"';
    append_balances(out,
                    {.available = wallet.available,
                     .held = wallet.held,
                     .status = wallet.status,
                     .updated_at = wallet.updated_at},
                    currency.decimals);
}

void append_integrity(std::string& out, const engine::Integrity& integrity) {
    out += R"({"wallet_id":")";
    engine::append_id(out, engine::wallet_prefix, integrity.wallet);
    out += R"(","valid":)";
    out += integrity.broken_at == 0 && integrity.records > 0 ? "true" : "false";
    out += R"(,"total":)";
    append_number(out, integrity.records);
    out += R"(,"broken_at":)";
    append_number(out, integrity.broken_at);
    out += R"(,"last_hash":")";
    out += to_hex(integrity.last_link);
    out += "\"}";
}

}  // namespace coffer::api
