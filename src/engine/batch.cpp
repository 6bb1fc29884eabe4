#include "engine/batch.h"

namespace coffer::engine {

char* Arena::take(std::size_t bytes) {
    if (bytes > block_bytes_ / 4) {
        oversized_.push_back(std::make_unique_for_overwrite<char[]>(bytes));
        return oversized_.back().get();
    }
    if (blocks_.empty()) blocks_.push_back(std::make_unique_for_overwrite<char[]>(block_bytes_));
    if (used_ + bytes > block_bytes_) {
        used_ = 0;
        if (++block_ == blocks_.size())
            blocks_.push_back(std::make_unique_for_overwrite<char[]>(block_bytes_));
    }
    char* at = blocks_[block_].get() + used_;
    used_ += bytes;
    return at;
}

std::string_view Arena::copy(std::string_view text) {
    if (text.empty()) return {};
    char* at = take(text.size());
    std::memcpy(at, text.data(), text.size());
    return {at, text.size()};
}

bool Arena::has(std::string_view text) const {
    const auto at = reinterpret_cast<std::uintptr_t>(text.data());
    for (const auto& block : blocks_) {
        const auto begin = reinterpret_cast<std::uintptr_t>(block.get());
        if (at >= begin && at - begin < block_bytes_) return true;
    }
    return false;  // what was too large for a block is copied once more
}

namespace {

wallet::Target copy(const wallet::Target& target, Arena& texts) {
    return {.user = texts.copy(target.user), .currency = target.currency};
}

wallet::Verb copy_verb(const wallet::OpenWallet& verb, Arena& texts) {
    return wallet::OpenWallet{copy(verb.target, texts)};
}

// Deposit, withdraw.
template <class Movement>
wallet::Verb copy_verb(const Movement& verb, Arena& texts) {
    Movement copied = verb;
    copied.target = copy(verb.target, texts);
    copied.reference = texts.copy(verb.reference);
    copied.description = texts.copy(verb.description);
    return copied;
}

wallet::Verb copy_verb(const wallet::Transfer& verb, Arena& texts) {
    wallet::Transfer copied = verb;
    copied.payer = copy(verb.payer, texts);
    copied.payee = texts.copy(verb.payee);
    copied.reference = texts.copy(verb.reference);
    copied.description = texts.copy(verb.description);
    return copied;
}

wallet::Verb copy_verb(const wallet::Freeze& verb, Arena& texts) {
    wallet::Freeze copied = verb;
    copied.target = copy(verb.target, texts);
    copied.reference = texts.copy(verb.reference);
    copied.reason = texts.copy(verb.reason);
    return copied;
}

wallet::Verb copy_verb(const wallet::Unfreeze& verb, Arena& texts) {
    return wallet::Unfreeze{
        .user = texts.copy(verb.user), .hold = verb.hold, .reason = texts.copy(verb.reason)};
}

wallet::Verb copy_verb(const wallet::Capture& verb, Arena& texts) {
    wallet::Capture copied = verb;
    copied.user = texts.copy(verb.user);
    copied.payee = texts.copy(verb.payee);
    copied.reference = texts.copy(verb.reference);
    copied.description = texts.copy(verb.description);
    return copied;
}

wallet::Verb copy_verb(const wallet::ExpireFreeze& verb, Arena&) { return verb; }
wallet::Verb copy_verb(const wallet::ChangeStatus& verb, Arena&) { return verb; }

wallet::Verb copy_verb(const wallet::SetPolicy& verb, Arena& texts) {
    return wallet::SetPolicy{.application = texts.copy(verb.application),
                             .change = texts.keep(*verb.change)};
}

wallet::Verb copy_verb(const wallet::RemovePolicy& verb, Arena& texts) {
    return wallet::RemovePolicy{.application = texts.copy(verb.application)};
}

wallet::Verb copy_verb(const wallet::Adjust& verb, Arena& texts) {
    wallet::Adjust copied = verb;
    copied.target = copy(verb.target, texts);
    copied.reference = texts.copy(verb.reference);
    copied.reason = texts.copy(verb.reason);
    return copied;
}

wallet::Verb copy_verb(const wallet::Refund& verb, Arena& texts) {
    wallet::Refund copied = verb;
    copied.user = texts.copy(verb.user);
    copied.reference = texts.copy(verb.reference);
    copied.reason = texts.copy(verb.reason);
    return copied;
}

wallet::Verb copy_verb(const wallet::RequestWithdrawal& verb, Arena& texts) {
    wallet::RequestWithdrawal copied = verb;
    copied.target = copy(verb.target, texts);
    copied.reference = texts.copy(verb.reference);
    copied.remark = texts.copy(verb.remark);
    return copied;
}

wallet::Verb copy_verb(const wallet::DecideApproval& verb, Arena& texts) {
    wallet::DecideApproval copied = verb;
    copied.remark = texts.copy(verb.remark);
    return copied;
}

wallet::Verb copy_verb(const wallet::CancelWithdrawal& verb, Arena& texts) {
    wallet::CancelWithdrawal copied = verb;
    copied.user = texts.copy(verb.user);
    copied.remark = texts.copy(verb.remark);
    return copied;
}

}  // namespace

wallet::Command copy(const wallet::Command& command, Arena& texts) {
    return {
        .caller = {.tenant = texts.copy(command.caller.tenant),
                   .actor = texts.copy(command.caller.actor),
                   .application = texts.copy(command.caller.application)},
        .verb = std::visit([&](const auto& verb) { return copy_verb(verb, texts); }, command.verb),
        .key = {.operation = texts.copy(command.key.operation),
                .text = texts.copy(command.key.text),
                .payload = command.key.payload},
        .dry_run = command.dry_run};
}

void Arena::clear() {
    block_ = 0;
    used_ = 0;
    oversized_.clear();
}

}  // namespace coffer::engine
