#include "tests/history/check.h"

#include <filesystem>

#include "tests/history/intake.h"
#include "tests/history/judge.h"
#include "tests/history/lines.h"

namespace coffer::tests::history {
namespace {

void judge(Verdict& verdict) {
    // Each step trusts what the one before it has shown.
    const auto sound = [&verdict] { return verdict.findings.count() == 0; };
    if (sound()) judge_outcomes(verdict.evidence, verdict.findings);
    if (sound()) judge_order(verdict.evidence, verdict.findings);
    if (sound()) judge_looks(verdict.evidence, verdict.findings);
    if (sound()) judge_frozen(verdict.evidence, verdict.findings);
}

}  // namespace

Verdict check_text(std::string_view text) {
    Verdict verdict;
    Intake intake{verdict.evidence, verdict.findings, text.size()};
    each_line(text, [&intake](const char* line) { intake.line(line); });
    intake.end();
    judge(verdict);
    return verdict;
}

Verdict check_file(const std::string& path) {
    Verdict verdict;
    std::error_code missing;
    const std::size_t bytes = std::filesystem::file_size(path, missing);
    Intake intake{verdict.evidence, verdict.findings, missing ? 0 : bytes};
    if (!each_line_of(path, [&intake](const char* line) { intake.line(line); })) {
        verdict.findings.add(Rule::history, say("cannot read ", path));
        return verdict;
    }
    intake.end();
    judge(verdict);
    return verdict;
}

}  // namespace coffer::tests::history
