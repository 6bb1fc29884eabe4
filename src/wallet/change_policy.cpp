#include "wallet/drafting.h"
#include "wallet/verbs.h"

namespace coffer::wallet {
namespace {

const OwnPolicy* policy_now(const Setting& setting, std::string_view application) {
    const Tenant* tenant = setting.loaded.tenant(setting.caller.tenant);
    return tenant == nullptr ? nullptr : setting.loaded.policy(tenant->number, application);
}

/// The record, with the line as it is now and one version more.
PolicyLine& begin(const Setting& setting, std::string_view application, const OwnPolicy* now,
                  Record& draft) {
    Drafting drafting{setting.loaded, setting.context, setting.caller, draft};
    drafting.start(RecordKind::policy);
    PolicyLine& line = draft.policies.add();
    line = PolicyLine{};
    line.application = drafting.application(application);
    line.version = 1;
    if (now == nullptr) return line;
    line.version = now->version + 1;
    line.fields = now->fields;
    line.values = now->values;
    return line;
}

}  // namespace

void touches(const SetPolicy& verb, const Setting&, Keys& keys) {
    keys.push_back({.kind = Key::Kind::application, .text = verb.application});
}

void touches(const RemovePolicy& verb, const Setting&, Keys& keys) {
    keys.push_back({.kind = Key::Kind::application, .text = verb.application});
}

/// Makes or changes what an application has of its own. Fields that are not named stay as they
/// are. Setting what is set already is accepted and recorded, as with a wallet's status.
Decision decide(const SetPolicy& verb, const Setting& setting, Record& draft) {
    PolicyLine& line =
        begin(setting, verb.application, policy_now(setting, verb.application), draft);
    line.exists = true;
    take_fields(line.values, verb.change->resets, standard_policy);
    take_fields(line.values, verb.change->sets, verb.change->values);
    line.fields.bits = (line.fields.bits & ~verb.change->resets.bits) | verb.change->sets.bits;
    return Accepted{};
}

/// The application follows the default again in every field.
Decision decide(const RemovePolicy& verb, const Setting& setting, Record& draft) {
    const OwnPolicy* now = policy_now(setting, verb.application);
    if (now == nullptr || !now->exists) {
        return Refusal{.rejection = Rejection::policy_not_found, .currency = {}};
    }
    PolicyLine& line = begin(setting, verb.application, now, draft);
    line.exists = false;
    line.fields = {};
    line.values = Policy{};
    return Accepted{};
}

}  // namespace coffer::wallet
