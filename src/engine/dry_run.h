#pragma once

#include "engine/store.h"

namespace coffer::engine {

/// What a command would have done: the draft of a record that is never written, and names for what
/// it would have introduced. Its ids are all zero. Its texts live as long as the command's.
class DryRun final : public Names {
public:
    DryRun(const wallet::Record& draft, const Names& book);

    [[nodiscard]] const wallet::Record& record() const { return record_; }

    [[nodiscard]] std::string_view subject(wallet::SubjectNumber number) const override;
    [[nodiscard]] std::string_view application(wallet::ApplicationNumber number) const override;
    [[nodiscard]] const wallet::Wallet& wallet(wallet::WalletNumber number) const override;

private:
    const Names& book_;
    wallet::Record record_;
    wallet::Wallet opened_;  // number 0: none would be
};

}  // namespace coffer::engine
