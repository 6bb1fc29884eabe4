#include "store_embedded/embedded_store.h"

#include "wallet/resolve.h"

namespace coffer::store_embedded {

using engine::Failed;

namespace {

/// The wallet as it is now, its link brought up to date.
HistoryStart history_of(const ResidentWallet& row, OpenBatch& open) {
    open.chain();
    return {.wallet = row.wallet, .last = row.history.last(), .link = row.link};
}

}  // namespace

EmbeddedStore::EmbeddedStore(os::FileSystem& files, os::Clock& clock,
                             const EmbeddedOptions& options)
    : files_{files}, clock_{clock}, options_{options} {}

EmbeddedStore::~EmbeddedStore() = default;

void EmbeddedStore::execute(engine::Batch& batch, engine::Answers& answers) {
    if (decided_) end_round(answers);
    if (writing_ && set_aside_.empty()) answer_round(answers);
    const auto reading = round_clock_->read();
    writable_ = healthy_ && reading.right && !read_only();
    why_not_ = reading.right ? Failed::Kind::unavailable : Failed::Kind::clock_wrong;
    if (read_only()) why_not_ = Failed::Kind::read_only;
    take_no_more_if_full();
    if (healthy_) open_->start(reading.now);
    forget_old_keys();

    std::swap(batch_, batch);
    pending_.clear();
    refusals_.clear();
    found_.clear();
    dry_runs_.clear();
    wallet_pages_.clear();
    policies_found_.clear();
    approval_pages_.clear();
    texts_.clear();
    priors_used_ = 0;
    committed_ = 0;
    settled_ = 0;
    for (std::size_t i = 0; i < batch_.entries.size(); ++i) {
        if (!set_aside_.empty() && i % looked_after_every == 0 &&
            (!writing_ || journal_->append_ended())) {
            end_set_aside(answers);
        }
        prepare(i);
        const auto& entry = batch_.entries[i];
        Pending& pending = pending_.emplace_back();
        pending.cookie = entry.cookie;
        if (!healthy_) continue;  // what is in memory may not be on disk
        std::visit([&](const auto& item) { run(pending, item); }, entry.item);
        if (pending.what == Pending::What::applied &&
            answers.keep(pending.cookie, *pending.record, view_)) {
            pending.what = Pending::What::settled;
            pending.record = nullptr;
            ++settled_;
            open_->reuse_draft();
        }
        if (!open_->has_room()) {
            begin_commit(answers);
            end_commit();
            take_no_more_if_full();
        }
    }
    decided_ = !set_aside_.empty() && writing_ && !journal_->append_ended();
    if (!decided_) end_round(answers);
}

/// All is decided: what the round wrote goes to the disk, behind what is on its way there.
void EmbeddedStore::end_round(engine::Answers& answers) {
    decided_ = false;
    begin_commit(answers);
    if (!writing_ || journal_->append_ended()) {
        answer_round(answers);
    } else if (committed_ == 0 && settled_ == pending_.size()) {
        set_aside();
    }
}

bool EmbeddedStore::takes_while_busy(std::size_t items) const {
    // Readers' answers and checkpoints need a moment in which all that was decided is durable.
    return !set_aside_.empty() && !decided_ && items >= taken_while_busy_min && reading_ == 0 &&
           !copying_ && !checkpointer_->due(last_batch_position_);
}

void EmbeddedStore::set_aside() {
    set_aside_.swap(pending_);
    open_->forget();
    batch_.clear();
}

void EmbeddedStore::end_set_aside(engine::Answers& answers) {
    end_write();
    for (Pending& pending : set_aside_) {
        if (!healthy_) {
            pending.what = Pending::What::failed;
            pending.failed = Failed::Kind::unknown;
        }
        deliver(pending, answers);
    }
    set_aside_.clear();
}

void EmbeddedStore::answer_round(engine::Answers& answers) {
    end_commit();
    if (!set_aside_.empty()) end_set_aside(answers);
    for (Pending& pending : pending_) deliver(pending, answers);
    pending_.clear();
    open_->forget();
    batch_.clear();
}

// Asked before anything is decided: what cannot be written must not be applied either.
void EmbeddedStore::take_no_more_if_full() {
    if (!writable_) return;
    const auto room = journal_->check_writable();
    if (room) return;
    writable_ = false;
    why_not_ = room.error().kind == Fault::Kind::storage_full ? Failed::Kind::storage_full
                                                              : Failed::Kind::unavailable;
}

void EmbeddedStore::begin_commit(engine::Answers& answers) {
    if (!set_aside_.empty()) end_set_aside(answers);
    if (!healthy_ || open_->records() == 0) return;
    write_ = {.began_ns = clock_.monotonic_ns(),
              .records = open_->records(),
              .bytes = framed_bytes(open_->payload_bytes())};
    sync_began_.store(write_.began_ns, std::memory_order_relaxed);
    const Position position = journal_->next_batch_position();
    // Where hardly anybody waits, two wake-ups cost more than the thread could do meanwhile.
    const auto write =
        pending_.size() <= written_now_max ? Journal::Write::now : Journal::Write::in_background;
    if (const auto begun = open_->begin_commit(write); !begun) return give_up(begun.error());
    last_batch_position_ = position;
    writing_ = true;
}

void EmbeddedStore::end_write() {
    if (!std::exchange(writing_, false)) return;
    const auto durable = open_->end_commit();
    sync_began_.store(0, std::memory_order_relaxed);
    if (!durable) return give_up(durable.error());
    const std::int64_t took_ns = clock_.monotonic_ns() - write_.began_ns;
    figures_.sync_us.add(static_cast<std::uint64_t>(took_ns / 1000));
    figures_.batch_records.add(write_.records);
    figures_.records += write_.records;
    ++figures_.batches;
    figures_.journal_bytes += write_.bytes;
}

void EmbeddedStore::end_commit() {
    end_write();
    if (!healthy_) return fail_uncommitted();
    committed_ = pending_.size();
}

void EmbeddedStore::give_up(const Fault& fault) {
    sync_began_.store(0, std::memory_order_relaxed);
    healthy_ = false;
    writable_ = false;
    options_.log("the journal cannot be written: " + fault.message);
}

// Nobody learns what the state became: it is not on disk, and may be there after a restart.
void EmbeddedStore::fail_uncommitted() {
    for (std::size_t i = committed_; i < pending_.size(); ++i) {
        pending_[i].what = Pending::What::failed;
        pending_[i].failed = Failed::Kind::unknown;
        pending_[i].job.reset();
    }
    committed_ = pending_.size();
}

void EmbeddedStore::refuse(Pending& pending, const wallet::Refusal& refusal) {
    pending.what = Pending::What::refused;
    pending.found = refusals_.size();
    refusals_.push_back(refusal);
}

bool EmbeddedStore::tables_have_room() const {
    // Three names and one wallet is the most that one command adds.
    return state_.subjects() + std::uint64_t{3} <= options_.subjects_max &&
           state_.wallets() + std::uint64_t{1} <= options_.wallets_max &&
           state_.holds() + 1 <= options_.holds_max &&
           state_.refunded_entries() + 1 <= options_.refunded_max &&
           state_.approvals() + std::uint64_t{1} <= options_.approvals_max &&
           reference_count_ + 1 <= options_.references_max;
}

void EmbeddedStore::run(Pending& pending, const wallet::Command& command) {
    if (!writable_) {
        pending.failed = why_not_;
    } else if (!tables_have_room() ||
               (!command.key.text.empty() && key_count_ + 1 > options_.idempotency_keys_max)) {
        pending.failed = Failed::Kind::unavailable;
    } else {
        decide(pending, command);
    }
}

const wallet::Wallet* EmbeddedStore::wallet_for(std::string_view tenant_id,
                                                std::string_view user_id,
                                                money::Currency currency) {
    const wallet::Tenant* tenant = state_.tenant(tenant_id);
    if (tenant == nullptr) return nullptr;
    const ResidentSubject* subject = state_.subject(tenant->number, user_id);
    if (subject == nullptr) return nullptr;
    return wallet::wallet_for_read(view_, &subject->user, currency, state_.settings);
}

void EmbeddedStore::run(Pending& pending, const engine::ReadWallet& read) {
    const wallet::Wallet* wallet = wallet_for(read.tenant, read.user, read.currency);
    if (wallet == nullptr) {
        return refuse(pending, {.rejection = wallet::Rejection::wallet_not_found, .currency = {}});
    }
    pending.what = Pending::What::found;
    pending.found = found_.size();
    found_.push_back(*wallet);
}

void EmbeddedStore::run(Pending& pending, const engine::ListWallets& list) {
    pending.what = Pending::What::wallets;
    pending.found = wallet_pages_.size();
    engine::WalletPage& page = wallet_pages_.emplace_back();
    const wallet::Tenant* tenant = state_.tenant(list.tenant);
    if (tenant == nullptr) return;
    TenantWallets of_user;  // bounded by wallets_per_user_max
    const TenantWallets* wallets = &state_.wallets_of(tenant->number);
    if (!list.user.empty()) {
        wallets = &of_user;
        const ResidentSubject* subject = state_.subject(tenant->number, list.user);
        std::uint32_t number = subject == nullptr ? 0 : subject->first_wallet;
        while (number != 0) {
            const ResidentWallet& row = state_.wallet(wallet::WalletNumber{number});
            of_user.add(number, row.wallet.status);
            number = row.next_of_owner;
        }
    }
    page.total = wallets->count(list.status);
    auto numbers = wallets->page(list.status, list.before, list.skip, list.rows_max + 1);
    page.more = numbers.size() > list.rows_max;
    if (page.more) numbers.pop_back();
    for (const std::uint32_t number : numbers) {
        page.rows.push_back(state_.wallet(wallet::WalletNumber{number}).wallet);
    }
}

void EmbeddedStore::run(Pending& pending, const engine::ReadPolicy& read) {
    const engine::Policies::Row& row = policy_row(read.tenant, read.application);
    if (!row.own.exists) {
        return refuse(pending, {.rejection = wallet::Rejection::policy_not_found, .currency = {}});
    }
    pending.what = Pending::What::policy;
    pending.found = policies_found_.size();
    policies_found_.push_back({read, row});
}

void EmbeddedStore::run(Pending& pending, const engine::ListApprovals& list) {
    pending.what = Pending::What::approvals;
    pending.found = approval_pages_.size();
    engine::ApprovalPage& page = approval_pages_.emplace_back();
    const wallet::Tenant* tenant = state_.tenant(list.tenant);
    if (tenant == nullptr) return;
    ApprovalLists of_user;  // as many as one user ever asked for
    const ApprovalLists* lists = &state_.approvals_of(tenant->number, list.adjustments);
    if (!list.user.empty()) {
        lists = &of_user;
        const ResidentSubject* subject = state_.subject(tenant->number, list.user);
        if (subject == nullptr) return;
        for (const std::uint32_t number : state_.approvals_of(subject->user.number)) {
            const auto& row = state_.approval(wallet::ApprovalNumber{number});
            if (wallet::is_adjustment(row.kind) != list.adjustments) continue;
            of_user.add(number, row.state);
        }
    }
    page.total = lists->count(list.state);
    auto numbers = lists->page(list.state, list.before, list.skip, list.rows_max + 1);
    page.more = numbers.size() > list.rows_max;
    if (page.more) numbers.pop_back();
    for (const std::uint32_t number : numbers) {
        page.rows.push_back(state_.approval(wallet::ApprovalNumber{number}));
    }
}

void EmbeddedStore::run(Pending& pending, const engine::ListHistory& list) {
    const wallet::Wallet* wallet = wallet_for(list.tenant, list.user, list.currency);
    if (wallet == nullptr) {
        return refuse(pending, {.rejection = wallet::Rejection::wallet_not_found, .currency = {}});
    }
    const ResidentWallet& row = state_.wallet(wallet->number);
    auto job = std::make_unique<ReadJob>();
    job->cookie = pending.cookie;
    job->start = history_of(row, *open_);
    if (list.state != engine::ListHistory::State::any) {
        job->start.cancelled = state_.cancelled_rows(wallet->number);
    }
    auto question = list;
    question.tenant = {};
    question.user = {};
    job->question = question;
    pending.what = Pending::What::deferred;
    pending.job = std::move(job);
}

void EmbeddedStore::run(Pending& pending, const engine::CheckIntegrity& check) {
    const wallet::Tenant* tenant = state_.tenant(check.tenant);
    const ResidentWallet* row = state_.wallet(check.wallet);
    if (tenant == nullptr || row == nullptr || row->wallet.tenant != tenant->number) {
        return refuse(pending, {.rejection = wallet::Rejection::wallet_not_found, .currency = {}});
    }
    auto job = std::make_unique<ReadJob>();
    job->cookie = pending.cookie;
    job->start = history_of(*row, *open_);
    job->question = engine::CheckIntegrity{};
    pending.what = Pending::What::deferred;
    pending.job = std::move(job);
}

std::vector<engine::DueHold> EmbeddedStore::due_holds(Instant now, std::size_t most) const {
    std::vector<engine::DueHold> due;
    for (const auto& [expires_at, id] : state_.expiries()) {
        if (expires_at > now || due.size() == most) break;
        const wallet::Wallet& wallet = state_.wallet(state_.hold(id)->wallet).wallet;
        due.push_back({state_.tenant(wallet.tenant).id, id});
    }
    return due;
}

std::optional<engine::ReferenceGuard> EmbeddedStore::reference_guard(
    std::string_view tenant) const {
    const wallet::Tenant* known = state_.tenant(tenant);
    if (known == nullptr) return std::nullopt;
    return engine::ReferenceGuard{.key = state_.genesis.reference_key, .tenant = known->number};
}

engine::Head EmbeddedStore::head() const { return open_->head(); }

engine::StoreFigures EmbeddedStore::figures() const {
    engine::StoreFigures figures = figures_;
    figures.wallets = state_.wallets();
    figures.subjects = state_.subjects();
    figures.references = reference_count_;
    figures.idempotency_keys = key_count_;
    figures.holds = state_.holds();
    figures.refunded = state_.refunded_entries();
    figures.approvals = state_.approvals();
    figures.checkpoints = checkpointer_->taken();
    figures.longest_slice_ns = checkpointer_->longest_slice_ns();
    figures.reader_queue = readers_->waiting();
    return figures;
}

Hash EmbeddedStore::key_for(std::string_view purpose) const {
    Sha256 sha;
    return sha.start().add(state_.genesis.id_key).add(as_bytes(purpose)).finish();
}

Hash EmbeddedStore::state_digest() const {
    CheckpointCopy copy{state_, journal_->book(), CheckpointStart{.head = head()}};
    std::vector<std::uint8_t> bytes;
    while (!copy.slice(bytes, head().sequence, [] { return false; })) {
    }
    // Accounts and holds come one a block, in the order of a hash table, which a restart changes:
    // so each block counts by itself, wherever it stands.
    Hash all{};
    Sha256 sha;
    for (std::size_t at = 0; at < bytes.size();) {
        const auto body_bytes = load_le<std::uint32_t>(&bytes[at + 5]);
        const std::size_t whole_bytes = 9 + body_bytes + 4;
        const Hash hash = sha.of(Bytes{bytes}.subspan(at, whole_bytes));
        for (std::size_t i = 0; i < all.size(); ++i) all[i] ^= hash[i];
        at += whole_bytes;
    }
    return all;
}

}  // namespace coffer::store_embedded
