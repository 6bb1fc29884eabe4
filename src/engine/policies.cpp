#include "engine/policies.h"

#include <algorithm>

#include "wallet/apply.h"

namespace coffer::engine {

using wallet::PolicyField;

namespace {

bool& switch_of(wallet::Policy& policy, PolicyField field) {
    return policy.switches[static_cast<std::size_t>(field) - wallet::policy_limits];
}

std::uint32_t& number_of(wallet::Policy& policy, PolicyField field) {
    return policy
        .numbers[static_cast<std::size_t>(field) - wallet::policy_limits - wallet::policy_switches];
}

}  // namespace

Policies::Policies() { rows_.push_back(std::make_unique<Row>()); }

void Policies::set_default(std::uint32_t version, const wallet::Policy& policy) {
    default_version_ = version;
    configured_ = policy;
    work_out_all();
}

void Policies::set_auto_open_wallets(bool on) {
    auto_open_wallets_ = on;
    work_out_all();
}

void Policies::set_idempotency_ttl(std::uint32_t seconds) {
    idempotency_ttl_s_ = seconds;
    work_out_all();
}

void Policies::work_out_all() {
    Row& standard = *rows_[0];
    standard.policy = configured_;
    switch_of(standard.policy, PolicyField::auto_open_wallets) = auto_open_wallets_;
    number_of(standard.policy, PolicyField::idempotency_ttl) = idempotency_ttl_s_;
    standard.today = {};
    for (std::size_t i = 1; i < rows_.size(); ++i) {
        if (rows_[i] != nullptr) work_out(*rows_[i]);
    }
}

void Policies::work_out(Row& row) const {
    row.policy = rows_[0]->policy;
    wallet::take_fields(row.policy, row.own.fields, row.own.values);
    // Keys are forgotten after the service's own time.
    std::uint32_t& ttl_s = number_of(row.policy, PolicyField::idempotency_ttl);
    ttl_s = std::min(ttl_s, idempotency_ttl_s_);
    row.today = {};
}

Policies::Row& Policies::own_row(wallet::ApplicationNumber application) {
    if (application.value >= rows_.size()) rows_.resize(application.value + 1);
    auto& row = rows_[application.value];
    if (row == nullptr) row = std::make_unique<Row>();
    return *row;
}

bool Policies::apply(const wallet::PolicyLine& line, const wallet::Record& record) {
    Row& row = own_row(line.application);
    if (!wallet::apply(line, record, row.own)) return false;
    work_out(row);
    return true;
}

void Policies::restore(wallet::ApplicationNumber application, const wallet::OwnPolicy& own) {
    Row& row = own_row(application);
    row.own = own;
    work_out(row);
}

Policies::Row& Policies::row(wallet::ApplicationNumber application) const {
    if (application.value >= rows_.size() || rows_[application.value] == nullptr) {
        return *rows_[0];
    }
    return *rows_[application.value];
}

const wallet::OwnPolicy* Policies::own(wallet::ApplicationNumber application) const {
    if (application.value == 0 || application.value >= rows_.size()) return nullptr;
    const auto& row = rows_[application.value];
    return row == nullptr ? nullptr : &row->own;
}

std::int32_t Policies::day_of(Row& row, Instant now) {
    if (now < row.today.begin || now >= row.today.end) {
        row.today = local_day(row.policy.timezone.text(), now);
    }
    return row.today.day;
}

}  // namespace coffer::engine
