#include <fmt/format.h>

#include "money/decimal.h"
#include "report/book_files.h"
#include "report/verify.h"

namespace coffer::report {
namespace {

constexpr std::string_view account_titles[] = {"",
                                               "settlement",
                                               "wallets available",
                                               "wallets frozen",
                                               "promotions",
                                               "expense adjustments",
                                               "income adjustments",
                                               "fees",
                                               "exchange",
                                               "opening"};

std::string grouped(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
    return text;
}

std::string text_of(const TotalsLine& line) {
    std::string text =
        fmt::format("  {} {}: {} wallets, {} transactions", line.tenant, line.currency,
                    grouped(line.wallets), grouped(line.transactions));
    for (std::size_t account = 1; account < line.balances.size(); ++account) {
        if (line.balances[account] == 0) continue;
        text += fmt::format("; {} ", account_titles[account]);
        money::append_minor_units(text, line.balances[account], line.decimals);
    }
    return text + "\n";
}

}  // namespace

std::string to_text(const Progress& progress) {
    const double rate =
        progress.seconds > 0 ? static_cast<double>(progress.records) / progress.seconds : 0;
    const double part = progress.end == 0 ? 1
                                          : static_cast<double>(progress.position) /
                                                static_cast<double>(progress.end);
    return fmt::format("{} records, {} a second, {:.0f} %", grouped(progress.records),
                       grouped(static_cast<std::uint64_t>(rate)), std::min(part, 1.0) * 100);
}

std::string to_text(const Finding& finding) {
    const Place& place = finding.place;
    std::string where;
    if (place.segment != 0) {
        where = fmt::format(" {} byte {},", segment_path(place.segment), place.offset);
    }
    if (place.sequence != 0) {
        where += fmt::format(" batch {}, record {},", place.sequence, place.ordinal);
    }
    return fmt::format("{}:{} {}: {} ({})", name_of(finding.rule), where, finding.field,
                       finding.message, sentence_of(finding.rule));
}

std::string to_text(const VerifyReport& report) {
    std::string text;
    for (const Finding& finding : report.findings) text += to_text(finding) + "\n";
    if (report.finding_count > report.findings.size()) {
        text +=
            fmt::format("… and {} more\n", grouped(report.finding_count - report.findings.size()));
    }
    const double rate =
        report.seconds > 0 ? static_cast<double>(report.records) / report.seconds : 0;
    text += fmt::format(
        "{} batches, {} records, {} wallets ({} open), {} transactions, {} open holds, "
        "{} references; {} run files and {} checkpoints compared; {:.1f} s, {} records a second\n",
        grouped(report.batches), grouped(report.records), grouped(report.wallets),
        grouped(report.open_wallets), grouped(report.transactions), grouped(report.open_holds),
        grouped(report.references), report.run_files, report.checkpoints, report.seconds,
        grouped(static_cast<std::uint64_t>(rate)));
    for (const TotalsLine& line : report.totals) text += text_of(line);
    if (report.noted_heads != 0) {
        text += fmt::format("{} noted heads are in the book\n", grouped(report.noted_heads));
    }
    for (const RestoreLine& restore : report.restores) {
        text += fmt::format(
            "epoch {}: restored from a backup at {} (batch {}); answers given after "
            "{} are lost; {}\n",
            restore.epoch, to_text(restore.at), restore.sequence, to_text(restore.last_kept),
            restore.opened_sequence == 0
                ? "read-only"
                : fmt::format("opened by batch {}", restore.opened_sequence));
    }
    text += fmt::format("head: batch {}, {}, {}\n", report.head_sequence, to_text(report.head_time),
                        to_hex(report.head_hash));
    if (report.torn) {
        text += fmt::format(
            "at {} byte {} stands an incomplete batch: being written, or left by a "
            "crash; it was never acknowledged\n",
            segment_path(report.torn->segment), report.torn->offset);
    }
    if (!report.read_to_end) text += "stopped at damage: what stands behind it was not read\n";
    text += report.holds() ? "the book holds\n" : "THE BOOK DOES NOT HOLD\n";
    return text;
}

}  // namespace coffer::report
