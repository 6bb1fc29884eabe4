#include "tests/history/generator_wishes.h"

#include <algorithm>
#include <array>

namespace coffer::tests::history {
namespace {

bool moves_for_good(Verb verb) {
    return verb == Verb::deposit || verb == Verb::withdraw || verb == Verb::transfer ||
           verb == Verb::request_paid || verb == Verb::approve || verb == Verb::capture;
}

Number payee_of(const GeneratorService::Intent& original) {
    return original.verb == Verb::capture ? original.other_wallet : original.payee;
}

}  // namespace

GeneratorService::Intent CorrectionWishes::some(Number tenant, Number wallet, std::uint64_t kind) {
    if (kind < 2) {
        return {.verb = draw(4) == 0 ? Verb::request_paid : Verb::request,
                .wallet = wallet,
                .amount = static_cast<Minor>(draw(10'000)) + 1};
    }
    if (kind < 4) {
        if (const auto wish = decision(tenant)) return *wish;
    }
    if (kind >= 4 && kind < 6) {
        return {.verb = Verb::freeze_until,
                .wallet = wallet,
                .amount = static_cast<Minor>(draw(500)) + 1};
    }
    if (kind >= 6 && kind < 10) {
        if (const auto wish = payment(tenant, wallet)) return *wish;
    }
    if (draw(4) != 0) {
        if (const auto wish = refund(tenant)) return *wish;
    }
    return {.verb = draw(2) == 0 ? Verb::adjust_up : Verb::adjust_down,
            .wallet = wallet,
            .amount = static_cast<Minor>(draw(10'000)) + 1};
}

/// The last such one more often than not.
std::optional<GeneratorService::Intent> CorrectionWishes::refund(Number tenant) {
    Number& last = last_refunded_[tenant];
    for (int tries = 0; tries < 20 && service_.intents() != 0; ++tries) {
        const bool again = tries == 0 && last != none && draw(4) != 0;
        const Number number = again ? last : static_cast<Number>(draw(service_.intents()));
        const GeneratorService::Intent& original = service_.intent(number);
        const bool fits = moves_for_good(original.verb) && is_known(original);
        if (!fits || !is_of(tenant, original)) continue;
        last = number;
        GeneratorService::Intent refund{
            .verb = Verb::refund, .wallet = original.wallet, .origin = number};
        if (const Number payee = payee_of(original); payee != none) {
            const bool by_payee = draw(2) == 0;
            refund.wallet = by_payee ? payee : original.wallet;
            refund.other_wallet = by_payee ? original.wallet : payee;
        }
        const std::uint64_t kind = draw(8);
        if (kind == 0) refund.verb = Verb::cancel;
        refund.all_left = kind <= 1;
        refund.amount =
            1 + static_cast<Minor>(draw(static_cast<std::uint64_t>(original.amount) / 2 + 1));
        return refund;
    }
    return std::nullopt;
}

/// About one of the last freezes.
std::optional<GeneratorService::Intent> CorrectionWishes::payment(Number tenant, Number payee) {
    for (std::size_t back = 0; back < std::min<std::size_t>(freezes_.size(), 30); ++back) {
        const Number number = freezes_[freezes_.size() - 1 - back];
        const GeneratorService::Intent& freeze = service_.intent(number);
        if (!is_known(freeze) || draw(3) == 0 || !is_of(tenant, freeze)) continue;
        GeneratorService::Intent wanted{
            .verb = Verb::unfreeze, .wallet = freeze.wallet, .freeze = number, .all_left = true};
        const std::uint64_t kind = draw(8);
        if (kind == 0) return wanted;
        wanted.verb = Verb::capture;
        wanted.all_left = kind == 1;
        wanted.amount =
            1 + static_cast<Minor>(draw(static_cast<std::uint64_t>(freeze.amount) / 2 + 1));
        if (payee != freeze.wallet && draw(2) == 0) wanted.other_wallet = payee;
        return wanted;
    }
    return std::nullopt;
}

/// About one of the last requests.
std::optional<GeneratorService::Intent> CorrectionWishes::decision(Number tenant) {
    for (std::size_t back = 0; back < std::min<std::size_t>(requests_.size(), 20); ++back) {
        const Number number = requests_[requests_.size() - 1 - back];
        const GeneratorService::Intent& request = service_.intent(number);
        if (!is_known(request) || draw(3) == 0 || !is_of(tenant, request)) continue;
        constexpr std::array<Verb, 3> verbs{Verb::approve, Verb::reject, Verb::take_back};
        return GeneratorService::Intent{.verb = verbs[draw(3)],
                                        .wallet = request.wallet,
                                        .amount = request.amount,
                                        .origin = number};
    }
    return std::nullopt;
}

}  // namespace coffer::tests::history
