#include "engine/original.h"
#include "store_embedded/embedded_store.h"
#include "wallet/decide.h"

// The second half of a round: what is durable is answered, what needs old records goes to a reader.

namespace coffer::store_embedded {

using engine::Failed;

void EmbeddedStore::deliver(Pending& pending, engine::Answers& answers) {
    const engine::Cookie cookie = pending.cookie;
    if (pending.what != Pending::What::deferred) forget_found_out(cookie);
    switch (pending.what) {
        case Pending::What::applied:
            return answers.answer(cookie, engine::Applied{pending.record, false}, view_);
        case Pending::What::settled: return answers.answer(cookie, engine::Settled{}, view_);
        case Pending::What::dry_run: {
            const engine::DryRun& dry = *dry_runs_[pending.found];
            return answers.answer(cookie, engine::Applied{&dry.record(), false}, dry);
        }
        case Pending::What::replayed:
            return answers.answer(cookie, engine::Applied{pending.record, true}, view_);
        case Pending::What::found:
            return answers.answer(cookie, engine::Found{&found_[pending.found]}, view_);
        case Pending::What::wallets:
            return answers.answer(cookie, std::move(wallet_pages_[pending.found]), view_);
        case Pending::What::policy: {
            const auto& [asked, row] = policies_found_[pending.found];
            return answers.answer(
                cookie, engine::PolicyFound{asked.tenant, asked.application, &row.own, &row.policy},
                view_);
        }
        case Pending::What::approvals:
            return answers.answer(cookie, std::move(approval_pages_[pending.found]), view_);
        case Pending::What::refused: return answers.answer(cookie, refusals_[pending.found], view_);
        case Pending::What::failed: return answers.answer(cookie, Failed{pending.failed}, view_);
        case Pending::What::deferred:
            if (readers_->ask(std::move(pending.job))) {
                ++reading_;
                return;
            }
            forget_found_out(cookie);
            return answers.answer(cookie, Failed{Failed::Kind::unavailable}, view_);
    }
}

// A command may come by several times: each reader's word for it stays until it is answered.
void EmbeddedStore::forget_found_out(engine::Cookie cookie) {
    if (!originals_.empty()) originals_.erase(cookie);
    if (!too_old_.empty()) too_old_.erase(cookie);
}

void EmbeddedStore::poll(engine::Answers& answers) {
    if (writing_) {
        // What a list or a repeat would show now may not be on the disk yet.
        if (!journal_->append_ended()) return;
        if (decided_) {
            end_round(answers);
            if (writing_) return;
        } else {
            answer_round(answers);
        }
    }
    for (const auto& job : readers_->take()) {
        --reading_;
        deliver(*job, answers);
    }
    if (!again_.entries.empty()) execute(again_, answers);
    if (writing_) return;
    if (!healthy_) return;
    copying_ =
        checkpointer_->step(CheckpointStart{.batch_position = last_batch_position_, .head = head()},
                            [this] { return clock_.monotonic_ns(); });
}

void EmbeddedStore::wake_with(std::function<void()> wake) { readers_->wake_with(std::move(wake)); }

void EmbeddedStore::deliver(ReadJob& job, engine::Answers& answers) {
    if (const auto* fault = std::get_if<Fault>(&job.found)) {
        options_.log("a record cannot be read: " + fault->message);
        forget_found_out(job.cookie);
        answers.answer(job.cookie, Failed{Failed::Kind::unavailable}, view_);
    } else if (auto* page = std::get_if<engine::Page>(&job.found)) {
        for (engine::PagedRow& row : page->rows) {
            const auto* refunded = state_.refunded(row.movement->record.ids.entry);
            if (refunded != nullptr) row.refunded = *refunded;
        }
        answers.answer(job.cookie, std::move(*page), view_);
    } else if (const auto* integrity = std::get_if<engine::Integrity>(&job.found)) {
        answers.answer(job.cookie, *integrity, view_);
    } else if (job.why == ReadJob::Why::original) {
        deliver_original(job, std::get<wallet::Command>(job.question));
    } else if (job.why == ReadJob::Why::key) {
        deliver_kept(job, std::get<wallet::Command>(job.question), answers);
    } else {
        deliver_prior(job, std::get<wallet::Command>(job.question), answers);
    }
}

void EmbeddedStore::deliver_kept(ReadJob& job, const wallet::Command& command,
                                 engine::Answers& answers) {
    const auto& node = std::get<HistoryReader::Node>(job.found);
    wallet::Context context;
    fill_context(command, round_clock_->read().now, context);
    if (!wallet::key_lives(node.movement.record.at, context)) {
        // The book is in order of time, so nothing before it counts either: for no application,
        // when it is older than the service keeps keys; else for this command.
        const std::int64_t age_ms = context.now.unix_ms - node.movement.record.at.unix_ms;
        if (age_ms >= options_.idempotency_ttl_s * 1000) {
            too_old_until_ = std::max(too_old_until_, job.prior);
        }
        too_old_.insert_or_assign(job.cookie, job.prior);
        return again_.add(job.cookie, engine::copy(command, again_.texts));
    }
    forget_found_out(job.cookie);
    wallet::Record unused;
    view_.set_kept(&node.movement.record);
    const auto decision = wallet::decide(command, view_, context, unused);
    view_.set_kept(nullptr);
    if (const auto* refusal = std::get_if<wallet::Refusal>(&decision)) {
        return answers.answer(job.cookie, *refusal, view_);
    }
    const auto& replayed = std::get<wallet::Replayed>(decision);
    answers.answer(job.cookie, engine::Applied{replayed.first, true}, view_);
}

// It is decided in the next round, over the state as it is then.
void EmbeddedStore::deliver_original(ReadJob& job, const wallet::Command& command) {
    std::unique_ptr<HistoryReader::Node> original;
    wallet::Command again = engine::copy(command, again_.texts);
    if (auto* node = std::get_if<HistoryReader::Node>(&job.found)) {
        original = std::make_unique<HistoryReader::Node>(std::move(*node));
        engine::say_whose(again,
                          engine::user_of_original(original->movement.record, job.original,
                                                   state_.tenant(command.caller.tenant), view_));
    }
    originals_[job.cookie] = std::move(original);
    again_.add(job.cookie, std::move(again));
}

// The first use is durable and older than everything in memory, so this is answered between rounds:
// it is a repeat or a misuse, never a new effect.
void EmbeddedStore::deliver_prior(ReadJob& job, const wallet::Command& command,
                                  engine::Answers& answers) {
    auto& node = std::get<HistoryReader::Node>(job.found);
    const auto reference = engine::reference_of(command);
    ENSURE(reference.has_value());
    forget_found_out(job.cookie);
    wallet::Context context;
    fill_context(command, round_clock_->read().now, context);
    wallet::Record unused;
    view_.set_prior(&node.movement.record);
    const auto decision = wallet::decide(command, view_, context, unused);
    view_.set_prior(nullptr);
    ENSURE(!std::holds_alternative<wallet::Accepted>(decision));
    const auto* replayed = std::get_if<wallet::Replayed>(&decision);
    if (replayed != nullptr && is_first_use(*replayed->first, command, *reference)) {
        answers.answer(job.cookie, engine::Applied{replayed->first, true}, view_);
    } else {
        answers.answer(
            job.cookie,
            wallet::Refusal{.rejection = wallet::Rejection::reference_reused, .currency = {}},
            view_);
    }
}

}  // namespace coffer::store_embedded
