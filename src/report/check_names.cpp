#include "report/check.h"

namespace coffer::report {
namespace {

bool named_by(const NewName& name, const Movement& movement, bool is_policy) {
    switch (name.kind) {
        using enum NameKind;
        case tenant: return name.number == movement.tenant;
        case application:
            return name.number == movement.application ||
                   (is_policy && name.number == movement.policy.application);
        case subject:
            return name.number == movement.actor || name.number == movement.user ||
                   name.number == movement.counterparty;
    }
    return false;
}

std::string_view text_field(NameKind kind) {
    return kind == NameKind::subject ? "id of a new subject" : "text";
}

void check_named(const Judged& judged, NameKind kind, std::uint64_t number,
                 const FieldName& field) {
    const KnownNames& names = judged.state.names;
    judged.demand(names.knows(kind, number), Rule::names, field, "was never introduced");
    if (!names.knows(kind, number) || kind == NameKind::tenant) return;
    judged.demand(names.tenant_of(kind, number) == judged.movement().tenant, Rule::tenant, field,
                  "belongs to another tenant");
}

}  // namespace

Key128 NameChecks::digest(NameKind kind, std::uint64_t tenant, std::string_view text) {
    scratch_.assign(1, static_cast<char>(kind));
    scratch_.append(std::to_string(tenant)).append(1, ' ').append(text);
    return key_of(sha_.of(as_bytes(scratch_)).data());
}

void NameChecks::check(const Judged& judged) {
    const Movement& movement = judged.movement();
    KnownNames& names = judged.state.names;
    for (std::size_t i = 0; i < movement.names.size(); ++i) {
        NewName name = movement.names[i];
        const auto at = [i](std::string_view field) { return FieldName{"new name", i, field}; };
        const std::uint64_t due = names.count(name.kind) + 1;
        judged.demand(i == 0 || movement.names[i - 1].kind <= name.kind, Rule::names,
                      at("kind of name"), "stands behind a name of a later kind");
        judged.demand_equal(name.number, due, Rule::names, at("number"));
        judged.demand(named_by(name, movement, judged.record.kind == Kind::policy), Rule::names,
                      at("number"), "is introduced by a record that does not name it");
        judged.demand(!name.text.empty(), Rule::names, at(text_field(name.kind)), "is empty");
        const std::uint64_t tenant = name.kind == NameKind::tenant ? 0 : movement.tenant;
        judged.demand(seen_.insert(digest(name.kind, tenant, name.text)), Rule::names,
                      at(text_field(name.kind)), "has a number already");
        name.number = due;
        names.add(name, static_cast<std::uint32_t>(movement.tenant));
    }
    check_named(judged, NameKind::tenant, movement.tenant, "tenant");
    if (judged.record.kind != Kind::refused && judged.record.kind != Kind::policy) {
        check_named(judged, NameKind::subject, movement.user, "user");
    }
    if (movement.actor != 0) check_named(judged, NameKind::subject, movement.actor, "actor");
    if (movement.application != 0) {
        check_named(judged, NameKind::application, movement.application, "application");
    }
    if (movement.has_counterparty) {
        check_named(judged, NameKind::subject, movement.counterparty, "counterparty");
    }
}

}  // namespace coffer::report
