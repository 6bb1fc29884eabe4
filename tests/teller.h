#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/store.h"
#include "tests/ask.h"

namespace coffer::tests {

/// A record and the texts it points to.
struct KeptRecord {
    wallet::Record record;
    std::shared_ptr<engine::Arena> texts;
    // What its numbers stand for, by the Names that came with the answer.
    std::string actor;
    std::string application;
    std::string user;
    std::string counterparty;
};

struct KeptRow : KeptRecord {
    std::size_t line = 0;
    std::optional<engine::HoldNow> hold;
    std::optional<wallet::Refunded> refunded;
    [[nodiscard]] const wallet::WalletLine& row() const { return record.wallets[line]; }
    [[nodiscard]] std::optional<Instant> hold_ended_at() const {
        if (!hold || hold->state == wallet::HoldState::open) return std::nullopt;
        return hold->ended_at;
    }
};

/// An answer that outlives the call it came in.
struct Reply {
    enum class Kind {
        applied,
        replayed,
        found,
        wallets,
        approvals,
        page,
        integrity,
        policy,
        refused,
        failed
    };
    Kind kind{};
    KeptRecord record;  ///< of applied and replayed
    wallet::Wallet wallet;
    std::string owner;  ///< of the wallet found
    std::string application;
    std::vector<wallet::Wallet> wallets;
    std::vector<wallet::Approval> approvals;
    std::vector<KeptRow> rows;
    std::uint64_t total = 0;
    bool more = false;
    engine::Integrity integrity;
    wallet::OwnPolicy own_policy;
    wallet::Policy policy;
    wallet::Refusal refusal{};
    engine::Failed failed{};

    [[nodiscard]] bool took_effect() const { return kind == Kind::applied; }
    [[nodiscard]] bool refused_with(wallet::Rejection rejection) const {
        return kind == Kind::refused && refusal.rejection == rejection;
    }
    [[nodiscard]] const wallet::WalletLine& line(std::size_t i = 0) const {
        return record.record.wallets[i];
    }
    [[nodiscard]] wallet::PublicId approval() const { return record.record.approvals[0].id; }
    [[nodiscard]] wallet::PublicId hold() const { return record.record.holds[0].id; }
};

/// Stands at a store's counter: asks, waits, keeps the answers, and fails the test when an item
/// gets no answer or a second one.
class Teller {
public:
    explicit Teller(engine::Store& store);
    Teller(const Teller&) = delete;
    ~Teller();

    /// One batch with one item.
    Reply ask(const Ask& ask);
    /// One batch with all of them; the replies are in the same order.
    std::vector<Reply> ask_all(const std::vector<Ask>& asks);

    [[nodiscard]] wallet::Wallet wallet_of(const std::string& user,
                                           const std::string& currency = "");
    [[nodiscard]] engine::Store& store() { return store_; }

private:
    class Collector;
    struct Bell;
    engine::Store& store_;
    std::shared_ptr<Bell> bell_;
    engine::Cookie next_cookie_ = 1;
};

/// The words of rejection.h.
[[nodiscard]] std::string_view to_text(wallet::Rejection rejection);

/// What an answer says, in a line: "posted", "posted, wallet opened", "done" (nothing moved),
/// "replayed", "exceeds_available_balance available 1.00 needed 2.00" …
[[nodiscard]] std::string describe(const Reply& reply, const money::CurrencyTable& currencies);

}  // namespace coffer::tests
