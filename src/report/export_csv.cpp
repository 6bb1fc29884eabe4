#include "ledger/account.h"
#include "money/decimal.h"
#include "report/exporter.h"

namespace coffer::report {
namespace {

/// Whether a spreadsheet would compute the cell, or take its first sign away: `=`, `+`, `-`, `@`,
/// their full-width twins, tab, carriage return, and the apostrophe that marks such cells.
bool needs_mark(std::string_view text) {
    if (text.empty()) return false;
    if (std::string_view{"=+-@'\t\r\n"}.find(text.front()) != std::string_view::npos) return true;
    for (const std::string_view wide : {"\uff1d", "\uff0b", "\uff0d", "\uff20"}) {
        if (text.starts_with(wide)) return true;
    }
    return false;
}

/// RFC 4180: a header, CRLF, quotation marks doubled within quotation marks.
class CsvExporter final : public Exporter {
public:
    void record(const Exported& exported, std::string& out) override {
        if (std::exchange(first_, false)) {
            out.append(
                "sequence,ordinal,time,entry_id,kind,tenant_id,user_id,counterparty_id,actor_id,"
                "application_id,reference_id,description,account,wallet_id,side,currency,amount,"
                "balance_before,balance_after\r\n");
        }
        if (!is_movement(exported.record.kind)) return;
        for (const PostingLine& posting : exported.record.movement.postings) {
            row(exported, posting, out);
        }
    }
    void end(const BatchView&, std::string&) override {}

private:
    static void text(std::string_view value, std::string& out) {
        const bool quoted = value.find_first_of(",;\"\r\n\t") != std::string_view::npos ||
                            value.starts_with(' ') || value.ends_with(' ');
        if (quoted) out.push_back('"');
        if (needs_mark(value)) out.push_back('\'');
        for (const char c : value) {
            if (c == '"') out.push_back(c);
            out.push_back(c);
        }
        if (quoted) out.push_back('"');
        out.push_back(',');
    }

    static void row(const Exported& exported, const PostingLine& posting, std::string& out) {
        const Movement& movement = exported.record.movement;
        ExportState& state = exported.state;
        out.append(std::to_string(exported.batch.sequence)).append(",");
        out.append(std::to_string(exported.record.ordinal)).append(",");
        append_instant(out, exported.batch.time);
        out.push_back(',');
        append_public_id(out, entry_prefix,
                         state.id(exported.batch, exported.record, IdPlace::entry));
        out.append(",").append(name_of(exported.record.kind)).append(",");
        text(state.tenant(movement.tenant), out);
        text(state.subject(movement.user), out);
        text(state.subject(movement.counterparty), out);
        text(state.subject(movement.actor), out);
        text(state.application(movement.application), out);
        text(movement.reference, out);
        text(movement.description, out);
        out.append(ledger::name_of(static_cast<ledger::AccountKind>(posting.account)));
        out.push_back(',');
        if (posting.wallet != 0) {
            append_public_id(out, wallet_prefix, state.wallets[posting.wallet - 1].id);
        }
        out.append(posting.side == PostingSide::debit ? ",debit," : ",credit,");
        const auto* currency = state.currencies.find(posting.currency);
        out.append(currency->code);
        const Int128 amounts[] = {static_cast<Int128>(posting.amount), posting.before,
                                  posting.after};
        for (const Int128 amount : amounts) {
            out.push_back(',');
            money::append_minor_units(out, amount, currency->decimals);
        }
        out.append("\r\n");
    }

    bool first_ = true;
};

}  // namespace

std::unique_ptr<Exporter> make_csv_exporter() { return std::make_unique<CsvExporter>(); }

}  // namespace coffer::report
