#include "wallet/limits.h"

#include <algorithm>

namespace coffer::wallet {
namespace {

/// The limit in minor units; none where it is 0, which stands for no limit.
std::optional<Int128> ceiling_of(const Context& context, PolicyField field,
                                 money::Currency currency) {
    const money::Decimal& limit = context.policy->limit(field);
    if (limit.digits == 0) return std::nullopt;
    return ceiling_in(limit, context.currencies->decimals(currency));
}

/// Refused when `amount` on top of `so_far` is over the limit; names what is left of it.
std::optional<Refusal> judge_sum(const Context& context, PolicyField field, Rejection rejection,
                                 money::Amount amount, Int128 so_far) {
    const auto ceiling = ceiling_of(context, field, amount.currency());
    if (!ceiling) return std::nullopt;
    const Int128 left = std::max<Int128>(*ceiling - so_far, 0);
    if (amount.minor_units() <= left) return std::nullopt;
    return Refusal{.rejection = rejection,
                   .currency = amount.currency(),
                   .available = left,
                   .needed = amount.minor_units()};
}

}  // namespace

std::optional<Refusal> judge_incoming(const Context& context, money::Amount amount, Int128 posted) {
    if (!context.policy->supports(amount.currency())) {
        return Refusal{.rejection = Rejection::currency_not_supported,
                       .currency = amount.currency()};
    }
    return judge_sum(context, PolicyField::max_balance, Rejection::balance_over_limit, amount,
                     posted);
}

std::optional<Refusal> judge_float(const Setting& setting, TenantNumber tenant,
                                   money::Amount amount) {
    const Context& context = setting.context;
    if (!context.policy->is_on(PolicyField::prefunded)) return std::nullopt;
    const money::Currency currency = amount.currency();
    const Int128 covered = ceiling_in(context.policy->limit(PolicyField::prefunded_float),
                                      context.currencies->decimals(currency));
    const ledger::Account settlement =
        setting.loaded.house_account({tenant, ledger::AccountKind::settlement, currency, {}});
    const Int128 left = std::max<Int128>(covered - settlement.balance, 0);
    if (amount.minor_units() <= left) return std::nullopt;
    return Refusal{.rejection = Rejection::float_exceeded,
                   .currency = currency,
                   .available = left,
                   .needed = amount.minor_units()};
}

std::optional<Refusal> judge_withdrawal(const Setting& setting, const Wallet& wallet,
                                        money::Amount amount) {
    const Context& context = setting.context;
    const money::Decimal& least = context.policy->limit(PolicyField::min_withdraw_amount);
    if (least.digits != 0) {
        const Int128 minimum = minimum_in(least, context.currencies->decimals(wallet.currency));
        if (amount.minor_units() < minimum) {
            return Refusal{.rejection = Rejection::withdrawal_below_minimum,
                           .currency = wallet.currency,
                           .available = minimum,
                           .needed = amount.minor_units()};
        }
    }
    if (!context.local_day) return std::nullopt;
    if (context.policy->limit(PolicyField::daily_withdraw_limit).digits == 0 &&
        context.policy->limit(PolicyField::monthly_withdraw_limit).digits == 0) {
        return std::nullopt;
    }
    const Withdrawn so_far = setting.loaded.withdrawn(wallet.number).on(*context.local_day);
    if (auto refusal = judge_sum(context, PolicyField::daily_withdraw_limit,
                                 Rejection::daily_withdraw_limit_exceeded, amount, so_far.in_day)) {
        return refusal;
    }
    return judge_sum(context, PolicyField::monthly_withdraw_limit,
                     Rejection::monthly_withdraw_limit_exceeded, amount, so_far.in_month);
}

bool needs_review(const Context& context, money::Amount amount) {
    if (!context.policy->is_on(PolicyField::withdrawal_require_review)) return false;
    return amount.minor_units() > ceiling_in(context.policy->limit(PolicyField::auto_approve_limit),
                                             context.currencies->decimals(amount.currency()));
}

}  // namespace coffer::wallet
