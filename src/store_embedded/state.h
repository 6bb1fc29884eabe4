#pragma once

#include <absl/container/btree_set.h>
#include <absl/container/flat_hash_map.h>
#include <absl/container/inlined_vector.h>
#include <absl/strings/string_view.h>

#include <array>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "base/sha256.h"
#include "engine/policies.h"
#include "engine/record_codec.h"
#include "ledger/entry.h"
#include "money/currency.h"
#include "store_embedded/approval_lists.h"
#include "store_embedded/chunked.h"
#include "store_embedded/number_index.h"
#include "store_embedded/tenant_wallets.h"
#include "store_embedded/withdrawals.h"
#include "wallet/context.h"
#include "wallet/objects.h"

namespace coffer::store_embedded {

using engine::Position;

/// Where the newest records of one wallet stand: the last, and for every k ≥ 1 the last whose event
/// number is a multiple of 2^k. What the next record's skip pointers are made of.
class HistoryHead {
public:
    [[nodiscard]] Position last() const { return last_; }
    /// For the record of event `event`, which comes next.
    void links_for(std::uint64_t event, engine::WalletLinks& into) const;
    void advance(std::uint64_t event, Position position);

    /// For checkpoints: the levels k = 1 …, as many as have 2^k ≤ events.
    [[nodiscard]] std::span<const Position> levels() const { return levels_; }
    void restore(Position last, std::uint64_t events, std::span<const Position> levels);

private:
    Position last_ = 0;
    // In the row itself for most wallets: elsewhere it would be one more wait for memory.
    absl::InlinedVector<Position, 4> levels_;
};

/// Five cache lines, and never a piece of a sixth.
struct alignas(64) ResidentWallet {
    wallet::Wallet wallet;
    HistoryHead history;
    /// Behind the records by some in a round, and another thread's until OpenBatch::chain(): nobody
    /// looks at it before.
    Hash link{};
    std::uint32_t next_of_owner = 0;
};
static_assert(sizeof(ResidentWallet) == 320);

struct ResidentSubject {
    wallet::User user;
    std::uint32_t first_wallet = 0;
    std::uint32_t last_wallet = 0;
};

struct ResidentApplication {
    wallet::TenantNumber tenant;
    std::string id;
};

/// The whole book as it is now, in memory. Changed only by apply(), but for the wallets' links:
/// OpenBatch::chain(). Every index grows by shards, so that one growth is a short pause. Nothing is
/// decided from the order of an index.
class State {
public:
    State();
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    money::CurrencyTable currencies;
    wallet::Settings settings;
    engine::Policies policies;
    engine::Genesis genesis;
    engine::Epoch epoch;

    // Lookups; nothing found is a null pointer or number 0.
    [[nodiscard]] const wallet::Tenant* tenant(std::string_view id) const;
    [[nodiscard]] wallet::ApplicationNumber application(wallet::TenantNumber tenant,
                                                        std::string_view id) const;
    [[nodiscard]] const ResidentSubject* subject(wallet::TenantNumber tenant,
                                                 std::string_view id) const;
    [[nodiscard]] const ResidentWallet* wallet(wallet::PublicId id) const;
    [[nodiscard]] const wallet::Hold* hold(wallet::PublicId id) const;
    [[nodiscard]] const wallet::Refunded* refunded(wallet::PublicId entry) const;
    [[nodiscard]] const wallet::Approval* approval(wallet::PublicId id) const;
    [[nodiscard]] const wallet::Approval& approval(wallet::ApprovalNumber n) const {
        return approvals_[n.value];
    }
    /// Of a tenant: withdrawals, or adjustments.
    [[nodiscard]] const ApprovalLists& approvals_of(wallet::TenantNumber tenant,
                                                    bool adjustments) const {
        return approvals_of_tenant_[tenant.value][adjustments ? 1 : 0];
    }
    /// Of a user, withdrawals and adjustments alike, oldest first.
    [[nodiscard]] const std::vector<std::uint32_t>& approvals_of(wallet::SubjectNumber user) const;
    /// Rows of a wallet that were cancelled, in the order of their `seq`.
    [[nodiscard]] std::vector<wallet::Refunded::Row> cancelled_rows(
        wallet::WalletNumber wallet) const;
    [[nodiscard]] ledger::Account house_account(const ledger::AccountRef& ref) const;

    // Bringing a user's rows near before they are asked for: steps, each some 100 ns after
    // the one before. Hints only.
    [[nodiscard]] static std::uint64_t name_hash(wallet::TenantNumber tenant, std::string_view id) {
        return hash_of(Name{tenant.value, id});
    }
    void prefetch_index(std::uint64_t name_hash) const { subject_index_.prefetch(name_hash); }
    /// The number to go on with; 0: nobody.
    [[nodiscard]] std::uint32_t prefetch_subject(std::uint64_t name_hash) const;
    void prefetch_wallet(std::uint32_t subject) const;
    void prefetch_history(std::uint32_t subject) const;
    /// Most likely the next command is this one's, so it is looked at first. 0: anybody's.
    void expect_subject(std::uint32_t subject) const {
        last_subjects_[0] = subjects_.find(subject);
    }
    void prefetch(wallet::WalletNumber wallet) const;

    [[nodiscard]] const ResidentSubject& subject(wallet::SubjectNumber n) const {
        return subjects_[n.value];
    }
    [[nodiscard]] const ResidentWallet& wallet(wallet::WalletNumber n) const {
        return wallets_[n.value];
    }
    [[nodiscard]] const ResidentWallet* find_wallet(std::uint32_t number) const {
        return wallets_.find(number);
    }
    [[nodiscard]] const ResidentApplication& application(wallet::ApplicationNumber n) const {
        return applications_[n.value];
    }
    [[nodiscard]] const wallet::Tenant& tenant(wallet::TenantNumber n) const {
        return tenants_[n.value];
    }

    [[nodiscard]] const TenantWallets& wallets_of(wallet::TenantNumber tenant) const {
        return wallets_of_tenant_[tenant.value];
    }

    [[nodiscard]] wallet::NextNumbers next_numbers() const;
    [[nodiscard]] std::uint32_t tenants() const { return tenants_.size(); }
    [[nodiscard]] std::uint32_t applications() const { return applications_.size(); }
    [[nodiscard]] std::uint32_t subjects() const { return subjects_.size(); }
    [[nodiscard]] std::uint32_t wallets() const { return wallets_.size(); }
    [[nodiscard]] std::uint64_t holds() const { return hold_count_; }
    [[nodiscard]] std::uint32_t approvals() const { return approvals_.size(); }
    /// Open holds that end by themselves, the earliest first.
    using Expiries = absl::btree_set<std::pair<Instant, wallet::PublicId>>;
    [[nodiscard]] const Expiries& expiries() const { return expiries_; }
    [[nodiscard]] std::uint64_t refunded_entries() const { return refunded_count_; }

    /// The pointers that the record's lines will carry.
    void links_for(const wallet::Record& record, engine::Links& into) const;

    /// Links of wallets that the hash of a record is yet to be chained to.
    using Chained = absl::InlinedVector<Hash*, 4>;
    /// Puts a record into the objects it names, each only if it is newer than the object. Into
    /// `chained` comes what is left to do: see OpenBatch::chain(). Serves the live path and
    /// recovery alike.
    void apply(const wallet::Record& record, Position position, Chained& chained);

    [[nodiscard]] const Withdrawals& withdrawals() const { return withdrawals_; }

    // For checkpoints.
    static constexpr std::size_t shards = 256;
    [[nodiscard]] const std::map<ledger::AccountRef, ledger::Account>& house_accounts() const {
        return house_accounts_;
    }
    template <class Visit>
    void visit_holds(std::size_t shard, Visit visit) const {
        for (const auto& [id, hold] : holds_[shard]) visit(hold);
    }
    template <class Visit>
    void visit_refunded(std::size_t shard, Visit visit) const {
        for (const auto& [id, refunded] : refunded_[shard]) visit(refunded);
    }
    void add_tenant(std::string_view id);
    void add_application(wallet::TenantNumber tenant, std::string_view id);
    void add_subject(wallet::TenantNumber tenant, std::string_view id);
    ResidentWallet& add_wallet(const wallet::Wallet& wallet);
    void add_hold(const wallet::Hold& hold);
    void add_refunded(const wallet::Refunded& refunded);
    void add_approval(const wallet::Approval& approval);
    void add_house_account(const ledger::Account& account);
    void add_withdrawn(wallet::WalletNumber number, const wallet::Withdrawn& sums);

private:
    struct Name {
        std::uint32_t tenant;
        std::string_view id;
    };
    // So that a name is looked up without a copy of it.
    struct NameOrder {
        using is_transparent = void;
        bool operator()(const auto& a, const auto& b) const {
            return a.first != b.first ? a.first < b.first
                                      : std::string_view{a.second} < std::string_view{b.second};
        }
    };
    using IdKey = std::pair<std::uint64_t, std::uint64_t>;

    static std::size_t hash_of(const Name& name);
    static std::size_t hash_of(wallet::PublicId id);
    static IdKey key_of(wallet::PublicId id);

    using HoldTable = absl::flat_hash_map<IdKey, wallet::Hold>;
    using RefundedTable = absl::flat_hash_map<IdKey, wallet::Refunded>;

    std::string_view keep(std::string_view text);
    void note_expiry(const wallet::Hold& hold);
    void note_cancelled(const wallet::Refunded& refunded);
    void apply(const wallet::ApprovalLine& line, const wallet::Record& record);
    ResidentWallet& open(const wallet::WalletLine& line, const wallet::Record& record);

    Chunked<wallet::Tenant, 64> tenants_;
    Chunked<ResidentApplication, 64> applications_;
    // Chunks of a little under 256 KiB: the allocator gives out such blocks in steps of 64 KiB.
    Chunked<ResidentSubject, (256 * 1024 - 256) / sizeof(ResidentSubject)> subjects_;
    Chunked<ResidentWallet, (256 * 1024 - 256) / sizeof(ResidentWallet)> wallets_;
    std::map<std::string, std::uint32_t, std::less<>> tenant_by_id_;
    std::map<std::pair<std::uint32_t, std::string>, std::uint32_t, NameOrder> application_by_id_;
    Chunked<TenantWallets, 64> wallets_of_tenant_;
    NumberIndex subject_index_;
    NumberIndex wallet_index_;
    Withdrawals withdrawals_;
    std::vector<HoldTable> holds_;
    std::uint64_t hold_count_ = 0;
    Expiries expiries_;
    Chunked<wallet::Approval, 256> approvals_;
    NumberIndex approval_index_;
    Chunked<std::array<ApprovalLists, 2>, 64> approvals_of_tenant_;
    absl::flat_hash_map<std::uint32_t, std::vector<std::uint32_t>> approvals_of_user_;
    std::vector<RefundedTable> refunded_;  // by entry
    std::uint64_t refunded_count_ = 0;
    absl::flat_hash_map<std::uint32_t, std::vector<wallet::Refunded::Row>> cancelled_rows_;
    std::map<ledger::AccountRef, ledger::Account> house_accounts_;
    // What nearly every request asks for again.
    mutable ledger::Account* last_account_ = nullptr;
    mutable std::uint32_t last_application_ = 0;
    mutable const wallet::Tenant* last_tenant_ = nullptr;
    // Whom prefetching expects, then the two that were asked for last, the newest first.
    mutable std::array<const ResidentSubject*, 3> last_subjects_{};

    std::vector<std::unique_ptr<char[]>> text_blocks_;
    std::size_t text_used_ = 0;
    std::size_t text_room_ = 0;
};

}  // namespace coffer::store_embedded
