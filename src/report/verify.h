#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/int128.h"
#include "base/result.h"
#include "base/sha256.h"
#include "os/file_system.h"
#include "report/book_head.h"
#include "report/book_reader.h"

namespace coffer::report {

struct VerifyOptions {
    std::size_t findings_max = 20;  ///< how many are kept; all are counted
    bool derived_files = true;      ///< run files and checkpoints, too
    BookReader::Patience patience;
    std::vector<NotedHead> noted_heads{};  ///< each must be in the book
};

/// A restore that the book tells of.
struct RestoreLine {
    std::uint64_t epoch = 0;
    std::uint64_t sequence = 0;  ///< of the batch that begins the epoch
    Instant at;
    Instant last_kept;                  ///< answers given after this instant are lost
    std::uint64_t opened_sequence = 0;  ///< 0: the book is read-only
};

/// Balances of one tenant's accounts in one currency, in minor units and in each account's normal
/// direction.
struct TotalsLine {
    std::string tenant;
    std::string currency;
    int decimals = 0;
    std::uint64_t wallets = 0;
    std::uint64_t transactions = 0;     ///< rows of all wallets
    std::array<Int128, 10> balances{};  ///< by account, 1 to 9
};

struct VerifyReport {
    bool read_to_end = false;  ///< false: stopped at damage, the figures are of what is before it
    std::uint64_t finding_count = 0;
    std::vector<Finding> findings;  ///< the first ones, in order of the book

    std::uint64_t batches = 0;
    std::uint64_t records = 0;
    std::uint64_t wallets = 0;
    std::uint64_t open_wallets = 0;
    std::uint64_t open_holds = 0;
    std::uint64_t transactions = 0;
    std::uint64_t references = 0;
    std::uint64_t run_files = 0;
    std::uint64_t checkpoints = 0;
    std::uint64_t noted_heads = 0;   ///< that are in the book
    std::vector<TotalsLine> totals;  ///< by tenant and currency

    std::uint64_t epoch = 1;
    std::vector<RestoreLine> restores;

    // The head: what to compare with one noted elsewhere. A book cut off at a batch's end, and
    // texts changed together with every hash behind them, can only be seen by it.
    BookId book{};
    std::uint64_t head_sequence = 0;
    Instant head_time;
    Hash head_hash{};

    /// A last batch that is not whole: being written right now, or left by a crash. It was never
    /// acknowledged and is no fault.
    std::optional<Place> torn;
    double seconds = 0;

    [[nodiscard]] bool holds() const { return read_to_end && finding_count == 0; }
};

struct Progress {
    std::uint64_t records = 0;
    std::uint64_t position = 0;  ///< bytes of the book read
    std::uint64_t end = 0;       ///< about where it ends
    double seconds = 0;
};
/// Called about once a second, on the caller's thread.
using OnProgress = std::function<void(const Progress&)>;

/// Reads the whole book from its first byte and computes everything again: sectors, hashes,
/// balances, numbers, chains, totals, references, ids. About 1 µs a record; memory for each wallet
/// and reference, about 250 and 25 bytes.
///
/// Writes nothing, takes no lock, may run beside a serving process. A fault means that the book
/// could not be read; what is wrong in the book is in the report.
[[nodiscard]] Result<VerifyReport, Fault> verify(os::FileSystem& files,
                                                 const VerifyOptions& options,
                                                 const OnProgress& on_progress);

/// `12,345,678 records, 845,000 a second, 37 %`.
[[nodiscard]] std::string to_text(const Progress& progress);
/// Several lines, with every kept finding, for people.
[[nodiscard]] std::string to_text(const VerifyReport& report);
/// One line: rule, file, offset, sequence, ordinal, field, what is wrong.
[[nodiscard]] std::string to_text(const Finding& finding);

}  // namespace coffer::report
