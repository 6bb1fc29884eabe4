#pragma once

#include <memory>
#include <vector>

#include "engine/local_time.h"
#include "wallet/policy.h"
#include "wallet/record.h"

namespace coffer::engine {

/// The policies of a book: the default and what applications have of their own. Every application
/// has a row with all fields filled in, so that a command finds its policy by one number; the few
/// changes there are work it out anew.
class Policies {
public:
    /// What holds for one application, and what it has of its own.
    struct Row {
        wallet::OwnPolicy own;
        wallet::Policy policy;
        LocalDay today;  ///< the last day asked for
    };

    Policies();

    /// What holds where an application says nothing. `version` is that of the book's record.
    void set_default(std::uint32_t version, const wallet::Policy& policy);
    /// Two fields of the default are not in that record: whether deposits open wallets is in the
    /// settings, how long keys are kept is the process's own.
    void set_auto_open_wallets(bool on);
    void set_idempotency_ttl(std::uint32_t seconds);
    [[nodiscard]] std::uint32_t default_version() const { return default_version_; }
    [[nodiscard]] const wallet::Policy& configured() const { return configured_; }
    [[nodiscard]] const wallet::Policy& standard() const { return rows_[0]->policy; }

    /// Whether it was newer than what is known.
    bool apply(const wallet::PolicyLine& line, const wallet::Record& record);
    /// A row of a checkpoint.
    void restore(wallet::ApplicationNumber application, const wallet::OwnPolicy& own);

    /// Whether any application has, or had, a policy of its own.
    [[nodiscard]] bool any_own() const { return rows_.size() > 1; }
    /// Of an application without one, and of number 0: the default's.
    [[nodiscard]] Row& row(wallet::ApplicationNumber application) const;
    /// Null: it never had anything of its own.
    [[nodiscard]] const wallet::OwnPolicy* own(wallet::ApplicationNumber application) const;

    /// The day that it is now by the row's policy. Worked out once a day.
    [[nodiscard]] static std::int32_t day_of(Row& row, Instant now);

    template <class Visit>
    void visit_own(Visit visit) const {
        for (std::uint32_t number = 1; number < rows_.size(); ++number) {
            if (rows_[number] != nullptr) {
                visit(wallet::ApplicationNumber{number}, rows_[number]->own);
            }
        }
    }

private:
    Row& own_row(wallet::ApplicationNumber application);
    void work_out(Row& row) const;
    void work_out_all();

    std::vector<std::unique_ptr<Row>> rows_;  // by application; [0] is the default
    wallet::Policy configured_;
    std::uint32_t default_version_ = 0;
    bool auto_open_wallets_ = true;
    std::uint32_t idempotency_ttl_s_ = 86'400;
};

}  // namespace coffer::engine
