#include "store_postgres/flight.h"

#include <algorithm>

namespace coffer::store_postgres {

using engine::Failed;

namespace {

constexpr int attempts_max = 8;

Failed::Kind kind_of(std::string_view sqlstate) {
    return sqlstate == "53100" ? Failed::Kind::storage_full : Failed::Kind::unavailable;
}

// Somebody else was faster, or waits for us while we wait for them: the same batch, decided anew
// over what is there then, may well pass.
bool is_worth_another_try(std::string_view sqlstate) {
    return sqlstate == "23505" || sqlstate == "40001" || sqlstate == "40P01";
}

}  // namespace

Flight::Flight(Shared& shared, engine::Batch&& batch, std::int64_t began_ns)
    : shared_{shared}, batch_{std::move(batch)}, began_ns_{began_ns} {
    const std::size_t items_max = shared.options.batch_items_max;
    for (std::size_t first = 0; first < batch_.entries.size(); first += items_max) {
        ranges_.push_back({first, std::min(items_max, batch_.entries.size() - first)});
    }
}

std::span<const engine::Batch::Entry> Flight::entries() const {
    return std::span{batch_.entries}.subspan(ranges_.front().first, ranges_.front().size);
}

Flight::Next Flight::ask(Connection& connection, Phase phase, std::vector<Step> steps) {
    phase_ = phase;
    asked_ = std::move(steps);
    connection.ask(asked_);
    return Next::waiting;
}

Flight::Next Flight::start(Connection& connection, std::uint32_t lane, engine::Answers& answers) {
    lane_ = lane;
    return begin_range(connection, answers);
}

Flight::Next Flight::begin_range(Connection& connection, engine::Answers&) {
    if (ranges_.empty()) return Next::done;
    answered_ = false;
    names_asked_ = 0;
    loaded_ = std::make_unique<LoadedBatch>(shared_.known, shared_.ids);
    wishes_ = std::make_unique<Wishes>(entries(), shared_.known, context(),
                                       shared_.book.genesis.reference_key, *loaded_);
    auto names = wishes_->unknown_names();
    if (!names.empty()) return ask(connection, Phase::names, std::move(names));
    return load(connection);
}

Flight::Next Flight::load(Connection& connection) {
    // Anew: what was asked for meanwhile is known, or is not there at all.
    wishes_ = std::make_unique<Wishes>(entries(), shared_.known, context(),
                                       shared_.book.genesis.reference_key, *loaded_);
    auto steps = wishes_->load(lane_);
    if (steps.empty()) steps.push_back({Statement::rollback});  // nothing can be there
    return ask(connection, Phase::load, std::move(steps));
}

void Flight::take_loaded(const std::vector<Rows>& answers) {
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const Rows& rows = answers[i];
        switch (asked_[i].statement) {
            using enum Statement;
            case tenants_by_name:
                for (int row = 0; row < rows.size(); ++row) {
                    shared_.known.add_tenant({rows.number<std::uint32_t>(row, 0)},
                                             rows.text(row, 1));
                }
                break;
            case applications_by_name:
            case applications_by_number:
                for (int row = 0; row < rows.size(); ++row) {
                    shared_.known.add_application({rows.number<std::uint32_t>(row, 0)},
                                                  {rows.number<std::uint32_t>(row, 1)},
                                                  rows.text(row, 2));
                }
                break;
            case lock_users:
            case people:
            case subjects_by_number: loaded_->take_people(rows); break;
            case wallets_of_users:
            case wallets_by_id:
            case wallets_of_holds:
            case wallets_by_number: loaded_->take_wallets(rows); break;
            case holds_by_id: loaded_->take_holds(rows); break;
            case priors: loaded_->take_priors(rows); break;
            case kept_answers: loaded_->take_kept(rows); break;
            case house_accounts: loaded_->take_house_accounts(rows); break;
            case lock_lane: loaded_->take_lane(rows, lane_, shared_.book.lanes); break;
            default: break;
        }
    }
}

Flight::Next Flight::take(Connection& connection, engine::Answers& answers) {
    const bool in_doubt = connection.commit_in_doubt();
    const auto rows = connection.take_answers();
    const auto failed = std::ranges::find_if(rows, &Rows::failed);
    if (phase_ == Phase::finish && in_doubt) {
        // The server says COMMIT although nobody waited for the standby: faults.md 2.1 rule 4.
        fail_range(Failed::Kind::unknown, answers);
        return end_range(connection, answers);
    }
    if (failed != rows.end()) return recover(connection, *failed, answers);
    switch (phase_) {
        case Phase::names: take_loaded(rows); return load(connection);
        case Phase::load:
        case Phase::missing: take_loaded(rows); return after_load(connection, answers);
        case Phase::finish: return settle(connection, rows.back(), answers);
        case Phase::clear:
            if (!fail_with_) return begin_range(connection, answers);
            fail_range(*std::exchange(fail_with_, std::nullopt), answers);
            return end_range(connection, answers);
        case Phase::history: {
            LoadedBatch::Missing missing;
            std::size_t at = 0;
            found_.clear();
            for (const HistoryQuestion& question : questions_) {
                const std::size_t size = steps_for(question).size();
                const auto its = std::span{rows}.subspan(at, size);
                at += size;
                if (!question.list) {
                    found_.emplace_back(integrity_of(question, its[0]));
                    continue;
                }
                engine::Page page = page_of(question, its, shared_.ids);
                for (const auto& row : page.rows) loaded_->want(row.movement->record, missing);
                found_.emplace_back(std::move(page));
            }
            if (missing.empty()) return answer_history(connection, answers);
            return ask(connection, Phase::history_names, steps_for(missing, wishes_->tenants()));
        }
        case Phase::history_names: take_loaded(rows); return answer_history(connection, answers);
    }
    unreachable_value();
}

Flight::Next Flight::after_load(Connection& connection, engine::Answers& answers) {
    const auto missing = loaded_->missing();
    if (!missing.empty()) {
        // A number that nothing stands for would be asked for without end.
        ENSURE(++names_asked_ <= 3);
        return ask(connection, Phase::missing, steps_for(missing, wishes_->tenants()));
    }
    decide();
    return finish(connection, answers);
}

Flight::Next Flight::finish(Connection& connection, engine::Answers& answers) {
    std::vector<Step> steps;
    if (!loaded_->written().empty()) {
        writing_ = write(*loaded_, head_, logical_);
        steps = std::move(writing_.steps);
        steps.push_back({Statement::commit});
    } else if (std::ranges::any_of(outcomes_, [](const Outcome& outcome) {
                   const auto* refusal = std::get_if<wallet::Refusal>(&outcome);
                   return std::holds_alternative<Recorded>(outcome) ||
                          (refusal != nullptr && refusal->replayed);
               })) {
        // A repeat is as good as its first answer only when what it saw is durable everywhere.
        steps.push_back({Statement::fence});
        steps.push_back({Statement::commit});
    } else if (wishes_->writes()) {
        steps.push_back({Statement::rollback});
    }
    if (!steps.empty()) return ask(connection, Phase::finish, std::move(steps));
    answer_range(answers);
    return end_range(connection, answers);
}

Flight::Next Flight::settle(Connection& connection, const Rows& committed,
                            engine::Answers& answers) {
    // A COMMIT that the server answers with ROLLBACK has kept nothing.
    const bool wanted = asked_.back().statement == Statement::commit;
    if (wanted && committed.command_tag() != "COMMIT")
        return recover(connection, committed, answers);
    if (!loaded_->written().empty()) note_committed();
    answer_range(answers);
    return end_range(connection, answers);
}

void Flight::note_committed() {
    for (const Written& written : loaded_->written()) {
        const wallet::Record& record = written.record;
        for (const auto& added : record.new_tenants) {
            shared_.known.add_tenant(added.number, added.id);
        }
        for (const auto& added : record.new_applications) {
            shared_.known.add_application(record.request.tenant, added.number, added.id);
        }
    }
    engine::StoreFigures& figures = shared_.book.figures;
    ++figures.batches;
    figures.records += loaded_->written().size();
    figures.batch_records.add(loaded_->written().size());
    figures.wallets += writing_.wallets;
    figures.subjects += writing_.subjects;
    figures.references += writing_.references;
    figures.holds += writing_.holds;
    figures.idempotency_keys += writing_.keys;
    figures.journal_bytes += writing_.record_bytes;
    if (writing_.head.sequence > shared_.book.head.sequence) shared_.book.head = writing_.head;
}

Flight::Next Flight::recover(Connection& connection, const Rows& failed, engine::Answers& answers) {
    const std::string state{failed.sqlstate()};
    if (failed.ends_connection()) {
        connection.drop(failed.message());
        return lose(answers);
    }
    if (phase_ == Phase::history || phase_ == Phase::history_names) {
        shared_.options.log("a list could not be read: " + failed.message());
        for (const HistoryQuestion& question : questions_) {
            answers.answer(question.cookie, Failed{kind_of(state)}, *loaded_);
        }
        questions_.clear();
        return end_range(connection, answers);
    }
    // An error before or at COMMIT: the server has kept nothing of this batch.
    if (is_worth_another_try(state) && ++attempts_ < attempts_max) {
        Range& range = ranges_.front();
        if (attempts_ > 1 && range.size > 1) {
            const Range second{range.first + range.size / 2, range.size - range.size / 2};
            range.size /= 2;
            ranges_.insert(ranges_.begin() + 1, second);
        }
    } else {
        shared_.options.log("a batch was refused: " + state + " " + failed.message());
        fail_with_ = kind_of(state);
    }
    return ask(connection, Phase::clear, {{Statement::rollback}});
}

Flight::Next Flight::lose(engine::Answers& answers) {
    if (answered_) {
        for (const HistoryQuestion& question : questions_) {
            answers.answer(question.cookie, Failed{Failed::Kind::unavailable}, *loaded_);
        }
        questions_.clear();
        ranges_.pop_front();
        attempts_ = 0;
    } else if (phase_ == Phase::finish && !loaded_->written().empty()) {
        fail_range(Failed::Kind::unknown, answers);
        ranges_.pop_front();
        attempts_ = 0;
    } else if (++attempts_ >= attempts_max) {
        fail_range(Failed::Kind::unavailable, answers);
        ranges_.pop_front();
        attempts_ = 0;
    }
    fail_with_.reset();
    return ranges_.empty() ? Next::done : Next::again;
}

void Flight::answer_range(engine::Answers& answers) {
    questions_.clear();
    const auto items = entries();
    for (std::size_t i = 0; i < items.size(); ++i) {
        const engine::Cookie cookie = items[i].cookie;
        Outcome& outcome = outcomes_[i];
        if (const auto* recorded = std::get_if<Recorded>(&outcome)) {
            answers.answer(cookie, engine::Applied{recorded->record, recorded->replayed}, *loaded_);
        } else if (const auto* dry = std::get_if<std::shared_ptr<engine::DryRun>>(&outcome)) {
            answers.answer(cookie, engine::Applied{&(*dry)->record(), false}, **dry);
        } else if (const auto* found = std::get_if<wallet::Wallet>(&outcome)) {
            answers.answer(cookie, engine::Found{found}, *loaded_);
        } else if (const auto* refusal = std::get_if<wallet::Refusal>(&outcome)) {
            answers.answer(cookie, *refusal, *loaded_);
        } else if (const auto* failed = std::get_if<Failed>(&outcome)) {
            answers.answer(cookie, *failed, *loaded_);
        } else {
            questions_.push_back(std::get<HistoryQuestion>(outcome));
        }
    }
    answered_ = true;
}

Flight::Next Flight::answer_history(Connection& connection, engine::Answers& answers) {
    for (std::size_t i = 0; i < questions_.size(); ++i) {
        answers.answer(questions_[i].cookie, found_[i], *loaded_);
    }
    questions_.clear();
    found_.clear();
    return end_range(connection, answers);
}

Flight::Next Flight::end_range(Connection& connection, engine::Answers& answers) {
    if (!questions_.empty()) {
        std::vector<Step> steps;
        for (const HistoryQuestion& question : questions_) {
            for (Step& step : steps_for(question)) steps.push_back(std::move(step));
        }
        return ask(connection, Phase::history, std::move(steps));
    }
    ranges_.pop_front();
    attempts_ = 0;
    return begin_range(connection, answers);
}

void Flight::fail_range(Failed::Kind kind, engine::Answers& answers) {
    for (const auto& entry : entries()) answers.answer(entry.cookie, Failed{kind}, *loaded_);
    questions_.clear();
    answered_ = true;
}

void Flight::fail(Failed::Kind kind, engine::Answers& answers) {
    if (loaded_ == nullptr) loaded_ = std::make_unique<LoadedBatch>(shared_.known, shared_.ids);
    if (answered_ && !ranges_.empty()) (void)lose(answers);
    for (; !ranges_.empty(); ranges_.pop_front()) fail_range(kind, answers);
}

}  // namespace coffer::store_postgres
