#include "tests/sim/options.h"

#include "tests/sim/chance.h"

namespace coffer::tests::sim {

Options options_of(std::uint64_t seed) {
    Chance chance{seed ^ 0x5eed};
    Options options;
    options.seed = seed;
    options.steps = static_cast<std::uint32_t>(chance.between(300, 2'000));
    options.clients = static_cast<std::uint32_t>(chance.between(1, 12));
    options.tenants = static_cast<std::uint32_t>(chance.between(1, 3));
    options.users = static_cast<std::uint32_t>(chance.between(1, 4));
    for (bool& has : options.troubles) has = chance.percent(55);
    // Every run dies at least once in some way.
    if (!options.has(Trouble::kill) && !options.has(Trouble::write_error)) {
        options.troubles[static_cast<std::size_t>(Trouble::power_loss)] = true;
    }
    options.reviews_withdrawals = chance.percent(65);
    return options;
}

std::string Options::text() const {
    std::string text = "seed " + std::to_string(seed) + ", " + std::to_string(steps) + " steps, " +
                       std::to_string(clients) + " clients, " + std::to_string(tenants) +
                       " tenants of " + std::to_string(users) + " users, with";
    bool any = false;
    for (std::size_t i = 0; i < trouble_count; ++i) {
        if (!troubles[i]) continue;
        text += " " + std::string{trouble_names[i]};
        any = true;
    }
    if (!any) text += " no troubles";
    if (reviews_withdrawals) text += ", withdrawals reviewed";
    if (mutant == Mutant::answer_before_sync) text += ", mutant answer_before_sync";
    if (mutant == Mutant::no_folder_sync) text += ", mutant no_folder_sync";
    return text;
}

}  // namespace coffer::tests::sim
