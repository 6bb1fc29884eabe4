#include <cstdio>
#include <memory>

#include "access/key_file.h"
#include "access/sign.h"
#include "app/commands.h"
#include "app/dev_keys.h"
#include "os/clock.h"

namespace coffer::app {
namespace {

struct TokenOptions {
    std::string data = "./data";
    std::string secret_file;
    std::string ttl = "1h";
    access::TokenRequest request;
};

/// `90`, `90s`, `15m`, `1h`: seconds, or 0.
std::int64_t seconds_of(const std::string& text) {
    std::size_t used = 0;
    std::int64_t number = 0;
    try {
        number = std::stoll(text, &used);
    } catch (const std::exception&) {
        return 0;
    }
    const std::string unit = text.substr(used);
    if (number < 1 || number > 1'000'000) return 0;
    if (unit.empty() || unit == "s") return number;
    if (unit == "m") return number * 60;
    return unit == "h" ? number * 3600 : 0;
}

int print_token(TokenOptions& options) {
    const std::string path =
        options.secret_file.empty() ? options.data + "/" + dev_secret_name : options.secret_file;
    const auto secret = access::read_secret_file(path);
    if (!secret) {
        return fail_with(
            {Fault::Kind::configuration, secret.error().message +
                                             " (coffer serve --dev makes one in its data folder; "
                                             "--secret-file names another)"});
    }
    options.request.ttl_s = seconds_of(options.ttl);
    const auto token = access::sign_token(options.request, *secret, os::system_clock().now());
    if (!token) return fail_with(token.error());
    std::printf("%s\n", token->c_str());
    return exit_ok;
}

}  // namespace

void add_token_command(CLI::App& coffer, int& exit_code) {
    auto options = std::make_shared<TokenOptions>();
    CLI::App* command = coffer.add_subcommand("token", "Print an access token (HS256)");
    command->add_option("--data", options->data, "data folder with dev-jwt.secret")
        ->envname("COFFER_DATA")
        ->capture_default_str();
    command->add_option("--secret-file", options->secret_file, "another file with the secret");
    command->add_option("--tenant", options->request.tenant, "the tenant")->required();
    command->add_option("--user", options->request.subject, "the user id")->required();
    command->add_option("--role", options->request.roles, "admin, super_admin or another");
    command->add_option("--permission", options->request.permissions, "such as wallet:deposit");
    command->add_option("--app", options->request.application, "the application id");
    command->add_option("--issuer", options->request.issuer, "`iss`");
    command->add_option("--audience", options->request.audience, "`aud`");
    command->add_option("--kid", options->request.kid, "`kid`");
    command->add_option("--entry-plane", options->request.entry_plane, "platform, or nothing");
    command->add_option("--ttl", options->ttl, "how long it is good for: 90s, 15m, 1h")
        ->capture_default_str();
    command->callback([options, &exit_code] { exit_code = print_token(*options); });
}

}  // namespace coffer::app
