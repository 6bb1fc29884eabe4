#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/sim/chance.h"
#include "tests/sim/client.h"
#include "tests/sim/options.h"
#include "tests/sim/scribe.h"
#include "tests/sim/world.h"

namespace coffer::tests::sim {

/// What clients want, in words and as the bytes of a request.
class Asking {
public:
    Asking(const Options& options, Chance& chance, Scribe& scribe, World& world,
           std::vector<Intent>& intents)
        : options_{options}, chance_{chance}, scribe_{scribe}, world_{world}, intents_{intents} {}

    /// Makes up tenants and users.
    void begin();

    [[nodiscard]] Number add(const Intent& intent);
    /// One more try of what is wanted.
    [[nodiscard]] Question movement(Number intent);
    [[nodiscard]] Question some_movement(const Client& client);
    /// Something that was wanted before, more often than not with an outcome that nobody knows.
    [[nodiscard]] std::optional<Question> some_repeat(const Client& client);
    /// The first page, or the one behind the client's cursor.
    [[nodiscard]] Question page(const Client& client, Number wallet, std::uint32_t size);
    [[nodiscard]] Question balance(Number wallet);
    /// A page of the wallet's freezes.
    [[nodiscard]] Question freezes(Number wallet, const std::string& cursor);
    [[nodiscard]] Question status(Number wallet, char status);
    [[nodiscard]] Question integrity(Number wallet, Number asked_by);
    /// Whoever asked for a withdrawal approves it: to be told that somebody else must.
    [[nodiscard]] std::optional<Question> own_approval(const Client& client);
    /// A wallet of another tenant: to be told that there is none.
    [[nodiscard]] Question foreign(Number wallet, Number asked_by);

    [[nodiscard]] Number some_wallet(Number tenant);
    /// The next freeze whose time has come at this wall time, of those that were not said before.
    [[nodiscard]] std::optional<Number> next_due(std::int64_t wall_ms);
    /// When all freezes are due that end by themselves; 0: there is none.
    [[nodiscard]] std::int64_t last_due_ms() const { return last_due_ms_; }
    /// What an answer said is available in a wallet.
    void learn_available(Number wallet, Minor available) { available_[wallet] = available; }

private:
    [[nodiscard]] std::string path_of(const Intent& intent) const;
    [[nodiscard]] std::string body_of(Number intent) const;
    [[nodiscard]] std::string decided_path(const Intent& decision, const std::string& word) const;
    [[nodiscard]] std::string refunded_id(const Intent& refund) const;
    [[nodiscard]] std::optional<Intent> some_refund(const Client& client);
    [[nodiscard]] std::optional<Intent> some_decision(const Client& client);
    [[nodiscard]] std::vector<Number> requests_of(Number tenant) const;
    [[nodiscard]] Intent some_freeze(Intent intent);
    [[nodiscard]] std::optional<Intent> some_end(const Client& client);
    [[nodiscard]] std::string token_of(Number wallet) const;

    const Options& options_;
    Chance& chance_;
    Scribe& scribe_;
    World& world_;
    std::vector<Intent>& intents_;
    std::vector<std::string> names_;  // of tenants
    std::vector<Minor> expiring_;     // by wallet: how many freezes end by themselves
    struct Due {
        std::int64_t at_ms;
        Number freeze;
    };
    std::vector<Due> due_;
    std::int64_t last_due_ms_ = 0;
    std::vector<Minor> available_;
    std::vector<Number> last_refunded_;  // by tenant
};

}  // namespace coffer::tests::sim
