#pragma once

#include "wallet/decide.h"

// One pair of functions a verb, each pair in a file of its own name. `apply` is one for all verbs,
// because records say what things are afterwards: see apply.h.

namespace coffer::wallet {

/// Everything a verb is given besides its own fields.
struct Setting {
    const Caller& caller;
    const Loaded& loaded;
    const Context& context;
};

void touches(const OpenWallet& verb, const Setting& setting, Keys& keys);
void touches(const Deposit& verb, const Setting& setting, Keys& keys);
void touches(const Withdraw& verb, const Setting& setting, Keys& keys);
void touches(const Transfer& verb, const Setting& setting, Keys& keys);
void touches(const Freeze& verb, const Setting& setting, Keys& keys);
void touches(const Unfreeze& verb, const Setting& setting, Keys& keys);
void touches(const ChangeStatus& verb, const Setting& setting, Keys& keys);
void touches(const SetPolicy& verb, const Setting& setting, Keys& keys);
void touches(const RemovePolicy& verb, const Setting& setting, Keys& keys);
void touches(const Adjust& verb, const Setting& setting, Keys& keys);
void touches(const Refund& verb, const Setting& setting, Keys& keys);
void touches(const RequestWithdrawal& verb, const Setting& setting, Keys& keys);
void touches(const DecideApproval& verb, const Setting& setting, Keys& keys);
void touches(const CancelWithdrawal& verb, const Setting& setting, Keys& keys);
void touches(const Capture& verb, const Setting& setting, Keys& keys);
void touches(const ExpireFreeze& verb, const Setting& setting, Keys& keys);

[[nodiscard]] Decision decide(const OpenWallet& verb, const Setting& setting, Record& draft);
[[nodiscard]] Decision decide(const Deposit& verb, const Setting& setting, Record& draft);
[[nodiscard]] Decision decide(const Withdraw& verb, const Setting& setting, Record& draft);
[[nodiscard]] Decision decide(const Transfer& verb, const Setting& setting, Record& draft);
[[nodiscard]] Decision decide(const Freeze& verb, const Setting& setting, Record& draft);
[[nodiscard]] Decision decide(const Unfreeze& verb, const Setting& setting, Record& draft);
[[nodiscard]] Decision decide(const ChangeStatus& verb, const Setting& setting, Record& draft);
[[nodiscard]] Decision decide(const SetPolicy& verb, const Setting& setting, Record& draft);
[[nodiscard]] Decision decide(const RemovePolicy& verb, const Setting& setting, Record& draft);
[[nodiscard]] Decision decide(const Adjust& verb, const Setting& setting, Record& draft);
[[nodiscard]] Decision decide(const Refund& verb, const Setting& setting, Record& draft);
[[nodiscard]] Decision decide(const RequestWithdrawal& verb, const Setting& setting, Record& draft);
[[nodiscard]] Decision decide(const DecideApproval& verb, const Setting& setting, Record& draft);
[[nodiscard]] Decision decide(const CancelWithdrawal& verb, const Setting& setting, Record& draft);
[[nodiscard]] Decision decide(const Capture& verb, const Setting& setting, Record& draft);
[[nodiscard]] Decision decide(const ExpireFreeze& verb, const Setting& setting, Record& draft);

/// The keys every verb needs: tenant, application, actor.
void touches_caller(const Caller& caller, Keys& keys);
/// A house account of `currency`, once the tenant is known.
void touches_house(const Setting& setting, ledger::AccountKind kind, money::Currency currency,
                   Keys& keys);
/// The settlement account of `currency`, once the tenant is known.
void touches_settlement(const Setting& setting, money::Currency currency, Keys& keys);

/// The user of the caller's tenant, or nothing when the book does not know them.
[[nodiscard]] const User* user_of(const Setting& setting, std::string_view user_id);

}  // namespace coffer::wallet
