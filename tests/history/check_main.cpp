#include <charconv>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>

#include "app/memory.h"
#include "tests/history/check.h"
#include "tests/history/generator.h"

// coffer_history_check: see docs/history-checker.md.

namespace {

using namespace coffer::tests::history;

int usage() {
    std::fputs(
        "coffer_history_check FILE\n"
        "    judges a history; 0: no contradiction, 1: there is one, 2: not understood\n"
        "coffer_history_check --generate OPERATIONS SEED FILE\n"
        "    writes a history of a service that keeps every rule\n",
        stderr);
    return 2;
}

bool read_number(const char* text, std::uint64_t& number) {
    const char* const end = text + std::strlen(text);
    return std::from_chars(text, end, number).ptr == end && end != text;
}

int write_history(const char* operations, const char* seed, const char* path) {
    GeneratorOptions options{.wallets = 1000};
    std::uint64_t count = 0;
    if (!read_number(operations, count) || !read_number(seed, options.seed)) return usage();
    options.operations = count;
    options.operations_per_death = count / 10 + 1;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path, "wb"),
                                                               &std::fclose};
    if (file == nullptr) return usage();
    bool written = true;
    generate(options, [&](const std::string& line) {
        written = std::fwrite(line.data(), 1, line.size(), file.get()) == line.size() && written;
    });
    return written && std::fflush(file.get()) == 0 ? 0 : 2;
}

int judge(const char* path) {
    const std::clock_t begin = std::clock();  // of the processor: others may be at work, too
    const Verdict verdict = check_file(path);
    const double took = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    std::fputs(report_file(verdict, path).c_str(), stdout);
    const auto operations = static_cast<double>(verdict.evidence.operations.size());
    std::printf("%.2f s of one core, %.2f million operations/s\n", took, operations / took / 1e6);
    return verdict.passed() ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
    coffer::app::use_huge_pages();  // tables are read at random
    if (count == 2 && arguments[1][0] != '-') return judge(arguments[1]);
    if (count == 5 && std::strcmp(arguments[1], "--generate") == 0) {
        return write_history(arguments[2], arguments[3], arguments[4]);
    }
    return usage();
}
