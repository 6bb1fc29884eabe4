#include "store_embedded/state.h"

#include <algorithm>
#include <cstring>

#include "base/prefetch.h"
#include "base/same_text.h"
#include "wallet/apply.h"

namespace coffer::store_embedded {

State::State() {
    holds_.resize(shards);
    refunded_.resize(shards);
}

std::size_t State::hash_of(const Name& name) {
    // Seeded per process by Abseil: nobody outside can aim at one shard or slot.
    return absl::Hash<std::pair<std::uint32_t, absl::string_view>>{}(
        {name.tenant, absl::string_view{name.id.data(), name.id.size()}});
}
State::IdKey State::key_of(wallet::PublicId id) {
    return {static_cast<std::uint64_t>(id.value >> 64), static_cast<std::uint64_t>(id.value)};
}
std::size_t State::hash_of(wallet::PublicId id) { return absl::Hash<IdKey>{}(key_of(id)); }

const wallet::Tenant* State::tenant(std::string_view id) const {
    if (last_tenant_ != nullptr && same_text(last_tenant_->id, id)) return last_tenant_;
    const auto found = tenant_by_id_.find(id);
    if (found == tenant_by_id_.end()) return nullptr;
    last_tenant_ = &tenants_[found->second];
    return last_tenant_;
}

wallet::ApplicationNumber State::application(wallet::TenantNumber tenant,
                                             std::string_view id) const {
    if (const auto* last = applications_.find(last_application_);
        last != nullptr && last->tenant == tenant && same_text(last->id, id)) {
        return {last_application_};
    }
    const auto found = application_by_id_.find(std::pair{tenant.value, id});
    if (found == application_by_id_.end()) return {};
    last_application_ = found->second;
    return {found->second};
}

const ResidentSubject* State::subject(wallet::TenantNumber tenant, std::string_view id) const {
    const auto is_it = [&](const ResidentSubject& row) {
        return row.user.tenant == tenant && same_text(row.user.id, id);
    };
    // A command names its user and its actor several times over.
    auto& [expected, newest, older] = last_subjects_;
    if (expected != nullptr && is_it(*expected)) return expected;
    if (newest != nullptr && is_it(*newest)) return newest;
    if (older == nullptr || !is_it(*older)) {
        const std::uint32_t number = subject_index_.find(
            hash_of(Name{tenant.value, id}),
            [&](std::uint32_t candidate) { return is_it(subjects_[candidate]); });
        if (number == 0) return nullptr;
        older = &subjects_[number];
    }
    std::swap(newest, older);
    return newest;
}

const ResidentWallet* State::wallet(wallet::PublicId id) const {
    const std::uint32_t number = wallet_index_.find(
        hash_of(id), [&](std::uint32_t candidate) { return wallets_[candidate].wallet.id == id; });
    return wallets_.find(number);
}

std::uint32_t State::prefetch_subject(std::uint64_t name_hash) const {
    const std::uint32_t number = subject_index_.candidate(name_hash);
    if (const ResidentSubject* row = subjects_.find(number)) coffer::prefetch(row);
    return number;
}

void State::prefetch_wallet(std::uint32_t subject) const {
    const ResidentSubject* row = subjects_.find(subject);
    if (row == nullptr) return;
    coffer::prefetch(row->user.id.data());
    prefetch(wallet::WalletNumber{row->first_wallet});
}

void State::prefetch_history(std::uint32_t subject) const {
    const ResidentSubject* row = subjects_.find(subject);
    if (row == nullptr) return;
    const ResidentWallet* wallet = wallets_.find(row->first_wallet);
    // In the wallet's own row while it has few events.
    if (wallet != nullptr) coffer::prefetch(wallet->history.levels().data());
}

void State::prefetch(wallet::WalletNumber number) const {
    const ResidentWallet* wallet = wallets_.find(number.value);
    if (wallet == nullptr) return;
    prefetch_lines(wallet, sizeof *wallet / 64);
}

const wallet::Hold* State::hold(wallet::PublicId id) const {
    const HoldTable& table = holds_[hash_of(id) >> 56];
    const auto found = table.find(key_of(id));
    return found == table.end() ? nullptr : &found->second;
}

const wallet::Refunded* State::refunded(wallet::PublicId entry) const {
    if (refunded_count_ == 0) return nullptr;
    const RefundedTable& table = refunded_[hash_of(entry) >> 56];
    const auto found = table.find(key_of(entry));
    return found == table.end() ? nullptr : &found->second;
}

const wallet::Approval* State::approval(wallet::PublicId id) const {
    const std::uint32_t number = approval_index_.find(
        hash_of(id), [&](std::uint32_t candidate) { return approvals_[candidate].id == id; });
    return approvals_.find(number);
}

const std::vector<std::uint32_t>& State::approvals_of(wallet::SubjectNumber user) const {
    static const std::vector<std::uint32_t> none;
    const auto found = approvals_of_user_.find(user.value);
    return found == approvals_of_user_.end() ? none : found->second;
}

void State::add_approval(const wallet::Approval& approval) {
    approvals_.add() = approval;
    const std::uint32_t number = approvals_.size();
    ENSURE(approval.number.value == number);
    approval_index_.insert(hash_of(approval.id), number);
    const wallet::Wallet& wallet = wallets_[approval.wallet.value].wallet;
    const std::size_t kind = wallet::is_adjustment(approval.kind) ? 1 : 0;
    approvals_of_tenant_[wallet.tenant.value][kind].add(number, approval.state);
    approvals_of_user_[wallet.owner.value].push_back(number);
}

void State::apply(const wallet::ApprovalLine& line, const wallet::Record& record) {
    wallet::Approval* row = approvals_.find(line.number.value);
    if (row == nullptr) {
        wallet::Approval asked;
        ENSURE(wallet::apply(line, record, asked));
        return add_approval(asked);
    }
    const wallet::ApprovalState before = row->state;
    if (!wallet::apply(line, record, *row)) return;
    const auto tenant = wallets_[line.wallet.value].wallet.tenant;
    const std::size_t kind = wallet::is_adjustment(line.kind) ? 1 : 0;
    approvals_of_tenant_[tenant.value][kind].change(line.number.value, before, row->state);
}

std::vector<wallet::Refunded::Row> State::cancelled_rows(wallet::WalletNumber wallet) const {
    const auto found = cancelled_rows_.find(wallet.value);
    return found == cancelled_rows_.end() ? std::vector<wallet::Refunded::Row>{} : found->second;
}

void State::note_cancelled(const wallet::Refunded& refunded) {
    if (!refunded.cancelled) return;
    for (const auto& row : refunded.rows) {
        if (row.wallet.value == 0) continue;
        auto& rows = cancelled_rows_[row.wallet.value];
        rows.insert(std::ranges::upper_bound(rows, row.seq, {}, &wallet::Refunded::Row::seq), row);
    }
}

ledger::Account State::house_account(const ledger::AccountRef& ref) const {
    if (last_account_ != nullptr && last_account_->ref == ref) return *last_account_;
    const auto found = house_accounts_.find(ref);
    return found == house_accounts_.end() ? ledger::Account{.ref = ref} : found->second;
}

wallet::NextNumbers State::next_numbers() const {
    return {.tenant = tenants_.size() + 1,
            .application = applications_.size() + 1,
            .subject = subjects_.size() + 1,
            .wallet = wallets_.size() + 1,
            .approval = approvals_.size() + 1};
}

void State::links_for(const wallet::Record& record, engine::Links& into) const {
    for (std::size_t i = 0; i < record.wallets.size(); ++i) {
        const wallet::WalletLine& line = record.wallets[i];
        if (line.opened) {
            into[i].previous = 0;
            into[i].skips.clear();
        } else {
            wallets_[line.wallet.value].history.links_for(line.event, into[i]);
        }
    }
}

std::string_view State::keep(std::string_view text) {
    static constexpr std::size_t block_bytes = 64 * 1024;
    if (text.empty()) return {};
    if (text.size() > text_room_ - text_used_) {
        text_room_ = std::max(block_bytes, text.size());
        text_blocks_.push_back(std::make_unique<char[]>(text_room_));
        text_used_ = 0;
    }
    char* at = text_blocks_.back().get() + text_used_;
    std::memcpy(at, text.data(), text.size());
    text_used_ += text.size();
    return {at, text.size()};
}

void State::add_tenant(std::string_view id) {
    wallet::Tenant& row = tenants_.add();
    row = {.number = {tenants_.size()}, .id = keep(id)};
    wallets_of_tenant_.add();
    approvals_of_tenant_.add();
    tenant_by_id_.emplace(id, tenants_.size());
}

void State::add_application(wallet::TenantNumber tenant, std::string_view id) {
    applications_.add() = {.tenant = tenant, .id = std::string{id}};
    application_by_id_.emplace(std::pair{tenant.value, std::string{id}}, applications_.size());
}

void State::add_subject(wallet::TenantNumber tenant, std::string_view id) {
    ResidentSubject& row = subjects_.add();
    row.user = {.number = {subjects_.size()}, .tenant = tenant, .id = keep(id)};
    subject_index_.insert(hash_of(Name{tenant.value, id}), subjects_.size());
}

ResidentWallet& State::add_wallet(const wallet::Wallet& wallet) {
    ResidentWallet& row = wallets_.add();
    row.wallet = wallet;
    wallets_of_tenant_[wallet.tenant.value].add(wallets_.size(), wallet.status);
    ResidentSubject& owner = subjects_[wallet.owner.value];
    if (owner.first_wallet == 0) {
        owner.first_wallet = wallets_.size();
    } else {
        wallets_[owner.last_wallet].next_of_owner = wallets_.size();
    }
    owner.last_wallet = wallets_.size();
    wallet_index_.insert(hash_of(wallet.id), wallets_.size());
    return row;
}

void State::add_hold(const wallet::Hold& hold) {
    if (holds_[hash_of(hold.id) >> 56].emplace(key_of(hold.id), hold).second) ++hold_count_;
    note_expiry(hold);
}

void State::note_expiry(const wallet::Hold& hold) {
    if (hold.expires_at == Instant{}) return;
    if (hold.state == wallet::HoldState::open) {
        expiries_.emplace(hold.expires_at, hold.id);
    } else {
        expiries_.erase({hold.expires_at, hold.id});
    }
}

void State::add_withdrawn(wallet::WalletNumber number, const wallet::Withdrawn& sums) {
    withdrawals_.row(number.value) = sums;
}

void State::add_refunded(const wallet::Refunded& refunded) {
    RefundedTable& table = refunded_[hash_of(refunded.entry) >> 56];
    if (!table.emplace(key_of(refunded.entry), refunded).second) return;
    ++refunded_count_;
    note_cancelled(refunded);
}

void State::add_house_account(const ledger::Account& account) {
    house_accounts_[account.ref] = account;
}

ResidentWallet& State::open(const wallet::WalletLine& line, const wallet::Record& record) {
    ENSURE(line.wallet.value == wallets_.size() + 1);
    wallet::Wallet fresh;
    fresh.id = line.id;
    fresh.number = line.wallet;
    fresh.tenant = record.request.tenant;
    fresh.owner = line.owner;
    return add_wallet(fresh);
}

void State::apply(const wallet::Record& record, Position position, Chained& chained) {
    chained.clear();
    for (const auto& tenant : record.new_tenants) {
        if (tenant.number.value > tenants_.size()) add_tenant(tenant.id);
    }
    for (const auto& application : record.new_applications) {
        if (application.number.value > applications_.size()) {
            add_application(record.request.tenant, application.id);
        }
    }
    for (const auto& subject : record.new_subjects) {
        if (subject.number.value > subjects_.size()) {
            add_subject(record.request.tenant, subject.id);
        }
    }
    for (const wallet::WalletLine& line : record.wallets) {
        ResidentWallet* row = wallets_.find(line.wallet.value);
        if (row == nullptr) row = &open(line, record);
        const wallet::WalletStatus status = row->wallet.status;
        if (!wallet::apply(line, record, row->wallet)) continue;
        if (row->wallet.status != status) {
            wallets_of_tenant_[row->wallet.tenant.value].change(line.wallet.value, status,
                                                                row->wallet.status);
        }
        row->history.advance(line.event, position);
        chained.push_back(&row->link);
    }
    for (const ledger::Posting& posting : record.entry.postings) {
        if (ledger::belongs_to_wallet(posting.account.kind)) continue;
        if (last_account_ == nullptr || last_account_->ref != posting.account) {
            last_account_ = &house_accounts_[posting.account];
            last_account_->ref = posting.account;
        }
        wallet::apply(posting, *last_account_);
    }
    for (const wallet::Withdrawn& sums : record.withdrawn) {
        wallet::apply(sums, withdrawals_.row(record.wallets[0].wallet.value));
    }
    for (const wallet::PolicyLine& line : record.policies) policies.apply(line, record);
    for (const wallet::HoldLine& line : record.holds) {
        HoldTable& table = holds_[hash_of(line.id) >> 56];
        const auto [found, added] = table.try_emplace(key_of(line.id));
        if (added) ++hold_count_;
        if (wallet::apply(line, record, found->second)) note_expiry(found->second);
    }
    for (const wallet::ApprovalLine& line : record.approvals) apply(line, record);
    for (const wallet::RefundLine& line : record.refunds) {
        RefundedTable& table = refunded_[hash_of(line.entry) >> 56];
        const auto [found, added] = table.try_emplace(key_of(line.entry));
        if (added) ++refunded_count_;
        if (wallet::apply(line, found->second)) note_cancelled(found->second);
    }
}

}  // namespace coffer::store_embedded
