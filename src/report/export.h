#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/file_system.h"
#include "report/book_reader.h"

namespace coffer::report {

enum class ExportFormat : std::uint8_t {
    /// A plain-text journal that `hledger check -s` accepts. Tags (user, counterparty, actor,
    /// reference) have the sign %, commas and outer blanks as %XX; descriptions are for people.
    hledger,
    /// A beancount file that `bean-check` accepts, with every final balance as an assertion.
    beancount,
    csv,    ///< RFC 4180, one posting a row; texts that a spreadsheet would compute are marked
    jsonl,  ///< one JSON object a line, one line a record
};
[[nodiscard]] std::optional<ExportFormat> parse_export_format(std::string_view text);

struct ExportOptions {
    ExportFormat format = ExportFormat::hledger;
    /// Only this tenant's records; empty: all. In hledger its accounts then carry no prefix.
    std::string tenant;
    BookReader::Patience patience{};
};

/// Takes the text piece by piece, in order.
using Sink = std::function<Result<Ok, Fault>(std::string_view)>;

struct ExportReport {
    std::uint64_t records = 0;  ///< written
    std::uint64_t batches = 0;  ///< read
    bool tenant_found = true;   ///< false: no record of the book names that tenant
};

/// Writes what the book says up to its last whole batch; may run beside a serving process. Checks
/// sectors and hashes, not the bookkeeping: that is verify(). Damage is Kind::storage_corrupt.
[[nodiscard]] Result<ExportReport, Fault> export_book(os::FileSystem& files,
                                                      const ExportOptions& options,
                                                      const Sink& sink);

}  // namespace coffer::report
