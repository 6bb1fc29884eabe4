#pragma once

#include <CLI/CLI.hpp>

#include "app/settings.h"
#include "base/result.h"

namespace coffer::app {

/// Exit codes of every command; scripts may rely on them.
enum ExitCode : int {
    exit_ok = 0,
    exit_findings = 1,       ///< verify: the book does not hold
    exit_usage = 2,          ///< options, files or rights: change something and try again
    exit_storage = 3,        ///< the disk failed or the book is damaged
};

int serve(const Settings& settings);

/// Each adds its sub-command; the callback leaves the exit code in `exit_code`.
void add_token_command(CLI::App& coffer, int& exit_code);
void add_verify_command(CLI::App& coffer, int& exit_code);
void add_export_command(CLI::App& coffer, int& exit_code);

/// Says a fault on stderr and answers the exit code that fits.
int fail_with(const Fault& fault);

}  // namespace coffer::app
