#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "wallet/objects.h"

namespace coffer::store_postgres {

/// Tenants and applications that the database is known to hold. They never change and are few, so
/// a process asks for each once; entries stay where they are.
class KnownNames {
public:
    void add_tenant(wallet::TenantNumber number, std::string_view id) {
        const auto [at, added] = tenants_.try_emplace(std::string{id});
        if (added) at->second = {number, at->first};
    }
    void add_application(wallet::TenantNumber tenant, wallet::ApplicationNumber number,
                         std::string_view id) {
        applications_.try_emplace({tenant, std::string{id}}, number);
        application_ids_.try_emplace(number, id);
    }
    [[nodiscard]] const wallet::Tenant* tenant(std::string_view id) const {
        const auto found = tenants_.find(id);
        return found == tenants_.end() ? nullptr : &found->second;
    }
    /// 0: not known.
    [[nodiscard]] wallet::ApplicationNumber application(wallet::TenantNumber tenant,
                                                        std::string_view id) const {
        const auto found = applications_.find({tenant, std::string{id}});
        return found == applications_.end() ? wallet::ApplicationNumber{} : found->second;
    }
    [[nodiscard]] const std::string* application_id(wallet::ApplicationNumber number) const {
        const auto found = application_ids_.find(number);
        return found == application_ids_.end() ? nullptr : &found->second;
    }

private:
    std::map<std::string, wallet::Tenant, std::less<>> tenants_;
    std::map<std::pair<wallet::TenantNumber, std::string>, wallet::ApplicationNumber> applications_;
    std::map<wallet::ApplicationNumber, std::string> application_ids_;
};

}  // namespace coffer::store_postgres
