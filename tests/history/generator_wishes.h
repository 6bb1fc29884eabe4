#pragma once

#include <optional>
#include <random>
#include <vector>

#include "tests/history/generator_service.h"

namespace coffer::tests::history {

/// What the clients of a generated history want to refund, to decide and to pay out of freezes:
/// only what one of them knows of, and often the same, so that they race for it.
class CorrectionWishes {
public:
    CorrectionWishes(const GeneratorService& service, std::mt19937_64& random, Number tenants)
        : service_{service}, random_{random}, tenants_{tenants}, last_refunded_(tenants, none) {}

    void requested(Number withdrawal) { requests_.push_back(withdrawal); }
    void frozen(Number freeze) { freezes_.push_back(freeze); }

    /// `kind` is below 16 and says what; an adjustment where nobody knows of anything.
    [[nodiscard]] GeneratorService::Intent some(Number tenant, Number wallet, std::uint64_t kind);

private:
    [[nodiscard]] std::optional<GeneratorService::Intent> refund(Number tenant);
    [[nodiscard]] std::optional<GeneratorService::Intent> decision(Number tenant);
    /// To `payee` or to nobody; or the freeze is to end.
    [[nodiscard]] std::optional<GeneratorService::Intent> payment(Number tenant, Number payee);
    std::uint64_t draw(std::uint64_t below) { return random_() % below; }
    [[nodiscard]] static bool is_known(const GeneratorService::Intent& intent) {
        return intent.heard && intent.seq != 0;
    }
    [[nodiscard]] bool is_of(Number tenant, const GeneratorService::Intent& intent) const {
        return intent.wallet % tenants_ == tenant;
    }

    const GeneratorService& service_;
    std::mt19937_64& random_;
    Number tenants_;
    std::vector<Number> requests_;
    std::vector<Number> freezes_;
    std::vector<Number> last_refunded_;  // by tenant
};

}  // namespace coffer::tests::history
