#pragma once

#include <CLI/CLI.hpp>

#include "app/settings.h"

namespace coffer::app {

/// The options of the default policy, each with its COFFER_… variable. They are checked when the
/// book is open, which knows its currencies.
void add_policy_options(CLI::App& command, Settings& settings);

}  // namespace coffer::app
