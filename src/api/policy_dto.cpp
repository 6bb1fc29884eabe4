#include "api/policy_dto.h"

#include "api/json_text.h"
#include "base/instant.h"
#include "engine/policy_text.h"

namespace coffer::api {
namespace {

using wallet::PolicyField;

void append_field(std::string& out, PolicyField field, const wallet::Policy& policy,
                  const money::CurrencyTable& currencies) {
    out += '"';
    out += to_text(field);
    out += "\":";
    if (wallet::is_limit(field)) {
        out += '"';
        engine::append_limit(out, policy.limit(field));
        out += '"';
    } else if (wallet::is_switch(field)) {
        out += policy.is_on(field) ? "true" : "false";
    } else if (wallet::is_number(field)) {
        append_number(out, policy.number(field));
    } else if (field == PolicyField::timezone) {
        append_json_text(out, policy.timezone.text());
    } else {
        out += '"';
        engine::append_currencies(out, policy.supported_currencies, currencies);
        out += '"';
    }
}

}  // namespace

void append_policy(std::string& out, const engine::PolicyFound& found,
                   const money::CurrencyTable& currencies) {
    out += R"("tenant_id":)";
    append_json_text(out, found.tenant);
    out += R"(,"application_id":)";
    append_json_text(out, found.application);
    for (std::size_t i = 0; i < wallet::policy_fields; ++i) {
        out += ',';
        append_field(out, static_cast<PolicyField>(i), *found.policy, currencies);
    }
    out += R"(,"own_fields":[)";
    bool is_first = true;
    for (std::size_t i = 0; i < wallet::policy_fields; ++i) {
        const auto field = static_cast<PolicyField>(i);
        if (!found.own->fields.has(field)) continue;
        out += is_first ? "\"" : ",\"";
        is_first = false;
        out += to_text(field);
        out += '"';
    }
    out += R"(],"version":)";
    append_number(out, found.own->version);
    out += R"(,"created_at":")";
    append_instant(out, found.own->created_at);
    out += R"(","updated_at":")";
    append_instant(out, found.own->updated_at);
    out += '"';
}

}  // namespace coffer::api
