#include "report/export.h"

#include "report/damage.h"
#include "report/exporter.h"
#include "report/record_reader.h"

namespace coffer::report {
namespace {

inline constexpr std::size_t flush_bytes = 256 * 1024;

class Export {
public:
    Export(BookReader reader, const ExportOptions& options, Exporter& exporter, const Sink& sink)
        : reader_{std::move(reader)}, options_{options}, sink_{sink}, exporter_{exporter} {
        state_.book = reader_.files().book;
    }

    Result<ExportReport, Fault> run();

private:
    std::optional<Finding> take(const BatchView& batch, const RecordView& view);
    std::string_view learn();
    std::string_view learn_movement();
    [[nodiscard]] bool wanted() const;
    Result<Ok, Fault> flush(std::size_t at_least);

    BookReader reader_;
    const ExportOptions& options_;
    const Sink& sink_;
    Exporter& exporter_;
    ExportState state_;
    Record record_;
    ExportReport report_;
    std::string out_;
};

Result<Ok, Fault> Export::flush(std::size_t at_least) {
    if (out_.size() < at_least || out_.empty()) return Ok{};
    auto taken = sink_(out_);
    out_.clear();
    return taken;
}

Result<ExportReport, Fault> Export::run() {
    report_.tenant_found = options_.tenant.empty();
    for (;;) {
        const auto step = reader_.next();
        if (!step) return step.error();
        if (*step == BookReader::Step::damage) return fault_of(reader_.damage());
        if (*step == BookReader::Step::end) break;
        ++report_.batches;
        for (const RecordView& view : reader_.batch().records) {
            if (const auto found = take(reader_.batch(), view)) return fault_of(*found);
        }
        if (auto flushed = flush(flush_bytes); !flushed) return flushed.error();
        if (exporter_.done()) break;
    }
    exporter_.end(reader_.batch(), out_);
    if (auto flushed = flush(1); !flushed) return flushed.error();
    return report_;
}

bool Export::wanted() const {
    if (!is_movement(record_.kind) || options_.tenant.empty()) return true;
    return state_.tenant(record_.movement.tenant) == options_.tenant;
}

std::optional<Finding> Export::take(const BatchView& batch, const RecordView& view) {
    const auto malformed = [&](std::string_view field, std::string_view why) {
        const auto ordinal = static_cast<std::uint32_t>(&view - batch.records.data());
        const Place place{batch.segment, view.position - batch.base, batch.sequence, ordinal};
        return Finding{Rule::record_form, place, std::string{field}, std::string{why}};
    };
    if (const auto why = read_record(view.bytes, record_)) return malformed(why->field, why->why);
    if (const std::string_view field = learn(); !field.empty()) {
        return malformed(field, "names what the book has not introduced; run `coffer verify`");
    }
    if (!wanted()) return std::nullopt;
    if (is_movement(record_.kind)) report_.tenant_found = true;
    exporter_.record({batch, view, record_, state_}, out_);
    ++report_.records;
    return std::nullopt;
}

/// Takes up what the record introduces; answers the field that makes no sense, if any.
std::string_view Export::learn() {
    if (record_.kind == Kind::genesis) {
        state_.ids.emplace(record_.genesis.id_key);
        return {};
    }
    if (!state_.ids) return "kind";
    if (record_.kind == Kind::settings || record_.kind == Kind::default_policy) return {};
    if (record_.kind == Kind::epoch) {
        state_.epoch = record_.epoch;
        return {};
    }
    if (record_.kind == Kind::currency) {
        const CurrencyBody& body = record_.currency;
        const bool good = body.number != 0 && body.number <= UINT16_MAX && body.decimals <= 18 &&
                          !state_.currencies.knows(body.number);
        if (good) state_.currencies.add(body);
        return good ? "" : "number";
    }
    return learn_movement();
}

std::string_view Export::learn_movement() {
    const Movement& movement = record_.movement;
    for (const NewName& name : movement.names) {
        if (name.number != state_.names.count(name.kind) + 1) return "new name";
        state_.names.add(name, static_cast<std::uint32_t>(movement.tenant));
    }
    if (!state_.names.knows(NameKind::tenant, movement.tenant)) return "tenant";
    for (const Line& line : movement.lines) {
        if (!state_.currencies.knows(line.currency)) return "currency";
        if (line.opens && line.wallet == state_.wallets.size() + 1) {
            state_.wallets.add() = {line.id, static_cast<std::uint32_t>(movement.tenant),
                                    static_cast<std::uint16_t>(line.currency), false};
        }
        if (line.available > static_cast<UInt128>(int128_max)) return "available";
        if (line.held > static_cast<UInt128>(int128_max)) return "held";
        if (line.wallet == 0 || line.wallet > state_.wallets.size()) return "wallet";
    }
    if (record_.kind == Kind::policy) {
        return state_.names.knows(NameKind::application, movement.policy.application)
                   ? std::string_view{}
                   : "application of the policy";
    }
    if (record_.kind == Kind::refused) return {};
    if (movement.lines.empty()) return "wallet lines";
    if (movement.amount > static_cast<UInt128>(int128_max)) return "amount";
    for (const PostingLine& posting : movement.postings) {
        const bool countable = posting.amount <= static_cast<UInt128>(int128_max) &&
                               posting.after != int128_min && posting.before != int128_min;
        if (!countable) return "amount";
        if (!state_.currencies.knows(posting.currency)) return "currency";
        if (posting.wallet > state_.wallets.size()) return "wallet";
        const bool of_wallet = posting.account == 2 || posting.account == 3;
        if (of_wallet != (posting.wallet != 0)) return "wallet";
    }
    if (has_approval(record_.kind) && movement.approval.amount > static_cast<UInt128>(int128_max)) {
        return "amount";
    }
    if (record_.kind == Kind::refund && movement.refund.amount > static_cast<UInt128>(int128_max))
        return "refunded so far";
    for (const Hold& hold : movement.holds) {
        if (hold.amount > static_cast<UInt128>(int128_max)) return "amount";
        if (hold.captured > static_cast<UInt128>(int128_max)) return "captured so far";
        if (hold.wallet == 0 || hold.wallet > state_.wallets.size()) return "wallet";
    }
    return {};
}

std::unique_ptr<Exporter> make_exporter(const ExportOptions& options) {
    const bool one_tenant = !options.tenant.empty();
    switch (options.format) {
        case ExportFormat::hledger: return make_hledger_exporter(one_tenant);
        case ExportFormat::beancount: return make_beancount_exporter(one_tenant);
        case ExportFormat::csv: return make_csv_exporter();
        case ExportFormat::jsonl: return make_jsonl_exporter();
    }
    unreachable_value();
}

}  // namespace

std::optional<ExportFormat> parse_export_format(std::string_view text) {
    if (text == "hledger") return ExportFormat::hledger;
    if (text == "beancount") return ExportFormat::beancount;
    if (text == "csv") return ExportFormat::csv;
    if (text == "jsonl") return ExportFormat::jsonl;
    return std::nullopt;
}

Result<ExportReport, Fault> run_export(BookReader reader, const ExportOptions& options,
                                       Exporter& exporter, const Sink& sink) {
    return Export{std::move(reader), options, exporter, sink}.run();
}

Result<ExportReport, Fault> export_book(os::FileSystem& files, const ExportOptions& options,
                                        const Sink& sink) {
    auto reader = BookReader::open(files, options.patience);
    if (!reader) return reader.error();
    const auto exporter = make_exporter(options);
    return run_export(std::move(reader).value(), options, *exporter, sink);
}

}  // namespace coffer::report
