#include <coffer_version.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <system_error>

#include "app/commands.h"
#include "app/memory.h"
#include "app/settings_file.h"

int main(int argc, char** argv) {
    using namespace coffer;
    // Writing to a pipe nobody reads is an answer, not the end of the service.
    std::signal(SIGPIPE, SIG_IGN);
    // A file at its size limit is a write that fails, and is handled as one.
    std::signal(SIGXFSZ, SIG_IGN);

    app::use_huge_pages();

    CLI::App coffer{"Coffer: wallets with double-entry books, durable before they answer"};
    coffer.require_subcommand(1);
    int exit_code = app::exit_ok;

    app::Settings settings;
    CLI::App* serve = coffer.add_subcommand("serve", "Serve the wallet API");
    app::add_serve_options(*serve, settings);
    serve->callback([&] {
        if (!settings.config.empty()) {
            const auto applied = app::apply_settings_file(settings.config, *serve, settings);
            if (!applied) {
                exit_code = app::fail_with(applied.error());
                return;
            }
        }
        exit_code = app::serve(settings);
    });
    app::add_token_command(coffer, exit_code);
    app::add_verify_command(coffer, exit_code);
    app::add_export_command(coffer, exit_code);
    app::add_head_command(coffer, exit_code);
    app::add_receipt_command(coffer, exit_code);
    app::add_backup_command(coffer, exit_code);
    app::add_restore_command(coffer, exit_code);
    coffer.add_subcommand("version", "Print the version")->callback([] {
        std::printf("coffer %s (%s)\n", COFFER_VERSION, COFFER_COMMIT);
    });

    try {
        coffer.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int shown = coffer.exit(error);
        return shown == 0 ? app::exit_ok : app::exit_usage;
    } catch (const std::system_error& error) {
        // What the standard library throws for a thread that cannot be had.
        return app::fail_with({Fault::Kind::configuration,
                               std::string{"the system gives no more threads ("} + error.what() +
                                   "): raise the limit (ulimit -u, TasksMax)"});
    }
    return exit_code;
}
