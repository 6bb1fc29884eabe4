#include "wallet/drafting.h"
#include "wallet/outgoing.h"
#include "wallet/repeats.h"

namespace coffer::wallet {
namespace {

/// A transaction of this tenant that may be refunded, from the side that was asked for.
struct Original {
    const Record* record = nullptr;
    std::size_t line = 0;            ///< of the record, the row that was asked for
    const Wallet* wallet = nullptr;  ///< whose row that is
    const Wallet* other = nullptr;   ///< the other side of a transfer
    Int128 left = 0;                 ///< not refunded yet
    std::uint32_t refunds = 0;

    [[nodiscard]] money::Currency currency() const { return wallet->currency; }
};

using Judged = std::variant<Original, Refusal>;

Refusal not_found() { return {.rejection = Rejection::transaction_not_found}; }

/// Whether money has left or come for good by a record of this kind.
bool is_refundable(RecordKind kind) {
    return kind == RecordKind::deposit || kind == RecordKind::withdraw ||
           kind == RecordKind::transfer || kind == RecordKind::auto_withdrawal ||
           kind == RecordKind::pay_withdrawal || kind == RecordKind::capture;
}

const Wallet* other_side(const Record& record, std::size_t line, const Loaded& loaded) {
    if (record.wallets.size() < 2) return nullptr;
    return loaded.find_wallet(record.wallets[1 - line].wallet);
}

Judged original_of(const Refund& verb, const Setting& setting) {
    const auto& [caller, loaded, context] = setting;
    const Tenant* tenant = loaded.tenant(caller.tenant);
    const Record* record = loaded.original();
    if (tenant == nullptr || record == nullptr || record->request.tenant != tenant->number) {
        return not_found();
    }
    Original found{.record = record};
    while (found.line < record->wallets.size() &&
           record->ids.transactions[found.line] != verb.transaction) {
        ++found.line;
    }
    if (found.line == record->wallets.size() ||
        record->wallets[found.line].type == TransactionType::none) {
        return not_found();
    }
    found.wallet = loaded.find_wallet(record->wallets[found.line].wallet);
    if (found.wallet == nullptr) return not_found();
    if (!verb.user.empty()) {
        const User* user = user_of(setting, verb.user);
        if (user == nullptr || found.wallet->owner != user->number) return not_found();
    }
    if (!is_refundable(record->kind)) {
        return Refusal{.rejection = Rejection::transaction_not_refundable,
                       .currency = found.currency()};
    }
    found.other = other_side(*record, found.line, loaded);
    const Refunded* before = loaded.refunded(record->ids.entry);
    found.left = record->request.amount - (before == nullptr ? 0 : before->amount);
    found.refunds = before == nullptr ? 0 : before->refunds;
    if (found.left == 0) {
        return Refusal{.rejection = Rejection::already_refunded, .currency = found.currency()};
    }
    return found;
}

/// Who pays for the refund, and who gets it; null is the house.
struct Parties {
    const Wallet* payer = nullptr;
    const Wallet* payee = nullptr;
};

Parties parties_of(const Original& original) {
    const bool asked_side_got_it =
        original.record->wallets[original.line].type == TransactionType::deposit ||
        original.record->wallets[original.line].type == TransactionType::transfer_in;
    return asked_side_got_it ? Parties{original.wallet, original.other}
                             : Parties{original.other, original.wallet};
}

std::variant<money::Amount, Refusal> amount_of(const Refund& verb, const Original& original,
                                               const Context& context) {
    if (verb.everything) return money::Amount{original.currency(), original.left};
    const auto parsed = amount_in(verb.amount, original.currency(), context);
    if (const auto* rejection = std::get_if<Rejection>(&parsed)) {
        return Refusal{.rejection = *rejection, .currency = original.currency()};
    }
    const auto amount = std::get<money::Amount>(parsed);
    if (amount.minor_units() > original.left) {
        return Refusal{.rejection = Rejection::exceeds_refundable,
                       .currency = original.currency(),
                       .available = original.left,
                       .needed = amount.minor_units()};
    }
    return amount;
}

/// An operator may refund into and out of a wallet whatever its status, until it is closed.
std::optional<Refusal> refused_by(const Parties& parties, const Original& original,
                                  money::Amount amount) {
    for (const Wallet* wallet : {parties.payer, parties.payee}) {
        if (wallet == nullptr || wallet->status != WalletStatus::closed) continue;
        return Refusal{.rejection = wallet == original.wallet
                                        ? Rejection::wallet_is_closed
                                        : Rejection::counterparty_wallet_is_closed,
                       .currency = wallet->currency};
    }
    if (parties.payer != nullptr && parties.payer->available < amount.minor_units()) {
        return exceeds_available(*parties.payer, amount.minor_units());
    }
    return parties.payee == nullptr ? std::nullopt : overfilled(amount, parties.payee->posted());
}

/// A repeat of a reference: of the same row, and asked for in the same way.
bool is_same(const Record& first, const Refund& verb, const Context& context) {
    if (first.refunds.empty()) return false;
    const RefundLine& line = first.refunds[0];
    if (line.transaction != verb.transaction || line.everything != verb.everything ||
        line.cancels != verb.cancels) {
        return false;
    }
    if (verb.everything) return true;
    const auto again = amount_in(verb.amount, first.wallets[0].currency, context);
    const auto* value = std::get_if<money::Amount>(&again);
    return value != nullptr && value->minor_units() == first.request.amount;
}

void post(Drafting& drafting, const Wallet* wallet, WalletLine* line, ledger::Side side,
          money::Amount amount) {
    if (wallet == nullptr) {
        drafting.post_house(ledger::AccountKind::settlement, side, amount);
    } else {
        drafting.post_available(*line, side, amount.minor_units());
    }
}

}  // namespace

void touches(const Refund& verb, const Setting& setting, Keys& keys) {
    if (!verb.user.empty()) keys.push_back({.kind = Key::Kind::user, .text = verb.user});
    keys.push_back({.kind = Key::Kind::original, .id = verb.transaction});
    if (!verb.reference.empty()) keys.push_back({.kind = Key::Kind::prior});
    const Record* original = setting.loaded.original();
    if (original == nullptr || original->wallets.empty()) return;
    touches_settlement(setting, original->wallets[0].currency, keys);
}

/// The original's postings the other way round. Never more in sum than the original, whatever the
/// order and number of tries; the original itself is not touched.
Decision decide(const Refund& verb, const Setting& setting, Record& draft) {
    const auto& [caller, loaded, context] = setting;
    ENSURE(!verb.cancels || verb.everything);
    const auto is_repeat = [&](const Record& first) { return is_same(first, verb, context); };
    if (const auto before = repeated(verb.reference, loaded, is_repeat)) return *before;
    const Judged judged = original_of(verb, setting);
    if (const auto* refusal = std::get_if<Refusal>(&judged)) return *refusal;
    const Original& original = std::get<Original>(judged);
    const auto allowed = amount_of(verb, original, context);
    if (const auto* refusal = std::get_if<Refusal>(&allowed)) return *refusal;
    const auto amount = std::get<money::Amount>(allowed);
    const Parties parties = parties_of(original);
    if (const auto refusal = refused_by(parties, original, amount)) return *refusal;

    Drafting drafting{loaded, context, caller, draft};
    drafting.start(RecordKind::refund);
    draft.request.user = original.wallet->owner;
    if (original.other != nullptr) draft.request.counterparty = original.other->owner;
    draft.request.amount = amount.minor_units();
    draft.request.description = verb.reason;
    drafting.use_reference(verb.reference);
    // The asked-for side first, as its row answers for the refund.
    WalletLine* const own = &drafting.line_for(*original.wallet, TransactionType::refund);
    WalletLine* const other = original.other == nullptr
                                  ? nullptr
                                  : &drafting.line_for(*original.other, TransactionType::refund);
    WalletLine* const payer = parties.payer == original.wallet ? own : other;
    WalletLine* const payee = parties.payee == original.wallet ? own : other;
    post(drafting, parties.payer, payer, ledger::Side::debit, amount);
    post(drafting, parties.payee, payee, ledger::Side::credit, amount);

    RefundLine& refund = draft.refunds.add();
    refund = {.entry = original.record->ids.entry,
              .transaction = verb.transaction,
              .amount = original.record->request.amount - original.left + amount.minor_units(),
              .refunds = original.refunds + 1,
              .everything = verb.everything,
              .cancels = verb.cancels,
              .rows = {}};
    for (std::size_t i = 0; i < original.record->wallets.size(); ++i) {
        const WalletLine& row =
            original.record->wallets[i == 0 ? original.line : 1 - original.line];
        refund.rows[i] = {.wallet = row.wallet, .seq = row.transactions, .type = row.type};
    }
    return Accepted{};
}

}  // namespace coffer::wallet
