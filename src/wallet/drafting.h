#pragma once

#include "wallet/command.h"
#include "wallet/context.h"
#include "wallet/loaded.h"
#include "wallet/record.h"
#include "wallet/rejection.h"

namespace coffer::wallet {

/// Puts together the record of one accepted command. Only the verbs use it.
///
/// The book's names (tenant, application, people) are looked up or, when new, introduced; numbers
/// for them come from the context. Nothing here judges: the verb has decided before it drafts.
class Drafting {
public:
    Drafting(const Loaded& loaded, const Context& context, const Caller& caller, Record& draft);

    /// Begins the record: clears the draft, sets kind, tenant, actor and application.
    void start(RecordKind kind);

    /// The subject's number; introduces the person when the book does not know them.
    SubjectNumber subject(std::string_view user_id);

    /// The same for an application of the tenant.
    ApplicationNumber application(std::string_view id);

    void use_reference(std::string_view reference);

    /// Keeps the record's outcome under the command's Idempotency-Key.
    void use_key(const IdempotencyKey& key);

    /// A line for a wallet that exists, or for one that this record opens.
    WalletLine& line_for(const Wallet& wallet, TransactionType type);
    WalletLine& line_for_new(SubjectNumber owner, money::Currency currency, TransactionType type);

    /// What was asked for: waits for a decision, or was decided at once.
    void begin_approval(const Wallet& wallet, ApprovalKind kind, ApprovalState state,
                        money::Amount amount);
    /// The decision.
    void end_approval(const Approval& approval, ApprovalState state);

    /// What becomes of a hold: how much of it is captured now, and whether it has ended.
    void change_hold(const Hold& hold, HoldState state, Int128 captured);

    /// Posts between two wallet or house accounts and carries the result into the lines.
    void post_house(ledger::AccountKind kind, ledger::Side side, money::Amount amount);
    void post_available(WalletLine& line, ledger::Side side, Int128 amount);
    void post_frozen(WalletLine& line, ledger::Side side, Int128 amount);

    /// Adds to the sums of what `wallet`, the first line's, has withdrawn.
    void count_withdrawal(const Wallet& wallet, Int128 amount);

    [[nodiscard]] TenantNumber tenant() const { return draft_.request.tenant; }

private:
    void post(const ledger::AccountRef& ref, ledger::Side side, Int128 amount, Int128 before,
              std::uint64_t number);

    const Loaded& loaded_;
    const Context& context_;
    const Caller& caller_;
    Record& draft_;
    NextNumbers next_;
};

/// The amount in the currency's minor units, or why not.
[[nodiscard]] std::variant<money::Amount, Rejection> amount_in(const money::Decimal& decimal,
                                                               money::Currency currency,
                                                               const Context& context);

/// Whether a repeat of a reference asks for what the first one did: the amount as a value, the
/// currency as asked for, the counterparty; not the description.
[[nodiscard]] bool same_payload(const Record& first, money::Currency currency_asked,
                                const money::Decimal& amount, std::string_view counterparty,
                                const Loaded& loaded, const Context& context);

}  // namespace coffer::wallet
