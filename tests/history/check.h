#pragma once

#include <string>
#include <string_view>

#include "tests/history/evidence.h"

namespace coffer::tests::history {

struct Verdict {
    Evidence evidence;
    Findings findings;

    [[nodiscard]] bool passed() const { return findings.count() == 0; }
};

/// Reads a whole history (format.h) and judges it. One thread; about 100 bytes of memory an
/// operation. Strict serialisability, exactly-once and the rest of findings.h in linear time,
/// because the service tells a row's number within its wallet.
[[nodiscard]] Verdict check_text(std::string_view text);
/// The same from a file, which is read once. A file that cannot be read is a
/// finding.
[[nodiscard]] Verdict check_file(const std::string& path);

/// What a person reads: the counts, then each contradiction with its rule and its lines, in the
/// history's own letters and in words. Reads the history once more when there are any.
[[nodiscard]] std::string report_text(const Verdict& verdict, std::string_view text);
[[nodiscard]] std::string report_file(const Verdict& verdict, const std::string& path);

}  // namespace coffer::tests::history
