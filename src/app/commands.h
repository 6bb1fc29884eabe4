#pragma once

#include <CLI/CLI.hpp>

#include "app/settings.h"
#include "base/result.h"

namespace coffer::app {

/// Exit codes of every command; scripts may rely on them.
enum ExitCode : int {
    exit_ok = 0,
    exit_findings = 1,  ///< verify: the book does not hold
    exit_usage = 2,     ///< options, files or rights: change something and try again
    exit_storage = 3,   ///< the disk failed or the book is damaged
};

int serve(const Settings& settings);

/// Each adds its sub-command; the callback leaves the exit code in `exit_code`.
void add_token_command(CLI::App& coffer, int& exit_code);
void add_verify_command(CLI::App& coffer, int& exit_code);
void add_export_command(CLI::App& coffer, int& exit_code);
void add_head_command(CLI::App& coffer, int& exit_code);
void add_receipt_command(CLI::App& coffer, int& exit_code);
void add_backup_command(CLI::App& coffer, int& exit_code);
void add_restore_command(CLI::App& coffer, int& exit_code);

/// `verify --receipt`; needs no book. An empty name of the key's file: any key.
int verify_receipt(const std::string& name, const std::string& public_key_file);

/// Says a fault on stderr and answers the exit code that fits.
int fail_with(const Fault& fault);

}  // namespace coffer::app
