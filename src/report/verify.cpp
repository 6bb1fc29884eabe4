#include "report/verify.h"

#include <chrono>
#include <map>

#include "report/check.h"
#include "report/check_approvals.h"
#include "report/check_files.h"
#include "report/check_refunds.h"
#include "report/check_run.h"
#include "report/compare_checkpoint.h"
#include "report/record_reader.h"

namespace coffer::report {
namespace {

using Clock = std::chrono::steady_clock;

/// One pass over the book: the reader brings batches, the checks judge their records.
class Verification {
public:
    Verification(os::FileSystem& files, BookReader reader, const VerifyOptions& options)
        : files_{files},
          reader_{std::move(reader)},
          options_{options},
          findings_{options.findings_max},
          heads_{options.noted_heads} {}

    Result<VerifyReport, Fault> run(const OnProgress& on_progress);

private:
    Result<Ok, Fault> take_batch();
    void judge(const BatchView& batch, const RecordView& view);
    void judge_movement(const Judged& judged);
    Result<Ok, Fault> end_segment();
    Result<Ok, Fault> look_up_refunded();
    void finish(VerifyReport& report);
    void add_totals(VerifyReport& report);
    void tell(const OnProgress& on_progress);

    os::FileSystem& files_;
    BookReader reader_;
    const VerifyOptions& options_;
    Findings findings_;
    BookState state_;
    SetupChecks setup_;
    NameChecks names_;
    WalletChecks wallets_;
    HoldChecks holds_;
    ApprovalChecks approvals_;
    RefundChecks refunds_;
    ReferenceChecks references_;
    CheckpointComparison checkpoints_;
    HeadChecks heads_;
    std::optional<IdCipher> ids_;
    Record record_;

    std::uint32_t segment_ = 0;
    std::uint64_t segment_first_sequence_ = 0;
    std::uint64_t segment_last_sequence_ = 0;
    VerifyReport report_;
    Clock::time_point started_ = Clock::now();
    Clock::time_point told_ = started_;
    std::uint64_t end_ = 0;
};

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void Verification::tell(const OnProgress& on_progress) {
    if (!on_progress || Clock::now() - told_ < std::chrono::seconds{1}) return;
    told_ = Clock::now();
    on_progress({report_.records, reader_.position(), end_, seconds_since(started_)});
}

Result<VerifyReport, Fault> Verification::run(const OnProgress& on_progress) {
    const auto end = reader_.estimated_end();
    if (!end) return end.error();
    end_ = *end;
    if (options_.derived_files) {
        if (auto loaded = checkpoints_.load(files_, reader_.files(), findings_); !loaded) {
            return loaded.error();
        }
    }
    for (;;) {
        const auto step = reader_.next();
        if (!step) return step.error();
        if (*step == BookReader::Step::damage) {
            const Finding& damage = reader_.damage();
            findings_.at(damage.place);
            findings_.add(damage.rule, damage.field, damage.message);
            break;
        }
        if (*step == BookReader::Step::end) {
            report_.read_to_end = true;
            break;
        }
        if (auto taken = take_batch(); !taken) return taken.error();
        tell(on_progress);
    }
    if (report_.read_to_end) {
        // The newest segment is not sealed: only one that MANIFEST lists a run for has one.
        if (auto ended = end_segment(); !ended) return ended.error();
        if (auto checked = check_files(files_, reader_.files(), segment_, findings_); !checked) {
            return checked.error();
        }
        if (auto looked = look_up_refunded(); !looked) return looked.error();
    }
    finish(report_);
    return std::move(report_);
}

// What a refund is of stands anywhere before it, and most entries are never refunded: so the book
// is read once more rather than kept in memory.
Result<Ok, Fault> Verification::look_up_refunded() {
    if (!refunds_.wanted() || !ids_) return Ok{};
    auto again = BookReader::open(files_, options_.patience);
    if (!again) return again.error();
    for (;;) {
        const auto step = again->next();
        if (!step) return step.error();
        if (*step != BookReader::Step::batch) break;
        if (again->batch().sequence > report_.head_sequence) break;
        refunds_.original_batch(again->batch(), *ids_, findings_);
    }
    refunds_.finish(findings_);
    return Ok{};
}

Result<Ok, Fault> Verification::take_batch() {
    const BatchView& batch = reader_.batch();
    if (batch.segment != segment_) {
        if (auto ended = end_segment(); !ended) return ended;
        segment_ = batch.segment;
        segment_first_sequence_ = batch.sequence;
    }
    segment_last_sequence_ = batch.sequence;
    for (const RecordView& view : batch.records) judge(batch, view);
    if (checkpoints_.wanted()) checkpoints_.batch_taken(batch, state_, setup_, findings_);
    heads_.batch_taken(batch, findings_, setup_.restores);
    ++report_.batches;
    report_.head_sequence = batch.sequence;
    report_.head_time = batch.time;
    report_.head_hash = batch.hash;
    return Ok{};
}

Result<Ok, Fault> Verification::end_segment() {
    auto& entries = references_.of_segment();
    for (const RunEntry& run : reader_.files().runs) {
        if (!options_.derived_files || run.segment != segment_) continue;
        ++report_.run_files;
        auto checked = check_run(files_, reader_.files().book, run, segment_first_sequence_,
                                 segment_last_sequence_, entries, findings_);
        if (!checked) return checked;
    }
    entries.clear();
    return Ok{};
}

void Verification::judge(const BatchView& batch, const RecordView& view) {
    const auto ordinal = static_cast<std::uint64_t>(&view - batch.records.data());
    findings_.at({batch.segment, view.position - batch.base, batch.sequence,
                  static_cast<std::uint32_t>(ordinal)});
    ++report_.records;
    if (const auto malformed = read_record(view.bytes, record_)) {
        findings_.add(Rule::record_form, malformed->field, malformed->why);
        return;
    }
    const Judged judged{batch, view, record_, state_, findings_};
    judged.demand_equal(record_.ordinal, ordinal, Rule::ordinal, "ordinal");
    record_.ordinal = ordinal;
    setup_.check(judged, reader_.files().book);
    if (setup_.has_genesis && !ids_) ids_.emplace(setup_.genesis.id_key);
    if (!ids_) {
        judged.demand(report_.records != 1, Rule::genesis, "kind", "is not genesis");
        return;
    }
    if (record_.kind == Kind::default_policy) {
        if (checkpoints_.wanted()) checkpoints_.policy_taken(judged);
    } else if (is_movement(record_.kind)) {
        judge_movement(judged);
    }
}

void Verification::judge_movement(const Judged& judged) {
    names_.check(judged);
    check_shape(judged);
    check_policies(judged);
    wallets_.check(judged, *ids_);
    holds_.check(judged, *ids_);
    approvals_.check(judged, *ids_);
    refunds_.check(judged, *ids_);
    references_.check(judged, setup_.genesis);
    if (checkpoints_.wanted()) checkpoints_.movement_taken(judged);
}

void Verification::add_totals(VerifyReport& report) {
    std::map<std::pair<std::uint32_t, std::uint16_t>, TotalsLine> lines;
    for (std::size_t i = 0; i < state_.wallets.size(); ++i) {
        const TrackedWallet& wallet = state_.wallets[i];
        TotalsLine& line = lines[{wallet.tenant, wallet.currency}];
        ++line.wallets;
        line.transactions += wallet.transactions;
        line.balances[2] += wallet.available;
        line.balances[3] += wallet.held;
    }
    for (const HouseAccount& account : state_.house) {
        lines[{account.tenant, account.currency}].balances[account.account] += account.balance;
    }
    for (auto& [key, line] : lines) {
        line.tenant = state_.names.text(NameKind::tenant, key.first);
        line.currency = std::to_string(key.second);
        if (const auto* info = state_.currencies.find(key.second)) {
            line.currency = info->code;
            line.decimals = info->decimals;
        }
        const auto& b = line.balances;
        const Int128 debits = b[1] + b[4] + b[5];
        const Int128 credits = b[2] + b[3] + b[6] + b[7] + b[8] + b[9];
        if (debits != credits) {
            findings_.add(Rule::totals, line.tenant + " " + line.currency,
                          "the accounts do not sum to zero");
        }
        report.totals.push_back(std::move(line));
    }
}

void Verification::finish(VerifyReport& report) {
    findings_.at({segment_, 0, report.head_sequence, 0});
    if (report.read_to_end) {
        holds_.finish(state_, approvals_.held(), findings_);
        checkpoints_.finish(findings_);
        if (report.batches == 0) {
            findings_.add(Rule::genesis, "book", "there is not one whole batch in it");
        }
    }
    add_totals(report);
    report.book = reader_.files().book;
    heads_.finish(report.book, report.head_sequence, report.read_to_end, findings_,
                  setup_.restores);
    report.noted_heads = heads_.found();
    report.torn = reader_.torn();
    report.epoch = state_.epoch.number;
    report.restores = setup_.restores;
    report.wallets = state_.wallets.size();
    for (std::size_t i = 0; i < state_.wallets.size(); ++i) {
        report.transactions += state_.wallets[i].transactions;
        if (state_.wallets[i].status != Status::closed) ++report.open_wallets;
    }
    report.open_holds = holds_.open().size();
    report.references = references_.count();
    report.checkpoints = checkpoints_.compared();
    report.finding_count = findings_.count();
    report.findings = findings_.take();
    report.seconds = seconds_since(started_);
}

}  // namespace

Result<VerifyReport, Fault> verify(os::FileSystem& files, const VerifyOptions& options,
                                   const OnProgress& on_progress) {
    auto reader = BookReader::open(files, options.patience);
    if (!reader) return reader.error();
    return Verification{files, std::move(reader).value(), options}.run(on_progress);
}

}  // namespace coffer::report
