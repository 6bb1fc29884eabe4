// ./dev sim: simulates the service under faults. See docs/testing.md.
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

#include "coffer_version.h"
#include "tests/sim/campaign.h"

namespace {

using namespace coffer::tests::sim;

constexpr const char* usage =
    "usage: coffer_sim [--seed N] [--runs M] [--mutant answer_before_sync|no_folder_sync]\n"
    "                  [--steps N] [--clients N] [--tenants N] [--users N] [--without TROUBLE]...\n"
    "                  [--history FILE] [--shrink yes|no]\n"
    "Runs M simulations, from seed N on. A run that fails is made smaller and printed with the\n"
    "command that repeats it. Sizes and --without are for repeating one run.\n";

int bad_usage() {
    std::fputs(usage, stderr);
    return 2;
}

struct Command {
    CampaignOptions campaign;
    Options one;
    bool is_one = false;  ///< sizes or troubles were given: one run, as they say
    std::string history;
};

bool read_command(int argc, char** argv, Command& command) {
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc) return false;
        const std::string name = argv[i];
        const char* const value = argv[i + 1];
        const std::uint64_t number = std::strtoull(value, nullptr, 10);
        if (name == "--seed") {
            command.campaign.seed = number;
            command.one = options_of(number);
        } else if (name == "--runs") {
            command.campaign.runs = number;
        } else if (name == "--shrink") {
            command.campaign.shrinks = std::strcmp(value, "no") != 0;
        } else if (name == "--history") {
            command.history = value;
        } else if (name == "--mutant") {
            if (std::strcmp(value, "answer_before_sync") == 0) {
                command.campaign.mutant = Mutant::answer_before_sync;
            } else if (std::strcmp(value, "no_folder_sync") == 0) {
                command.campaign.mutant = Mutant::no_folder_sync;
            } else {
                return false;
            }
        } else if (name == "--without") {
            bool known = false;
            for (std::size_t t = 0; t < trouble_count; ++t) {
                if (trouble_names[t] != value) continue;
                command.one.troubles[t] = false;
                known = true;
            }
            if (!known) return false;
            command.is_one = true;
        } else {
            std::uint32_t* const size = name == "--steps"     ? &command.one.steps
                                        : name == "--clients" ? &command.one.clients
                                        : name == "--tenants" ? &command.one.tenants
                                        : name == "--users"   ? &command.one.users
                                                              : nullptr;
            if (size == nullptr || number == 0) return false;
            *size = static_cast<std::uint32_t>(number);
            command.is_one = true;
        }
    }
    command.one.mutant = command.campaign.mutant;
    return true;
}

/// What repeats it, small as it is.
std::string command_of(const Options& options) {
    std::string text = "coffer_sim --seed " + std::to_string(options.seed) + " --steps " +
                       std::to_string(options.steps) + " --clients " +
                       std::to_string(options.clients) + " --tenants " +
                       std::to_string(options.tenants) + " --users " +
                       std::to_string(options.users);
    const Options whole = options_of(options.seed);
    for (std::size_t t = 0; t < trouble_count; ++t) {
        if (whole.troubles[t] && !options.troubles[t]) {
            text += " --without " + std::string{trouble_names[t]};
        }
    }
    if (options.mutant == Mutant::answer_before_sync) text += " --mutant answer_before_sync";
    if (options.mutant == Mutant::no_folder_sync) text += " --mutant no_folder_sync";
    return text;
}

CampaignTotals one_run(const Options& options) {
    CampaignTotals totals;
    Outcome outcome = run(options);
    totals.add(outcome);
    totals.failure = CampaignTotals::Failure{options, std::move(outcome)};
    return totals;
}

}  // namespace

int main(int argc, char** argv) {
    Command command;
    command.one = options_of(command.campaign.seed);
    if (!read_command(argc, argv, command)) return bad_usage();
    const bool is_one = command.is_one || command.campaign.runs == 1;
    const bool on_terminal = ::isatty(STDERR_FILENO) != 0;
    command.campaign.progress = [&](std::uint64_t done) {
        if (!on_terminal || done % 10 != 0) return;
        std::fprintf(stderr, "\r%llu of %llu runs", static_cast<unsigned long long>(done),
                     static_cast<unsigned long long>(command.campaign.runs));
    };
    std::printf("coffer_sim " COFFER_VERSION " (" COFFER_COMMIT "), seed %llu, %llu runs\n",
                static_cast<unsigned long long>(command.campaign.seed),
                static_cast<unsigned long long>(is_one ? 1 : command.campaign.runs));
    const CampaignTotals totals = is_one ? one_run(command.one) : run_campaign(command.campaign);
    if (on_terminal) std::fputc('\n', stderr);
    std::printf("%s\n", totals.text().c_str());
    for (std::size_t i = 0; i < mark_count; ++i) {
        std::printf("%12llu  %s\n", static_cast<unsigned long long>(totals.marks.counts[i]),
                    std::string{mark_names[i]}.c_str());
    }
    if (totals.failure && !command.history.empty()) {
        std::ofstream{command.history} << totals.failure->outcome.history;
    }
    if (totals.failure && !totals.failure->outcome.violation.empty()) {
        std::printf("FAILED with %s\n%s\nrepeat it: %s\n", totals.failure->options.text().c_str(),
                    totals.failure->outcome.violation.c_str(),
                    command_of(totals.failure->options).c_str());
        return 1;
    }
    if (is_one)
        std::printf("%s\ntrace %s\n", command.one.text().c_str(),
                    totals.failure->outcome.trace.c_str());
    // Few runs cannot be expected to meet everything.
    if (const std::string missing = totals.missing(); totals.runs >= 200 && !missing.empty()) {
        std::printf("FAILED: never met: %s\n", missing.c_str());
        return 1;
    }
    return 0;
}
