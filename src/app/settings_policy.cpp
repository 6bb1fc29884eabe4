#include "app/settings_policy.h"

#include <algorithm>
#include <cctype>

namespace coffer::app {
namespace {

using wallet::PolicyField;

struct PolicyOption {
    PolicyField field;
    const char* value;  ///< built in
    const char* help;
};

constexpr PolicyOption options[] = {
    {PolicyField::max_balance, "0", "most that a wallet may hold; 0: no ceiling"},
    {PolicyField::min_withdraw_amount, "0", "least that may be withdrawn at once"},
    {PolicyField::daily_withdraw_limit, "0", "of a wallet in a day of --timezone; 0: no limit"},
    {PolicyField::monthly_withdraw_limit, "0", "the same in a month"},
    {PolicyField::withdrawal_require_review, "false",
     "withdrawals above --auto-approve-limit are reviewed"},
    {PolicyField::auto_approve_limit, "0", "withdrawals up to this pass without review"},
    {PolicyField::transfer_enabled, "true", "whether users may transfer"},
    {PolicyField::prefunded, "false", "deposits must be covered by --prefunded-float"},
    {PolicyField::prefunded_float, "0", "what settlement may come to, in each currency"},
    {PolicyField::supported_currencies, "", "codes, separated by commas; empty: all"},
    {PolicyField::timezone, "UTC", "where days and months begin: an IANA name"},
    {PolicyField::rate_limit_per_min, "0", "requests of one caller in a minute; 0: no limit"},
    {PolicyField::rate_limit_per_hour, "0", "requests of one caller in an hour; 0: no limit"},
    {PolicyField::default_list_page_size, "20", "rows of a list that names no page_size"},
    {PolicyField::export_page_size, "1000", "kept for exports"},
    {PolicyField::quote_cache_ttl, "30", "seconds; kept for exchange"},
    {PolicyField::internal_client_timeout, "5", "seconds; kept for internal clients"},
};

}  // namespace

void add_policy_options(CLI::App& command, Settings& settings) {
    for (const PolicyOption& each : options) {
        std::string name{"--"};
        std::string variable{"COFFER_"};
        for (const char c : wallet::to_text(each.field)) {
            name += c == '_' ? '-' : c;
            variable += static_cast<char>(std::toupper(c));
        }
        const auto take = [&settings, field = each.field](const std::string& text) {
            const auto said = std::ranges::find(settings.policy, field, &engine::PolicyText::field);
            if (said == settings.policy.end()) {
                settings.policy.push_back({field, text});
            } else {
                said->text = text;
            }
        };
        command.add_option_function<std::string>(name, take, each.help)
            ->envname(variable)
            ->default_str(each.value);
    }
}

}  // namespace coffer::app
