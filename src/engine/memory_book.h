#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "engine/policies.h"
#include "engine/public_ids.h"
#include "engine/record_codec.h"
#include "engine/store.h"
#include "wallet/context.h"

namespace coffer::engine {

/// The journal of the memory store and everything that follows from it, in plain ordered maps.
///
/// Records go in as bytes and only as bytes: what is known is what the codec could bring back, and
/// adding the same bytes to an empty book gives the same book.
class MemoryBook final : public Names {
public:
    struct StoredRecord {
        std::string bytes;
        Instant at;
        std::uint64_t sequence = 0;
        std::uint32_t ordinal = 0;
        Hash hash{};
    };
    struct WalletRow {
        wallet::Wallet wallet;
        std::vector<Position> history;  ///< one place an event
        std::vector<Hash> links;
    };

    MemoryBook(const Genesis& genesis, Instant time, std::span<const money::CurrencyInfo> units,
               const wallet::Settings& settings, const wallet::Policy& policy);
    /// The book that `journal`, the records of another one, tells of.
    explicit MemoryBook(const std::vector<StoredRecord>& journal);
    MemoryBook(MemoryBook&&) = default;

    // Writing. The records added since the last end_batch() are the open batch.

    /// Links of a drafted record's lines, as the format wants them.
    [[nodiscard]] Links links_of(const wallet::Record& record) const;
    /// The place of the new record.
    Position add(std::string bytes, Instant time);
    /// Makes the open batch the head; nothing happens when it is empty.
    void end_batch(Instant time);
    [[nodiscard]] std::uint64_t open_sequence() const { return head_.sequence + 1; }
    [[nodiscard]] std::uint32_t open_ordinal() const { return ordinal_; }

    // The journal.

    [[nodiscard]] const StoredRecord& record(Position position) const;
    /// The movement at `position`, its instant and ids set; texts point into the book.
    void read(Position position, Movement& into) const;
    [[nodiscard]] const std::vector<StoredRecord>& journal() const { return journal_; }
    [[nodiscard]] std::vector<StoredRecord>& damage() { return journal_; }
    [[nodiscard]] const Head& head() const { return head_; }
    [[nodiscard]] const Genesis& genesis() const { return genesis_; }

    // What is known.

    [[nodiscard]] const wallet::Tenant* tenant(std::string_view id) const;
    [[nodiscard]] wallet::ApplicationNumber application_number(wallet::TenantNumber tenant,
                                                               std::string_view id) const;
    [[nodiscard]] const wallet::User* user(wallet::TenantNumber tenant, std::string_view id) const;
    [[nodiscard]] const std::vector<wallet::WalletNumber>& wallets_of(
        wallet::SubjectNumber owner) const;
    [[nodiscard]] const WalletRow& row(wallet::WalletNumber number) const;
    [[nodiscard]] const wallet::Wallet* find_wallet(wallet::PublicId id) const;
    [[nodiscard]] const wallet::Hold* hold(wallet::PublicId id) const;
    [[nodiscard]] std::vector<DueHold> due_holds(Instant now, std::size_t most) const;
    [[nodiscard]] const wallet::Approval* approval(wallet::PublicId id) const;
    /// In the order in which they were asked for; the first has number 1.
    [[nodiscard]] const std::deque<wallet::Approval>& approvals() const { return approvals_; }
    [[nodiscard]] const wallet::Refunded* refunded(wallet::PublicId entry) const;
    /// Where the movement is whose id it would be, if the id is one; 0: there is none.
    [[nodiscard]] Position origin(wallet::PublicId id) const;
    [[nodiscard]] ledger::Account house_account(const ledger::AccountRef& ref) const;
    /// Position 0: the reference is new.
    [[nodiscard]] Position reference(const wallet::Fingerprint& fingerprint) const;
    /// The last record that was kept under this Idempotency-Key; 0: none was.
    [[nodiscard]] Position kept(const wallet::Fingerprint& fingerprint) const;
    [[nodiscard]] wallet::NextNumbers next_numbers() const;
    [[nodiscard]] const money::CurrencyTable& currencies() const { return currencies_; }
    [[nodiscard]] const wallet::Settings& settings() const { return settings_; }
    [[nodiscard]] wallet::Withdrawn withdrawn(wallet::WalletNumber number) const;
    [[nodiscard]] Policies& policies() { return policies_; }
    [[nodiscard]] const Policies& policies() const { return policies_; }
    [[nodiscard]] StoreFigures figures() const;

    [[nodiscard]] std::string_view subject(wallet::SubjectNumber number) const override;
    [[nodiscard]] std::string_view application(wallet::ApplicationNumber number) const override;
    [[nodiscard]] const wallet::Wallet& wallet(wallet::WalletNumber number) const override;

private:
    using NameInTenant = std::pair<wallet::TenantNumber, std::string>;

    void apply(const wallet::Record& record, Position position);
    void apply_names(const wallet::Record& record);
    void apply_approval(const wallet::ApprovalLine& line, const wallet::Record& record);
    void apply_line(const wallet::WalletLine& line, const wallet::Record& record,
                    Position position);

    std::vector<StoredRecord> journal_;
    Head head_;
    std::size_t open_first_ = 0;
    std::uint32_t ordinal_ = 0;

    Genesis genesis_;
    mutable PublicIds ids_;
    money::CurrencyTable currencies_;
    wallet::Settings settings_;
    Policies policies_;
    std::map<wallet::WalletNumber, wallet::Withdrawn> withdrawn_;
    std::map<std::string, wallet::Tenant, std::less<>> tenants_;
    std::map<NameInTenant, wallet::ApplicationNumber> applications_;
    std::map<NameInTenant, wallet::User> users_;
    std::deque<std::string> application_ids_;
    std::deque<std::string> subject_ids_;
    std::deque<WalletRow> wallets_;
    std::map<wallet::SubjectNumber, std::vector<wallet::WalletNumber>> wallets_of_;
    std::map<wallet::PublicId, wallet::WalletNumber> wallet_by_id_;
    std::map<wallet::PublicId, wallet::Hold> holds_;
    std::map<wallet::PublicId, wallet::Refunded> refunded_;
    std::deque<wallet::Approval> approvals_;
    std::map<wallet::PublicId, std::size_t> approval_by_id_;
    std::map<ledger::AccountRef, ledger::Account> accounts_;
    std::map<wallet::Fingerprint, Position> references_;
    std::map<wallet::Fingerprint, Position> kept_;
};

}  // namespace coffer::engine
