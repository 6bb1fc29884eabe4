#include "engine/dry_run.h"

#include "wallet/apply.h"

namespace coffer::engine {

DryRun::DryRun(const wallet::Record& draft, const Names& book) : book_{book}, record_{draft} {
    record_.ids = {};
    if (record_.kind == wallet::RecordKind::freeze) {
        for (auto& hold : record_.holds) hold.id = {};
    }
    for (auto& approval : record_.approvals) {
        if (approval.version == 1 || approval.state == wallet::ApprovalState::auto_approved) {
            approval.id = {};
        }
    }
    for (auto& line : record_.wallets) {
        if (!line.opened) continue;
        line.id = {};
        wallet::apply(line, record_, opened_);
    }
}

// Numbers of the draft first: a command of the same round may have been given them in earnest.

std::string_view DryRun::subject(wallet::SubjectNumber number) const {
    for (const auto& added : record_.new_subjects) {
        if (added.number == number) return added.id;
    }
    return book_.subject(number);
}

std::string_view DryRun::application(wallet::ApplicationNumber number) const {
    for (const auto& added : record_.new_applications) {
        if (added.number == number) return added.id;
    }
    return book_.application(number);
}

const wallet::Wallet& DryRun::wallet(wallet::WalletNumber number) const {
    const bool is_opened = opened_.number.value != 0 && opened_.number == number;
    return is_opened ? opened_ : book_.wallet(number);
}

}  // namespace coffer::engine
