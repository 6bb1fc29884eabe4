#include "wallet/decide.h"

#include "engine/original.h"
#include "store_embedded/embedded_store.h"

// One command: what was answered before, the decision, the record.

namespace coffer::store_embedded {

void EmbeddedStore::name_fingerprints(const wallet::Command& command, wallet::Context& context) {
    // Looked up where nothing was prepared: the tenant may be newer than the look ahead.
    const auto tenant = [&] {
        const wallet::Tenant* known = state_.tenant(command.caller.tenant);
        return known == nullptr ? wallet::TenantNumber{context.next.tenant} : known->number;
    };
    const auto& key = state_.genesis.reference_key;
    if (prepared_now_->has_fingerprint) {
        context.reference_fingerprint = prepared_now_->fingerprint;
    } else if (const auto reference = engine::reference_of(command)) {
        context.reference_fingerprint =
            engine::reference_fingerprint(sha_, key, tenant(), *reference);
    }
    if (prepared_now_->has_key) {
        context.key_fingerprint = prepared_now_->key_fingerprint;
    } else if (!command.key.text.empty()) {
        context.key_fingerprint = engine::key_fingerprint(sha_, key, tenant(), command);
    }
}

engine::Policies::Row& EmbeddedStore::policy_row(std::string_view tenant,
                                                 std::string_view application) const {
    // Most books have the default alone: nothing is looked up then.
    if (!state_.policies.any_own() || application.empty()) return state_.policies.row({});
    const wallet::Tenant* known = state_.tenant(tenant);
    return state_.policies.row(known == nullptr ? wallet::ApplicationNumber{}
                                                : state_.application(known->number, application));
}

const wallet::Policy& EmbeddedStore::policy_for(std::string_view tenant,
                                                std::string_view application) const {
    return policy_row(tenant, application).policy;
}

void EmbeddedStore::fill_context(const wallet::Command& command, Instant now,
                                 wallet::Context& context) {
    context.now = now;
    context.currencies = &state_.currencies;
    context.settings = &state_.settings;
    context.wallets_per_user_max = options_.wallets_per_user_max;
    engine::Policies::Row& row = policy_row(command.caller.tenant, command.caller.application);
    context.policy = &row.policy;
    context.local_day = engine::Policies::day_of(row, now);
    context.key_lifetime_ms =
        std::int64_t{row.policy.number(wallet::PolicyField::idempotency_ttl)} * 1000;
    context.adjust_alone_max = options_.adjust_alone_max;
}

void EmbeddedStore::decide(Pending& pending, const wallet::Command& command) {
    wallet::Context context;
    context.next = state_.next_numbers();
    context.ordinal = open_->records();
    context.ids = open_->next_ids();
    fill_context(command, open_->now(), context);
    view_.set_original(nullptr);
    if (const auto transaction = engine::original_of(command);
        transaction && !fetch_original(pending, command, *transaction)) {
        return;
    }
    name_fingerprints(command, context);
    if (!command.key.text.empty() && !fetch_kept(pending, command, context)) return;
    if (const auto reference = engine::reference_of(command)) {
        const Position used_at =
            references_.find(fingerprint_of(context.reference_fingerprint.data()));
        const wallet::Record* prior = nullptr;
        if (used_at != 0 && view_.kept() == nullptr &&
            !fetch_prior(pending, command, *reference, used_at, prior)) {
            return;
        }
        view_.set_prior(prior);
    }
    wallet::Record& draft = open_->draft();
    const auto decision = wallet::decide(command, view_, context, draft);
    view_.set_prior(nullptr);
    view_.set_kept(nullptr);
    if (const auto* refusal = std::get_if<wallet::Refusal>(&decision)) {
        if (refusal->rejection == wallet::Rejection::breaks_a_law) ++figures_.law_breaches;
        refuse(pending, *refusal);
    } else if (const auto* replayed = std::get_if<wallet::Replayed>(&decision)) {
        pending.what = Pending::What::replayed;
        pending.record = replayed->first;
    } else if (const auto* kept = std::get_if<wallet::Kept>(&decision)) {
        refuse(pending, kept->refusal);
        if (!command.dry_run) append();
    } else {
        for (auto& hold : draft.holds) hold.reason = texts_.copy(hold.reason);
        for (auto& line : draft.approvals) line.remark = texts_.copy(line.remark);
        if (command.dry_run) return keep_dry_run(pending, draft);
        pending.what = Pending::What::applied;
        pending.record = &draft;
        append();
    }
}

void EmbeddedStore::keep_dry_run(Pending& pending, const wallet::Record& draft) {
    pending.what = Pending::What::dry_run;
    pending.found = dry_runs_.size();
    dry_runs_.push_back(std::make_unique<engine::DryRun>(draft, view_));
}

void EmbeddedStore::append() {
    const wallet::Request& request = open_->draft().request;
    const Position position = open_->append();
    if (request.has_reference) {
        ENSURE(references_.insert(fingerprint_of(request.reference_fingerprint.data()), position));
        ++reference_count_;
    }
    if (request.has_key) {
        const auto key = fingerprint_of(request.key_fingerprint.data());
        if (keys_.put(key, position)) ++key_count_;
    }
}

// Whoever refunds was told the transaction's id, so it is durable: a reader finds it.
bool EmbeddedStore::fetch_original(Pending& pending, const wallet::Command& command,
                                   wallet::PublicId transaction) {
    if (const auto found = originals_.find(pending.cookie); found != originals_.end()) {
        const HistoryReader::Node* node = found->second.get();
        view_.set_original(node == nullptr ? nullptr : &node->movement.record);
        return true;
    }
    auto job = std::make_unique<ReadJob>();
    job->cookie = pending.cookie;
    job->original = transaction;
    job->why = ReadJob::Why::original;
    job->question = engine::copy(command, job->texts);
    pending.what = Pending::What::deferred;
    pending.job = std::move(job);
    return false;
}

bool EmbeddedStore::is_first_use(const wallet::Record& prior, const wallet::Command& command,
                                 const engine::Reference& reference) const {
    const wallet::Tenant* tenant = state_.tenant(command.caller.tenant);
    return tenant != nullptr && engine::guarding_kind(prior.kind) == reference.kind &&
           prior.request.tenant == tenant->number && prior.request.reference == reference.text &&
           state_.subject(prior.request.user).user.id == reference.user;
}

const wallet::Record* EmbeddedStore::fetch(Pending& pending, const wallet::Command& command,
                                           Position position, ReadJob::Why why) {
    if (const wallet::Record* open = open_->find(position)) return open;
    const Bytes uncommitted = open_->bytes_of(position);
    if (uncommitted.empty() && writing_ && position >= last_batch_position_) {
        // Of the round that was set aside; nothing of it is readable before.
        end_write();
        if (!healthy_) return nullptr;
    }
    const auto segment = journal_->readable().segment_at(position);
    const bool on_disk = !segment || journal_->readable().image_of(segment->number) == nullptr;
    if (uncommitted.empty() && on_disk) {
        auto job = std::make_unique<ReadJob>();
        job->cookie = pending.cookie;
        job->prior = position;
        job->why = why;
        job->question = engine::copy(command, job->texts);
        pending.what = Pending::What::deferred;
        pending.job = std::move(job);
        return nullptr;
    }
    if (priors_used_ == priors_.size()) {
        priors_.push_back(std::make_unique<HistoryReader::Node>());
    }
    HistoryReader::Node& node = *priors_[priors_used_++];
    if (uncommitted.empty()) {
        ENSURE(reader_->read(position, node.stored).ok());
    } else {
        node.stored.bytes.assign(uncommitted.begin(), uncommitted.end());
        node.stored.batch_time = open_->now();
        node.stored.batch_sequence = open_->sequence();
    }
    ENSURE(engine::decode_movement(node.stored.bytes, node.movement));
    wallet::Record& record = node.movement.record;
    record.at = node.stored.batch_time;
    record.ids = ids_->make_one(record.at, node.stored.batch_sequence, record.ordinal);
    return &record;
}

bool EmbeddedStore::fetch_kept(Pending& pending, const wallet::Command& command,
                               const wallet::Context& context) {
    const Position position = keys_.find(fingerprint_of(context.key_fingerprint.data()));
    if (position == 0 || position <= too_old_until_) return true;
    const auto read_before = too_old_.find(pending.cookie);
    if (read_before != too_old_.end() && read_before->second == position) return true;
    const wallet::Record* const kept = fetch(pending, command, position, ReadJob::Why::key);
    if (kept == nullptr) return false;
    if (wallet::key_lives(kept->at, context)) view_.set_kept(kept);
    return true;
}

bool EmbeddedStore::fetch_prior(Pending& pending, const wallet::Command& command,
                                const engine::Reference& reference, Position position,
                                const wallet::Record*& prior) {
    prior = fetch(pending, command, position, ReadJob::Why::reference);
    if (prior == nullptr) return false;
    if (is_first_use(*prior, command, reference)) return true;
    // Two references with one keyed 128-bit hash: never seen, and never a second effect.
    refuse(pending, {.rejection = wallet::Rejection::reference_reused, .currency = {}});
    return false;
}

// A key may stay in the table for longer than it counts; these may go when room is needed.
void EmbeddedStore::forget_old_keys() {
    if (!healthy_ || key_count_ == 0) return;
    const Instant now = open_->now();
    constexpr std::int64_t sample_ms = 60'000;
    if (key_times_.empty() || now.unix_ms - key_times_.back().first.unix_ms >= sample_ms) {
        key_times_.emplace_back(now, journal_->next_batch_position());
    }
    while (!key_times_.empty() &&
           now.unix_ms - key_times_.front().first.unix_ms > options_.idempotency_ttl_s * 1000) {
        keys_.forget_before(key_times_.front().second);
        key_times_.pop_front();
        key_count_ = keys_.size();
    }
    // At the bound nothing comes in, so no shard gets full and drops them by itself.
    constexpr std::uint64_t looked_at_max = 100'000;  // in a round: about a millisecond
    if (key_count_ >= options_.idempotency_keys_max) {
        keys_.forget_some(looked_at_max);
        key_count_ = keys_.size();
    }
}

}  // namespace coffer::store_embedded
