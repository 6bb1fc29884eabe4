// covers: H11, N13
// Amounts as texts: what is taken has exactly one text, which is printed again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ensure.h"
#include "money/decimal.h"

namespace coffer::money {
namespace {

void one_input(std::string_view text) {
    const auto decimal = parse_decimal(text);
    if (!decimal) return;
    ENSURE(decimal->digits >= 0 && decimal->scale >= 0 && text.size() <= 64);
    std::string printed;
    append_minor_units(printed, decimal->digits, decimal->scale);
    ENSURE(printed == text);

    for (const int decimals : {0, 2, 3, 8, 18}) {
        const auto amount = to_amount(*decimal, Currency{156}, decimals);
        if (!amount) continue;
        ENSURE(amount->minor_units() > 0 && amount->minor_units() <= amount_minor_units_max);
        ENSURE(decimal->scale <= decimals);
        std::string exact;
        append_minor_units(exact, amount->minor_units(), decimals);
        const auto again = parse_decimal(exact);
        ENSURE(again && again->scale == decimals);
        const auto same = to_amount(*again, Currency{156}, decimals);
        ENSURE(same && *same == *amount);
    }
}

}  // namespace
}  // namespace coffer::money

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    coffer::money::one_input({reinterpret_cast<const char*>(data), size});
    return 0;
}
