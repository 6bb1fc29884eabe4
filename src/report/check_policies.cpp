#include <chrono>

#include "report/check.h"
#include "report/read_policy.h"

namespace coffer::report {
namespace {

inline constexpr std::uint64_t not_in_default = 1u << policy_form::auto_open | 1u << 10;
inline constexpr std::uint64_t in_default = ((1u << policy_fields) - 1) & ~not_in_default;
inline constexpr std::int64_t day_ms = 86'400'000;

void check_policy(const Judged& judged, const PolicyBody& body) {
    BookState& state = judged.state;
    TrackedPolicy& known = state.policies[body.application];
    judged.demand_equal(body.version, known.version + 1, Rule::policy, "version");
    judged.demand(body.exists || known.exists, Rule::policy, "exists",
                  "removes a policy that is not there");
    for (const std::uint64_t currency : body.currencies) {
        judged.demand(state.currencies.knows(currency), Rule::currency, "supported currency",
                      "is not introduced");
    }
    if (!known.exists) known.created_at = judged.batch.time.unix_ms;
    ++known.version;
    known.exists = body.exists;
    known.fields = body.fields;
    known.auto_open = body.auto_open;
    known.values.assign(as_text(body.values));
    known.updated_at = judged.batch.time.unix_ms;
}

std::int64_t month_of(std::int64_t day) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
    return static_cast<std::int64_t>(static_cast<int>(date.year())) * 12 +
           static_cast<std::int64_t>(static_cast<unsigned>(date.month()));
}

void check_withdrawn(const Judged& judged) {
    const Movement& movement = judged.movement();
    if (movement.lines.empty()) return;
    const WithdrawnBody& body = movement.withdrawn;
    TrackedWithdrawn& known = judged.state.withdrawn[movement.lines[0].wallet];
    const bool first = known.event == 0;
    // The zones of the earth are from 12 hours behind to 14 before; a day that was stays.
    const std::int64_t utc = judged.batch.time.unix_ms / day_ms;
    judged.demand(body.day >= utc - 1 && body.day <= utc + 1, Rule::withdrawn, "day",
                  "is not a day that it was anywhere");
    judged.demand(first || body.day >= known.day, Rule::withdrawn, "day",
                  "is before the day of an earlier withdrawal");
    const auto day = static_cast<std::int64_t>(body.day);
    if (first || day > known.day) {
        if (first || month_of(day) != month_of(known.day)) known.in_month = 0;
        known.in_day = 0;
        known.day = day;
    }
    known.in_day += static_cast<Int128>(movement.amount);
    known.in_month += static_cast<Int128>(movement.amount);
    known.event = movement.lines[0].event;
    judged.demand_equal(static_cast<Int128>(body.in_day), known.in_day, Rule::withdrawn,
                        "withdrawn in the day");
    judged.demand_equal(static_cast<Int128>(body.in_month), known.in_month, Rule::withdrawn,
                        "withdrawn in the month");
}

}  // namespace

bool BookState::deposits_open(std::uint64_t application) const {
    const auto own = policies.find(application);
    const bool has_own = application != 0 && own != policies.end() &&
                         (own->second.fields >> policy_form::auto_open & 1) != 0;
    return has_own ? own->second.auto_open : settings.auto_open == 1;
}

void check_default_policy(const Judged& judged) {
    const PolicyBody& body = judged.record.default_policy;
    judged.demand_equal(body.fields, in_default, Rule::policy, "fields");
    check_policy(judged, body);
}

void check_policies(const Judged& judged) {
    const Movement& movement = judged.movement();
    if (movement.has_withdrawn) {
        const Kind kind = judged.record.kind;
        judged.demand(
            kind == Kind::withdraw || kind == Kind::auto_withdrawal || kind == Kind::pay_withdrawal,
            Rule::shape, "flags", "count a withdrawal where none is");
        check_withdrawn(judged);
    }
    if (judged.record.kind != Kind::policy) return;
    const std::uint64_t application = movement.policy.application;
    const KnownNames& names = judged.state.names;
    judged.demand(names.knows(NameKind::application, application), Rule::names,
                  "application of the policy", "was never introduced");
    judged.demand(!names.knows(NameKind::application, application) ||
                      names.tenant_of(NameKind::application, application) == movement.tenant,
                  Rule::tenant, "application of the policy", "belongs to another tenant");
    if (names.knows(NameKind::application, application)) check_policy(judged, movement.policy);
}

}  // namespace coffer::report
