#include "store_postgres/wishes.h"

#include <algorithm>

#include "engine/reference.h"
#include "store_postgres/arrays.h"
#include "wallet/decide.h"

namespace coffer::store_postgres {
namespace {

using wallet::Key;

/// Two arrays, one row a pair, as unnest takes them.
template <class Pairs>
std::vector<std::string> columns_of(const Pairs& pairs) {
    Array tenants;
    Array values;
    for (const auto& [tenant, value] : pairs) {
        tenants.add(tenant);
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
            values.add_text(value);
        } else {
            values.add_uuid(value);
        }
    }
    return {tenants.text(), values.text()};
}

template <class Numbers>
std::string array_of(const Numbers& numbers) {
    Array array;
    for (const auto number : numbers) array.add(number);
    return array.text();
}

}  // namespace

Wishes::Wishes(std::span<const engine::Batch::Entry> entries, const KnownNames& known,
               const wallet::Context& context, const std::array<std::uint8_t, 32>& reference_key,
               const wallet::Loaded& nothing)
    : known_{known}, reference_key_{reference_key}, nothing_{nothing} {
    for (const auto& entry : entries) {
        if (const auto* command = std::get_if<wallet::Command>(&entry.item)) {
            add(*command, context);
        } else if (const auto* read = std::get_if<engine::ReadWallet>(&entry.item)) {
            add(*read);
        } else if (const auto* wallets = std::get_if<engine::ListWallets>(&entry.item)) {
            add(*wallets);
        } else if (std::holds_alternative<engine::ListApprovals>(entry.item)) {
            continue;  // not yet: see Flight::run
        } else if (const auto* list = std::get_if<engine::ListHistory>(&entry.item)) {
            add(*list);
        } else if (const auto* check = std::get_if<engine::CheckIntegrity>(&entry.item)) {
            add(*check);
        }
    }
}

void Wishes::add(const wallet::Command& command, const wallet::Context& context) {
    writes_ = true;
    const wallet::Caller& caller = command.caller;
    const wallet::Tenant* tenant = known_.tenant(caller.tenant);
    if (tenant == nullptr) {
        unknown_tenants_.emplace(caller.tenant);
    } else {
        tenants_.insert(tenant->number.value);
    }
    if (!caller.application.empty() &&
        (tenant == nullptr || known_.application(tenant->number, caller.application).value == 0)) {
        unknown_applications_.emplace(caller.tenant, caller.application);
    }
    // Nothing is there of a tenant that is not there.
    if (tenant == nullptr) return;
    wallet::Keys keys;
    wallet::touches(command, nothing_, context, keys);
    for (const Key& key : keys) add_key(key, tenant->number);
    // An operator does not say whose hold it is.
    if (std::ranges::find(keys, Key::Kind::user, &Key::kind) == keys.end()) {
        for (const Key& key : keys) {
            if (key.kind != Key::Kind::hold) continue;
            locked_holds_.emplace(tenant->number.value, bytes_of(key.id));
        }
    }
    if (!command.key.text.empty()) {
        keys_.emplace(tenant->number.value,
                      engine::key_fingerprint(sha256_, reference_key_, tenant->number, command));
    }
    if (const auto reference = engine::reference_of(command)) {
        references_.emplace(
            tenant->number.value,
            engine::reference_fingerprint(sha256_, reference_key_, tenant->number, *reference));
    }
}

void Wishes::add_key(const Key& key, wallet::TenantNumber tenant) {
    const std::uint32_t number = tenant.value;
    switch (key.kind) {
        case Key::Kind::user: locked_.emplace(number, key.text); return;
        case Key::Kind::person: people_.emplace(number, key.text); return;
        case Key::Kind::wallet: locked_wallets_.emplace(number, bytes_of(key.id)); return;
        case Key::Kind::hold: holds_.emplace(number, bytes_of(key.id)); return;
        // Known to the process, loaded with the tenant, found by the command's fingerprints.
        case Key::Kind::tenant:
        case Key::Kind::application:
        case Key::Kind::house_account:
        case Key::Kind::prior:
        case Key::Kind::kept:
        case Key::Kind::original:
        case Key::Kind::approval: return;
    }
}

void Wishes::add(const engine::CheckIntegrity& check) {
    const wallet::Tenant* tenant = known_.tenant(check.tenant);
    if (tenant == nullptr) {
        unknown_tenants_.emplace(check.tenant);
    } else {
        tenants_.insert(tenant->number.value);
        wallets_.emplace(tenant->number.value, bytes_of(check.wallet));
    }
}

void Wishes::add_reader(std::string_view tenant_id, std::string_view user) {
    const wallet::Tenant* tenant = known_.tenant(tenant_id);
    if (tenant == nullptr) {
        unknown_tenants_.emplace(tenant_id);
    } else {
        tenants_.insert(tenant->number.value);
        readers_.emplace(tenant->number.value, user);
    }
}

std::vector<Step> Wishes::unknown_names() const {
    std::vector<Step> steps;
    if (!unknown_tenants_.empty()) {
        Array names;
        for (const std::string& name : unknown_tenants_) names.add_text(name);
        steps.push_back({Statement::tenants_by_name, {names.text()}});
    }
    if (!unknown_applications_.empty()) {
        Array tenants;
        Array names;
        for (const auto& [tenant, name] : unknown_applications_) {
            tenants.add_text(tenant);
            names.add_text(name);
        }
        steps.push_back({Statement::applications_by_name, {tenants.text(), names.text()}});
    }
    return steps;
}

std::vector<Step> Wishes::load(std::uint32_t lane) const {
    std::vector<Step> steps;
    if (writes_) {
        steps.push_back({Statement::begin});
        auto users = columns_of(locked_);
        for (auto& column : columns_of(locked_wallets_)) users.push_back(std::move(column));
        for (auto& column : columns_of(locked_holds_)) users.push_back(std::move(column));
        steps.push_back({Statement::lock_users, std::move(users)});
    }
    // From here on every statement sees what whoever held those rows before us has committed.
    auto people = people_;
    people.insert(readers_.begin(), readers_.end());
    if (!people.empty()) steps.push_back({Statement::people, columns_of(people)});
    auto with_wallets = locked_;
    with_wallets.insert(readers_.begin(), readers_.end());
    // One statement, so that readers see one state of all of them.
    if (!with_wallets.empty()) {
        steps.push_back({Statement::wallets_of_users, columns_of(with_wallets)});
    }
    auto by_id = locked_wallets_;
    by_id.insert(wallets_.begin(), wallets_.end());
    if (!by_id.empty()) steps.push_back({Statement::wallets_by_id, columns_of(by_id)});
    if (!locked_holds_.empty()) {
        steps.push_back({Statement::wallets_of_holds, columns_of(locked_holds_)});
    }
    if (!holds_.empty()) steps.push_back({Statement::holds_by_id, columns_of(holds_)});
    if (!references_.empty()) steps.push_back({Statement::priors, columns_of(references_)});
    if (!keys_.empty()) steps.push_back({Statement::kept_answers, columns_of(keys_)});
    if (writes_) {
        // After the users: whoever holds a lane waits for nobody any more.
        steps.push_back({Statement::lock_lane, {std::to_string(lane)}});
        steps.push_back({Statement::house_accounts, {array_of(tenants_), std::to_string(lane)}});
    }
    return steps;
}

std::vector<Step> steps_for(const LoadedBatch::Missing& missing,
                            std::span<const std::uint32_t> tenants) {
    const std::string of = array_of(tenants);
    const auto numbers = [](const auto& ids) {
        Array array;
        for (const auto id : ids) array.add(id.value);
        return array.text();
    };
    std::vector<Step> steps;
    if (!missing.wallets.empty()) {
        steps.push_back({Statement::wallets_by_number, {of, numbers(missing.wallets)}});
    }
    if (!missing.subjects.empty()) {
        steps.push_back({Statement::subjects_by_number, {of, numbers(missing.subjects)}});
    }
    if (!missing.applications.empty()) {
        steps.push_back({Statement::applications_by_number, {of, numbers(missing.applications)}});
    }
    return steps;
}

}  // namespace coffer::store_postgres
