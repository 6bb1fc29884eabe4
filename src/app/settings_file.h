#pragma once

#include <CLI/CLI.hpp>

#include "app/settings.h"
#include "base/result.h"

namespace coffer::app {

/// Reads a TOML file into the options that neither the command line nor the environment has set.
/// Keys are the options' names with underscores. A key that is no option refuses the start.
[[nodiscard]] Result<Ok, Fault> apply_settings_file(const std::string& path, CLI::App& command,
                                                    Settings& settings);

/// Adds the options of `serve`, each with its COFFER_… variable.
void add_serve_options(CLI::App& command, Settings& settings);

}  // namespace coffer::app
