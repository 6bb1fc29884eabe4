#include "ledger/entry.h"

namespace coffer::ledger {

std::optional<Int128> balance_after(AccountKind kind, Side side, Int128 balance, Int128 amount) {
    return side == normal_balance(type_of(kind)) ? checked_plus(balance, amount)
                                                 : checked_minus(balance, amount);
}

}  // namespace coffer::ledger
