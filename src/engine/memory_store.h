#pragma once

#include <functional>
#include <optional>

#include "engine/dry_run.h"
#include "engine/memory_book.h"
#include "engine/memory_loaded.h"

namespace coffer::engine {

/// The whole port in memory, for tests: plain, deterministic, and strict with the verbs. It keeps
/// the journal's bytes, reads everything back from them, and hands a verb only what it named.
class MemoryStore final : public Store {
public:
    struct Options {
        /// Asked once a batch; what it gives is never taken to go back.
        std::function<Instant()> now = [] { return Instant{1'760'000'000'000}; };
        Genesis genesis{};
        /// Units besides those of ISO 4217.
        std::vector<money::CurrencyInfo> units{};
        wallet::Settings settings{.version = 1, .default_currency = {156}};  // CNY
        wallet::Policy policy{};
        std::uint32_t wallets_per_user_max = 1000;
        std::int64_t idempotency_ttl_s = 86'400;
        std::optional<money::Decimal> adjust_alone_max{};
    };
    MemoryStore();
    explicit MemoryStore(Options options);

    /// The same book, rebuilt from nothing but its records: what a restart would know.
    [[nodiscard]] std::unique_ptr<MemoryStore> reopened() const;

    void execute(Batch& batch, Answers& answers) override;
    void poll(Answers&) override {}
    void wake_with(std::function<void()>) override {}
    [[nodiscard]] bool healthy() const override;
    [[nodiscard]] bool writable() const override { return !refuse_with_; }
    [[nodiscard]] const money::CurrencyTable& currencies() const override;
    [[nodiscard]] const wallet::Settings& settings() const override;
    [[nodiscard]] const wallet::Policy& policy_for(std::string_view tenant,
                                                   std::string_view application) const override;
    [[nodiscard]] std::vector<DueHold> due_holds(Instant now, std::size_t most) const override {
        return book_.due_holds(now, most);
    }
    [[nodiscard]] Head head() const override { return book_.head(); }
    [[nodiscard]] Epoch epoch() const override {
        const bool restored = refuse_with_ == Failed::Kind::read_only;
        return restored ? Epoch{.number = 2, .state = Epoch::State::restored} : Epoch{};
    }
    [[nodiscard]] StoreFigures figures() const override;
    [[nodiscard]] Hash key_for(std::string_view purpose) const override;

    /// From now on every command is answered so, and nothing is touched; reads go on.
    void refuse_writes_with(std::optional<Failed::Kind> kind) { refuse_with_ = kind; }
    [[nodiscard]] const MemoryBook& book() const { return book_; }
    /// For tests of what notices damage.
    [[nodiscard]] MemoryBook& damage() { return book_; }

private:
    // What is known of an item's answer before the batch ends.
    struct Recorded {
        Position position;
        bool replayed;
    };
    struct OnePolicy {
        ReadPolicy asked;
        Policies::Row row;
    };
    using Outcome = std::variant<Recorded, std::shared_ptr<DryRun>, wallet::Wallet, WalletPage,
                                 Page, ApprovalPage, Integrity, OnePolicy, wallet::Refusal, Failed>;

    MemoryStore(Options options, MemoryBook book);
    [[nodiscard]] Outcome run(const wallet::Command& command);
    [[nodiscard]] Outcome run(const ReadWallet& query);
    [[nodiscard]] Outcome run(const ListWallets& query);
    [[nodiscard]] Outcome run(const ListHistory& query);
    [[nodiscard]] Outcome run(const ListApprovals& query);
    [[nodiscard]] Outcome run(const CheckIntegrity& query);
    [[nodiscard]] Outcome run(const ReadPolicy& query);
    [[nodiscard]] Policies::Row& policy_row(std::string_view tenant,
                                            std::string_view application) const;
    [[nodiscard]] const wallet::Wallet* wallet_for_read(std::string_view tenant,
                                                        std::string_view user,
                                                        money::Currency currency) const;
    [[nodiscard]] wallet::Context context_for(const wallet::Command& command);
    void give(Cookie cookie, Outcome outcome, Answers& answers) const;

    Options options_;
    MemoryBook book_;
    PublicIds ids_;
    Sha256 sha256_;
    Instant now_;
    std::uint64_t law_breaches_ = 0;
    std::optional<Failed::Kind> refuse_with_;
};

/// One page of a wallet's history, by looking at every record of it.
[[nodiscard]] Page page_of(const MemoryBook& book, const MemoryBook::WalletRow& row,
                           const ListHistory& query);
[[nodiscard]] Integrity integrity_of(const MemoryBook& book, const MemoryBook::WalletRow& row);

}  // namespace coffer::engine
