#include "store_embedded/embedded_store.h"

#include "wallet/decide.h"
#include "wallet/resolve.h"

namespace coffer::store_embedded {

using engine::Failed;

EmbeddedStore::EmbeddedStore(os::FileSystem& files, os::Clock& clock,
                             const EmbeddedOptions& options)
    : files_{files}, clock_{clock}, options_{options} {}

EmbeddedStore::~EmbeddedStore() = default;

void EmbeddedStore::execute(engine::Batch& batch, engine::Answers& answers) {
    if (writing_) answer_round(answers);
    const auto reading = round_clock_->read();
    writable_ = healthy_ && reading.right;
    why_not_ = reading.right ? Failed::Kind::unavailable : Failed::Kind::clock_wrong;
    take_no_more_if_full();
    if (healthy_) open_->start(reading.now);

    std::swap(batch_, batch);
    pending_.clear();
    found_.clear();
    texts_.clear();
    priors_used_ = 0;
    committed_ = 0;
    prepared_.resize(batch_.entries.size());
    for (std::size_t i = 0; i < batch_.entries.size(); ++i) {
        if (i % prepared_at_once == 0) prepare(i);
        const auto& entry = batch_.entries[i];
        prepared_now_ = &prepared_[i];
        Pending& pending = pending_.emplace_back();
        pending.cookie = entry.cookie;
        if (!healthy_) continue;  // stays "unavailable": what is in memory may not be on disk
        std::visit([&](const auto& item) { run(pending, item); }, entry.item);
        if (!open_->has_room()) {
            begin_commit();
            end_commit();
            take_no_more_if_full();
        }
    }
    begin_commit();
    if (!writing_ || journal_->append_ended()) answer_round(answers);
}

void EmbeddedStore::answer_round(engine::Answers& answers) {
    end_commit();
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

void EmbeddedStore::begin_commit() {
    if (!healthy_ || open_->records() == 0) return;
    write_began_ns_ = clock_.monotonic_ns();
    sync_began_.store(write_began_ns_, std::memory_order_relaxed);
    const Position position = journal_->next_batch_position();
    // Where hardly anybody waits, two wake-ups cost more than the thread could do meanwhile.
    const auto write = pending_.size() <= written_now_max ? Journal::Write::now
                                                          : Journal::Write::in_background;
    if (const auto begun = open_->begin_commit(write); !begun) return give_up(begun.error());
    last_batch_position_ = position;
    writing_ = true;
}

void EmbeddedStore::end_commit() {
    if (writing_) {
        writing_ = false;
        const std::uint32_t records = open_->records();
        const std::uint64_t bytes = framed_bytes(open_->payload_bytes());
        const auto durable = open_->end_commit();
        sync_began_.store(0, std::memory_order_relaxed);
        if (!durable) {
            give_up(durable.error());
        } else {
            const std::int64_t took_ns = clock_.monotonic_ns() - write_began_ns_;
            figures_.sync_us.add(static_cast<std::uint64_t>(took_ns / 1000));
            figures_.batch_records.add(records);
            figures_.records += records;
            ++figures_.batches;
            figures_.journal_bytes += bytes;
        }
    }
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

bool EmbeddedStore::tables_have_room() const {
    // Three names and one wallet is the most that one command adds.
    return state_.subjects() + std::uint64_t{3} <= options_.subjects_max &&
           state_.wallets() + std::uint64_t{1} <= options_.wallets_max &&
           state_.holds() + 1 <= options_.holds_max &&
           reference_count_ + 1 <= options_.references_max;
}

void EmbeddedStore::run(Pending& pending, const wallet::Command& command) {
    if (!writable_) {
        pending.failed = why_not_;
    } else if (!tables_have_room()) {
        pending.failed = Failed::Kind::unavailable;
    } else {
        decide(pending, command);
    }
}

void EmbeddedStore::decide(Pending& pending, const wallet::Command& command) {
    wallet::Context context;
    context.next = state_.next_numbers();
    const auto reference = engine::reference_of(command);
    Fingerprint fingerprint;
    const wallet::Record* prior = nullptr;
    if (reference) {
        const wallet::Tenant* tenant = state_.tenant(command.caller.tenant);
        context.reference_fingerprint =
            prepared_now_->has_fingerprint
                ? prepared_now_->fingerprint
                : engine::reference_fingerprint(
                      sha_, state_.genesis.reference_key,
                      tenant == nullptr ? wallet::TenantNumber{context.next.tenant}
                                        : tenant->number,
                      *reference);
        fingerprint = fingerprint_of(context.reference_fingerprint.data());
        const Position used_at = references_.find(fingerprint);
        if (used_at != 0 && !fetch_prior(pending, command, *reference, used_at, prior)) return;
    }
    context.now = open_->now();
    context.ordinal = open_->records();
    context.ids = open_->next_ids();
    context.currencies = &state_.currencies;
    context.settings = &state_.settings;
    context.wallets_per_user_max = options_.wallets_per_user_max;

    view_.set_prior(prior);
    wallet::Record& draft = open_->draft();
    const auto decision = wallet::decide(command, view_, context, draft);
    view_.set_prior(nullptr);
    if (const auto* refusal = std::get_if<wallet::Refusal>(&decision)) {
        if (refusal->rejection == wallet::Rejection::breaks_a_law) ++figures_.law_breaches;
        pending.what = Pending::What::refused;
        pending.refusal = *refusal;
    } else if (const auto* replayed = std::get_if<wallet::Replayed>(&decision)) {
        pending.what = Pending::What::replayed;
        pending.record = replayed->first;
    } else {
        for (auto& hold : draft.holds) hold.reason = texts_.copy(hold.reason);
        pending.what = Pending::What::applied;
        pending.record = &draft;
        const Position position = open_->append();
        if (reference) {
            ENSURE(references_.insert(fingerprint, position));
            ++reference_count_;
        }
    }
}

bool EmbeddedStore::is_first_use(const wallet::Record& prior, const wallet::Command& command,
                                 const engine::Reference& reference) const {
    const wallet::Tenant* tenant = state_.tenant(command.caller.tenant);
    return tenant != nullptr && prior.kind == reference.kind &&
           prior.request.tenant == tenant->number && prior.request.reference == reference.text &&
           state_.subject(prior.request.user).user.id == reference.user;
}

bool EmbeddedStore::fetch_prior(Pending& pending, const wallet::Command& command,
                                const engine::Reference& reference, Position position,
                                const wallet::Record*& prior) {
    prior = open_->find(position);
    if (prior == nullptr) {
        const auto segment = journal_->readable().segment_at(position);
        if (!segment || journal_->readable().image_of(segment->number) == nullptr) {
            auto job = std::make_unique<ReadJob>();
            job->cookie = pending.cookie;
            job->prior = position;
            job->question = engine::copy(command, job->texts);
            pending.what = Pending::What::deferred;
            pending.job = std::move(job);
            return false;
        }
        if (priors_used_ == priors_.size()) {
            priors_.push_back(std::make_unique<HistoryReader::Node>());
        }
        HistoryReader::Node& node = *priors_[priors_used_++];
        const auto read = reader_->read(position, node.stored);
        ENSURE(read.ok() && engine::decode_movement(node.stored.bytes, node.movement));
        wallet::Record& record = node.movement.record;
        record.at = node.stored.batch_time;
        record.ids = ids_->make_one(record.at, node.stored.batch_sequence, record.ordinal);
        prior = &record;
    }
    if (is_first_use(*prior, command, reference)) return true;
    // Two references with one keyed 128-bit hash: never seen, and never a second effect.
    pending.what = Pending::What::refused;
    pending.refusal = {.rejection = wallet::Rejection::reference_reused, .currency = {}};
    return false;
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
        pending.what = Pending::What::refused;
        pending.refusal = {.rejection = wallet::Rejection::wallet_not_found, .currency = {}};
        return;
    }
    pending.what = Pending::What::found;
    pending.found = found_.size();
    found_.push_back(*wallet);
}

void EmbeddedStore::run(Pending& pending, const engine::ListHistory& list) {
    const wallet::Wallet* wallet = wallet_for(list.tenant, list.user, list.currency);
    if (wallet == nullptr) {
        pending.what = Pending::What::refused;
        pending.refusal = {.rejection = wallet::Rejection::wallet_not_found, .currency = {}};
        return;
    }
    const ResidentWallet& row = state_.wallet(wallet->number);
    auto job = std::make_unique<ReadJob>();
    job->cookie = pending.cookie;
    job->start = {.wallet = row.wallet, .last = row.history.last(), .link = row.link};
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
        pending.what = Pending::What::refused;
        pending.refusal = {.rejection = wallet::Rejection::wallet_not_found, .currency = {}};
        return;
    }
    auto job = std::make_unique<ReadJob>();
    job->cookie = pending.cookie;
    job->start = {.wallet = row->wallet, .last = row->history.last(), .link = row->link};
    job->question = engine::CheckIntegrity{};
    pending.what = Pending::What::deferred;
    pending.job = std::move(job);
}

engine::Head EmbeddedStore::head() const { return open_->head(); }

engine::StoreFigures EmbeddedStore::figures() const {
    engine::StoreFigures figures = figures_;
    figures.wallets = state_.wallets();
    figures.subjects = state_.subjects();
    figures.references = reference_count_;
    figures.holds = state_.holds();
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
    Sha256 sha;
    return sha.of(bytes);
}

}  // namespace coffer::store_embedded
