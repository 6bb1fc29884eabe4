#include "tests/ask.h"

#include <algorithm>

#include "base/sha256.h"
#include "engine/policy_text.h"

namespace coffer::tests {
namespace {

Ask about(Ask::What what, std::string user, std::string amount = "0") {
    Ask ask;
    ask.what = what;
    ask.user = std::move(user);
    ask.amount = std::move(amount);
    return ask;
}

Ask about(Ask::What what, wallet::PublicId id) {
    Ask ask;
    ask.what = what;
    ask.id = id;
    return ask;
}

wallet::Verb verb_of(const Ask& ask, engine::Arena& texts, money::Currency currency) {
    const wallet::Target target{texts.copy(ask.user), currency};
    const std::string_view reference = texts.copy(ask.reference);
    const std::string_view text = texts.copy(ask.text);
    const bool everything = ask.amount == "all";
    const money::Decimal amount = money::parse_decimal(everything ? "0" : ask.amount).value();
    switch (ask.what) {
        using enum Ask::What;
        case open: return wallet::OpenWallet{target};
        case deposit: return wallet::Deposit{target, amount, reference, text};
        case withdraw: return wallet::Withdraw{target, amount, reference, text};
        case transfer:
            return wallet::Transfer{target, texts.copy(ask.payee), amount, reference, text};
        case freeze:
            return wallet::Freeze{target, amount, reference, text, everything, ask.expires_at};
        case capture:
            return wallet::Capture{target.user, ask.id,    texts.copy(ask.payee), amount, reference,
                                   text,        everything};
        case expire: return wallet::ExpireFreeze{ask.id};
        case unfreeze: return wallet::Unfreeze{target.user, ask.id, text};
        case status: return wallet::ChangeStatus{ask.id, ask.status};
        case remove_policy: return wallet::RemovePolicy{texts.copy(ask.policy_of)};
        case adjust: {
            using enum wallet::Adjust::Direction;
            return wallet::Adjust{target, ask.up ? up : down, amount, reference, text};
        }
        case refund:
            return wallet::Refund{target.user, ask.id,     amount,     reference,
                                  text,        everything, ask.cancels};
        case request_withdrawal: return wallet::RequestWithdrawal{target, amount, reference, text};
        case decide: {
            using enum wallet::DecideApproval::Of;
            return wallet::DecideApproval{ask.id, ask.of_adjustment ? adjustment : withdrawal,
                                          ask.approve, text};
        }
        case take_back: return wallet::CancelWithdrawal{target.user, ask.id, text};
        case approvals:
        case set_policy:
        case read_policy:
        case read:
        case wallets:
        case list:
        case integrity: break;
    }
    unreachable_value();
}

wallet::SetPolicy set_policy_of(const Ask& ask, engine::Arena& texts,
                                const money::CurrencyTable& currencies) {
    wallet::PolicyChange change;
    for (const auto& [field, text] : ask.policy) {
        if (text == "null") {
            change.resets.add(field);
            continue;
        }
        change.sets.add(field);
        ENSURE(!engine::read_policy_field(field, text, currencies, change.values));
    }
    return {texts.copy(ask.policy_of), texts.keep(change)};
}

wallet::IdempotencyKey key_of(const Ask& ask, engine::Arena& texts) {
    if (ask.key.empty()) return {};
    Sha256 sha;
    sha.start();
    for (const std::string* value :
         {&ask.amount, &ask.currency, &ask.payee, &ask.reference, &ask.text}) {
        sha.add(as_bytes(*value)).add(as_bytes("|"));
    }
    const Hash hash = sha.finish();
    const std::string operation = std::to_string(static_cast<int>(ask.what)) + " " + ask.user;
    wallet::IdempotencyKey key{texts.copy(operation), texts.copy(ask.key)};
    std::copy_n(hash.begin(), key.payload.size(), key.payload.begin());
    return key;
}

}  // namespace

Ask open_wallet(std::string user, std::string currency) {
    return about(Ask::What::open, std::move(user)).in(std::move(currency));
}
Ask deposit(std::string user, std::string amount) {
    return about(Ask::What::deposit, std::move(user), std::move(amount));
}
Ask withdraw(std::string user, std::string amount) {
    return about(Ask::What::withdraw, std::move(user), std::move(amount));
}
Ask transfer(std::string payer, std::string payee, std::string amount) {
    Ask ask = about(Ask::What::transfer, std::move(payer), std::move(amount));
    ask.payee = std::move(payee);
    return ask;
}
Ask freeze(std::string user, std::string amount) {
    return about(Ask::What::freeze, std::move(user), std::move(amount));
}
Ask unfreeze(std::string user, wallet::PublicId hold) {
    Ask ask = about(Ask::What::unfreeze, hold);
    ask.user = std::move(user);
    return ask;
}
Ask capture(std::string user, wallet::PublicId hold, std::string amount, std::string payee) {
    Ask ask = unfreeze(std::move(user), hold);
    ask.what = Ask::What::capture;
    ask.amount = std::move(amount);
    ask.payee = std::move(payee);
    return ask;
}
Ask expire(wallet::PublicId hold) { return about(Ask::What::expire, hold); }
Ask change_status(wallet::PublicId wallet, wallet::WalletStatus status) {
    Ask ask = about(Ask::What::status, wallet);
    ask.status = status;
    return ask;
}
Ask set_policy(std::string application, std::vector<engine::PolicyText> fields) {
    Ask ask = about(Ask::What::set_policy, "");
    ask.policy_of = std::move(application);
    ask.policy = std::move(fields);
    return ask;
}
Ask remove_policy(std::string application) {
    Ask ask = about(Ask::What::remove_policy, "");
    ask.policy_of = std::move(application);
    return ask;
}
Ask read_policy(std::string application) {
    Ask ask = about(Ask::What::read_policy, "");
    ask.policy_of = std::move(application);
    return ask;
}
Ask adjust(std::string user, bool up, std::string amount) {
    Ask ask = about(Ask::What::adjust, std::move(user), std::move(amount));
    ask.up = up;
    return ask;
}
Ask refund(std::string user, wallet::PublicId transaction, std::string amount) {
    Ask ask = about(Ask::What::refund, std::move(user), std::move(amount));
    ask.id = transaction;
    return ask;
}
Ask cancel(wallet::PublicId transaction) {
    Ask ask = refund("", transaction, "all");
    ask.cancels = true;
    return ask;
}
Ask request_withdrawal(std::string user, std::string amount) {
    return about(Ask::What::request_withdrawal, std::move(user), std::move(amount));
}
Ask decide(wallet::PublicId approval, bool approve, bool of_adjustment) {
    Ask ask = about(Ask::What::decide, approval);
    ask.approve = approve;
    ask.of_adjustment = of_adjustment;
    return ask;
}
Ask take_back(std::string user, wallet::PublicId approval) {
    Ask ask = about(Ask::What::take_back, approval);
    ask.user = std::move(user);
    return ask;
}
Ask list_approvals(engine::ListApprovals filters, std::string user) {
    Ask ask = about(Ask::What::approvals, std::move(user));
    ask.of_approvals = filters;
    return ask;
}
Ask read_wallet(std::string user, std::string currency) {
    return about(Ask::What::read, std::move(user)).in(std::move(currency));
}
Ask list_history(std::string user, engine::ListHistory filters) {
    Ask ask = about(Ask::What::list, std::move(user));
    ask.filters = filters;
    return ask;
}
Ask list_wallets(engine::ListWallets filters, std::string user) {
    Ask ask = about(Ask::What::wallets, std::move(user));
    ask.of_wallets = filters;
    return ask;
}
Ask check_integrity(wallet::PublicId wallet) { return about(Ask::What::integrity, wallet); }

engine::Item item_of(const Ask& ask, engine::Batch& batch, const money::CurrencyTable& currencies) {
    engine::Arena& texts = batch.texts;
    money::Currency currency;
    if (!ask.currency.empty()) {
        const auto found = currencies.find(ask.currency);
        ENSURE(found);
        currency = *found;
    }
    const std::string_view tenant = texts.copy(ask.tenant);
    if (ask.what == Ask::What::read) {
        return engine::ReadWallet{tenant, texts.copy(ask.user), currency};
    }
    if (ask.what == Ask::What::wallets) {
        engine::ListWallets list = ask.of_wallets;
        list.tenant = tenant;
        list.user = texts.copy(ask.user);
        return list;
    }
    if (ask.what == Ask::What::approvals) {
        engine::ListApprovals list = ask.of_approvals;
        list.tenant = tenant;
        list.user = texts.copy(ask.user);
        return list;
    }
    if (ask.what == Ask::What::integrity) return engine::CheckIntegrity{tenant, ask.id};
    if (ask.what == Ask::What::list) {
        engine::ListHistory list = ask.filters;
        list.tenant = tenant;
        list.user = texts.copy(ask.user);
        list.currency = currency;
        return list;
    }
    if (ask.what == Ask::What::read_policy) {
        return engine::ReadPolicy{tenant, texts.copy(ask.policy_of)};
    }
    const wallet::Caller caller{tenant, texts.copy(ask.actor), texts.copy(ask.application)};
    const wallet::Verb verb = ask.what == Ask::What::set_policy
                                  ? wallet::Verb{set_policy_of(ask, texts, currencies)}
                                  : verb_of(ask, texts, currency);
    return wallet::Command{caller, verb, key_of(ask, texts), ask.dry_run};
}

}  // namespace coffer::tests
