#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "tests/ask.h"
#include "tests/teller.h"

namespace coffer::tests {

/// What a wallet service should answer, written from design.md section 4 and the order of the rules
/// in wallet/rejection.h: no ledger, no records, no batches. Amounts are small integers.
class WalletModel {
public:
    struct Options {
        bool auto_open_wallets = true;
        std::size_t wallets_per_user_max = 1000;
        bool review_withdrawals = false;
        std::optional<long> adjust_alone_max{};  ///< whole units of any currency
    };
    explicit WalletModel(Options options) : options_{options} {}

    /// What describe() should say of the answer; changes what the model knows.
    [[nodiscard]] std::string expected(const Ask& ask);
    /// What the clock says from now on.
    void at(Instant now) { now_ = now; }
    /// Learns the ids that the answer to the oldest ask not yet learned from brought.
    void learn(const Reply& reply);

    struct Wallet {
        std::string tenant;
        std::string user;
        std::string currency;
        wallet::WalletStatus status = wallet::WalletStatus::active;
        long available = 0;
        long held = 0;
        std::size_t open_holds = 0;
        long withdrawn = 0;  ///< today; no test of the model lasts longer
        wallet::PublicId id;
    };
    [[nodiscard]] const std::vector<Wallet>& wallets() const { return wallets_; }
    /// The wallet a read falls to; nothing where there is none.
    [[nodiscard]] const Wallet* readable(const std::string& tenant, const std::string& user,
                                         const std::string& currency) const;

    struct Hold {
        std::size_t wallet;
        long left;
        Instant expires_at{};  ///< 0: never
        bool open = true;
        wallet::PublicId id{};
    };
    [[nodiscard]] const std::vector<Hold>& holds() const { return holds_; }

    /// A deposit, withdrawal or transfer, of which something may be given back.
    struct Entry {
        std::optional<std::size_t> payer;  ///< none: the house
        std::optional<std::size_t> payee;
        long amount = 0;
        long refunded = 0;
        wallet::PublicId
            ids[2];  ///< the payer's row, the payee's; the one side's of one-sided ones
    };
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

    /// A withdrawal or adjustment that waits, or was decided.
    struct Approval {
        std::size_t wallet;
        long amount;
        bool adjustment;
        bool up;
        std::string requester;
        bool pending = true;
        wallet::PublicId id;
    };
    [[nodiscard]] const std::vector<Approval>& approvals() const { return approvals_; }

private:
    using Said = std::string;
    using Pick = std::pair<std::optional<std::size_t>, Said>;
    using ReferenceKey = std::tuple<std::string, std::string, Ask::What, std::string>;
    using Fields = std::map<wallet::PolicyField, std::string>;
    struct Use {
        std::string currency_asked;
        std::string wallet_currency;
        long amount;
        std::string payee;
        wallet::PublicId transaction{};
        bool all = false;
        bool cancels = false;
        bool up = true;
        Instant expires_at{};
        bool took_all = false;  ///< a capture, all that was left
    };
    // What one ask brought into being, to be named by its reply.
    struct Born {
        std::optional<std::size_t> wallet;
        std::optional<std::size_t> hold;
        std::optional<std::size_t> entry;
        std::optional<std::size_t> approval;
    };

    [[nodiscard]] Said open(const Ask& ask);
    [[nodiscard]] Said deposit(const Ask& ask);
    [[nodiscard]] Said pay(const Ask& ask);
    [[nodiscard]] Said unfreeze(const Ask& ask);
    [[nodiscard]] Said capture(const Ask& ask);
    [[nodiscard]] Said expire(const Ask& ask);
    [[nodiscard]] std::pair<Hold*, Said> open_hold(const Ask& ask);
    [[nodiscard]] bool is_due(const Hold& hold) const {
        return hold.expires_at != Instant{} && hold.expires_at <= now_;
    }
    void give_back(Hold& hold);
    [[nodiscard]] Said change_status(const Ask& ask);
    [[nodiscard]] Said set_policy(const Ask& ask);
    [[nodiscard]] Said remove_policy(const Ask& ask);
    /// What the policy says; "" where it says nothing.
    [[nodiscard]] Said coming_in(const Ask& ask, const std::string& currency, long posted,
                                 long amount) const;
    [[nodiscard]] Said over_float(const Ask& ask, const std::string& currency, long amount) const;
    [[nodiscard]] Said going_out(const Ask& ask, const Wallet& from, long amount) const;
    /// As the application has it; `otherwise` where it has nothing.
    [[nodiscard]] std::string field_of(const Ask& ask, wallet::PolicyField field,
                                       const std::string& otherwise) const;
    [[nodiscard]] Said adjust(const Ask& ask);
    [[nodiscard]] Said refund(const Ask& ask);
    [[nodiscard]] Said request_withdrawal(const Ask& ask);
    [[nodiscard]] Said decide(const Ask& ask);
    [[nodiscard]] Said take_back(const Ask& ask);
    [[nodiscard]] std::pair<Approval*, Said> pending(const Ask& ask, bool adjustment);
    void release(Approval& approval);
    void add_approval(const Approval& approval);
    void pay_out(std::size_t wallet, long amount);
    /// What asks for a second person; "" where nothing does.
    [[nodiscard]] Said unreviewed(const Ask& ask, const Wallet& from, long amount) const;
    void add_entry(std::optional<std::size_t> payer, std::optional<std::size_t> payee, long amount);

    [[nodiscard]] std::vector<std::size_t> wallets_of(const std::string& tenant,
                                                      const std::string& user) const;
    [[nodiscard]] std::optional<std::size_t> open_in(const std::string& tenant,
                                                     const std::string& user,
                                                     const std::string& currency) const;
    [[nodiscard]] Pick pick(const Ask& ask) const;
    [[nodiscard]] std::optional<Said> used_reference(const Ask& ask) const;
    void use_reference(const Ask& ask, const std::string& currency, long amount);
    [[nodiscard]] std::size_t add_wallet(const Ask& ask, const std::string& currency);

    Options options_;
    Instant now_;
    std::vector<Wallet> wallets_;
    std::vector<Hold> holds_;
    std::vector<Entry> entries_;
    std::vector<Approval> approvals_;
    std::map<ReferenceKey, Use> references_;
    std::map<std::pair<std::string, std::string>, Fields> policies_;  // tenant, application
    std::map<std::pair<std::string, std::string>, long> settlement_;  // tenant, currency
    std::vector<Born> born_;
    std::size_t learned_ = 0;
};

}  // namespace coffer::tests
