#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/teller.h"

namespace coffer::tests {

/// An auditor's own books. He enters every record that took effect, in the order of the journal,
/// and notes what an auditor would: faults.md section 4, I1–I9 and I20–I24. He knows the chart of
/// accounts and nothing of the verbs.
class Books {
public:
    struct Line {
        Int128 debits = 0;
        Int128 credits = 0;
        std::uint64_t postings = 0;
        [[nodiscard]] Int128 net_debit() const { return debits - credits; }
    };
    struct WalletPage {
        std::uint32_t tenant = 0;
        std::string owner;
        money::Currency currency;
        std::uint64_t events = 0;
        std::uint64_t rows = 0;
        Int128 available = 0;
        Int128 held = 0;
        bool closed = false;
        std::map<wallet::PublicId, Int128> open_holds;
        std::map<wallet::PublicId, Int128> pending_withdrawals;
        wallet::PublicId id;
    };

    void enter(const KeptRecord& kept);

    /// Everything that was wrong, in words. Empty is what one hopes for.
    [[nodiscard]] const std::vector<std::string>& findings() const { return findings_; }
    [[nodiscard]] const std::map<ledger::AccountRef, Line>& accounts() const { return accounts_; }
    [[nodiscard]] const std::map<std::uint32_t, WalletPage>& wallets() const { return wallets_; }
    [[nodiscard]] std::uint64_t records() const { return records_; }

private:
    void audit_order(const wallet::Record& record);
    void audit_reference(const wallet::Record& record, const std::string& user);
    void audit_postings(const wallet::Record& record);
    void audit_lines(const KeptRecord& kept);
    void audit_holds(const wallet::Record& record);
    void audit_approvals(const wallet::Record& record);
    void audit_refunds(const wallet::Record& record);
    void audit_wallet(const wallet::WalletLine& line, WalletPage& page);
    void expect(bool holds, const char* invariant);

    std::map<ledger::AccountRef, Line> accounts_;
    std::map<std::uint32_t, WalletPage> wallets_;
    std::map<std::pair<std::uint32_t, money::Currency>, Int128> imbalance_;
    std::set<std::tuple<std::uint32_t, std::string, wallet::RecordKind, std::string>> references_;
    std::map<wallet::PublicId, std::uint32_t> holds_;
    std::map<wallet::PublicId, wallet::SubjectNumber> pending_;  // approvals, and who asked
    std::map<wallet::PublicId, Int128> moved_;                   // by entry, what may be refunded
    std::map<wallet::PublicId, Int128> refunded_;                // by entry
    Instant last_at_;
    std::uint32_t last_ordinal_ = 0;
    std::uint64_t records_ = 0;
    std::vector<std::string> findings_;
};

}  // namespace coffer::tests
