#pragma once

#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/batch.h"
#include "store_postgres/loaded_batch.h"
#include "store_postgres/statements.h"

namespace coffer::store_postgres {

/// What the items of a batch look at, collected from what the verbs themselves name.
///
/// A verb is asked once, before anything is known. The second round of `touches` could only add
/// house accounts, and those of the batch's tenants are loaded anyway.
class Wishes {
public:
    Wishes(std::span<const engine::Batch::Entry> entries, const KnownNames& known,
           const wallet::Context& context, const std::array<std::uint8_t, 32>& reference_key,
           const wallet::Loaded& nothing);

    /// Whether anything may be written: then rows are locked.
    [[nodiscard]] bool writes() const { return writes_; }

    /// What the process does not know yet of tenants and applications; none: no question.
    [[nodiscard]] std::vector<Step> unknown_names() const;
    /// The first of the two round trips. takes() says what becomes of the answers.
    [[nodiscard]] std::vector<Step> load(std::uint32_t lane) const;
    /// Numbers of the tenants that are there.
    [[nodiscard]] std::vector<std::uint32_t> tenants() const {
        return {tenants_.begin(), tenants_.end()};
    }

private:
    using Named = std::pair<std::uint32_t, std::string>;  // tenant number, text
    using Identified = std::pair<std::uint32_t, std::array<std::uint8_t, 16>>;

    void add(const wallet::Command& command, const wallet::Context& context);
    void add(const engine::ReadWallet& read) { add_reader(read.tenant, read.user); }
    void add(const engine::ListWallets&) {}  // not yet: see Flight::run
    void add(const engine::ListHistory& list) { add_reader(list.tenant, list.user); }
    void add(const engine::CheckIntegrity& check);
    void add_reader(std::string_view tenant, std::string_view user);
    void add_key(const wallet::Key& key, wallet::TenantNumber tenant);

    const KnownNames& known_;
    const std::array<std::uint8_t, 32>& reference_key_;
    const wallet::Loaded& nothing_;
    Sha256 sha256_;
    bool writes_ = false;
    std::set<std::string> unknown_tenants_;
    std::set<std::pair<std::string, std::string>> unknown_applications_;
    std::set<std::uint32_t> tenants_;
    std::set<Named> locked_;
    std::set<Named> people_;   // who they are, no wallets
    std::set<Named> readers_;  // with wallets, not locked
    std::set<Identified> locked_wallets_;
    std::set<Identified> wallets_;
    std::set<Identified> holds_;
    std::set<Identified> locked_holds_;  // of them, those whose user no key of the command names
    std::set<Identified> references_;
    std::set<Identified> keys_;
};

/// Asks for what answers will name and is not loaded, of any of the tenants.
[[nodiscard]] std::vector<Step> steps_for(const LoadedBatch::Missing& missing,
                                          std::span<const std::uint32_t> tenants);

}  // namespace coffer::store_postgres
