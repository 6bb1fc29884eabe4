#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/public_ids.h"
#include "engine/record_codec.h"
#include "engine/store.h"
#include "store_postgres/known_names.h"
#include "store_postgres/rows.h"
#include "wallet/context.h"
#include "wallet/loaded.h"

namespace coffer::store_postgres {

struct WalletRow {
    wallet::Wallet wallet;
    std::uint32_t place = 0;  ///< the how-manieth wallet of its owner
    Hash link{};
    std::uint64_t logical = 0;
    bool is_new = false;
    bool changed = false;
};

struct HoldRow {
    wallet::Hold hold;
    wallet::TenantNumber tenant;
    bool changed = false;
};

struct HouseRow {
    ledger::Account account;
    bool changed = false;
};

/// One of the chains that batches of all processes are spread over, locked by this batch: its last
/// batch, and how many of each number were given out from it. A lane also has a share of every
/// house account of its own, so that no two lanes wait for one row.
struct Lane {
    std::uint32_t lane = 0;
    std::uint32_t lanes = 1;
    std::uint64_t logical = 0;
    Hash hash{};
    Instant time;
    std::uint64_t tenants = 0;
    std::uint64_t applications = 0;
    std::uint64_t subjects = 0;
    std::uint64_t wallets = 0;

    /// Numbers are never given out by two lanes; a record may introduce three people, who have
    /// numbers in a row. Nothing: the 32 bits are used up.
    [[nodiscard]] std::optional<wallet::NextNumbers> next_numbers() const;
};

/// A record this batch writes.
struct Written {
    wallet::Record record;
    std::string bytes;
    Hash hash{};
};

/// What one batch looks at, as the database has it and as the batch changes it: shown to the verbs
/// and to whoever renders answers. Nothing of it is known to anybody else before the commit.
class LoadedBatch final : public wallet::Loaded, public engine::Names {
public:
    LoadedBatch(const KnownNames& known, engine::PublicIds& ids) : known_{known}, ids_{ids} {}

    // What the database answered, by statement.
    void take_people(const Rows& rows);
    void take_wallets(const Rows& rows);
    void take_holds(const Rows& rows);
    void take_priors(const Rows& rows);
    void take_kept(const Rows& rows);
    void take_house_accounts(const Rows& rows);
    void take_lane(const Rows& rows, std::uint32_t lane, std::uint32_t lanes);

    /// What answers will name and is not there yet. Each is a wish list for one more round trip.
    struct Missing {
        std::set<wallet::SubjectNumber> subjects;
        std::set<wallet::ApplicationNumber> applications;
        std::set<wallet::WalletNumber> wallets;
        [[nodiscard]] bool empty() const {
            return subjects.empty() && applications.empty() && wallets.empty();
        }
    };
    void want(const wallet::Record& record, Missing& missing) const;
    [[nodiscard]] Missing missing() const;  ///< of priors and loaded wallets

    /// The record that used the reference first, in the database or in this batch.
    [[nodiscard]] const wallet::Record* prior_of(const wallet::Fingerprint& fingerprint) const;
    /// The same of an Idempotency-Key; of any age.
    [[nodiscard]] const wallet::Record* kept_of(const wallet::Fingerprint& fingerprint) const;
    /// The batch that kept something under the key which counts no longer; 0: none did.
    [[nodiscard]] std::uint64_t outdated(const wallet::Fingerprint& fingerprint) const;
    void set_prior(const wallet::Record* prior, const wallet::Record* kept) {
        prior_ = prior;
        kept_ = kept;
    }

    /// Puts an accepted record in place; `record.ordinal` is its number among written().
    void write(const wallet::Record& record);

    [[nodiscard]] const Lane& lane() const { return lane_; }
    [[nodiscard]] Instant newest_time() const { return newest_time_; }
    [[nodiscard]] std::uint64_t newest_logical() const { return newest_logical_; }
    void set_logical(std::uint64_t logical) { logical_ = logical; }
    [[nodiscard]] const std::deque<Written>& written() const { return written_; }
    [[nodiscard]] const std::deque<WalletRow>& wallets() const { return wallets_; }
    [[nodiscard]] const std::map<wallet::PublicId, HoldRow>& holds() const { return holds_; }
    [[nodiscard]] const std::map<ledger::AccountRef, HouseRow>& house() const { return house_; }
    [[nodiscard]] const WalletRow* row(wallet::WalletNumber number) const;

    // wallet::Loaded
    [[nodiscard]] const wallet::Tenant* tenant(std::string_view id) const override;
    [[nodiscard]] wallet::ApplicationNumber application(wallet::TenantNumber tenant,
                                                        std::string_view id) const override;
    [[nodiscard]] const wallet::User* user(wallet::TenantNumber tenant,
                                           std::string_view id) const override;
    [[nodiscard]] const wallet::Wallet* first_wallet(wallet::SubjectNumber owner) const override;
    [[nodiscard]] const wallet::Wallet* next_wallet(const wallet::Wallet& wallet) const override;
    [[nodiscard]] const wallet::Wallet* wallet(wallet::PublicId id) const override;
    [[nodiscard]] const wallet::Wallet* find_wallet(wallet::WalletNumber number) const override;
    [[nodiscard]] const wallet::Hold* hold(wallet::PublicId id) const override;
    [[nodiscard]] wallet::Withdrawn withdrawn(wallet::WalletNumber) const override { return {}; }
    [[nodiscard]] const wallet::OwnPolicy* policy(wallet::TenantNumber,
                                                  std::string_view) const override {
        return nullptr;
    }
    [[nodiscard]] ledger::Account house_account(const ledger::AccountRef& ref) const override;
    [[nodiscard]] const wallet::Record* prior() const override { return prior_; }
    [[nodiscard]] const wallet::Record* kept() const override { return kept_; }
    [[nodiscard]] const wallet::Record* original() const override { return nullptr; }
    [[nodiscard]] const wallet::Approval* approval(wallet::PublicId) const override {
        return nullptr;
    }
    [[nodiscard]] const wallet::Refunded* refunded(wallet::PublicId) const override {
        return nullptr;
    }

    // engine::Names
    [[nodiscard]] std::string_view subject(wallet::SubjectNumber number) const override;
    [[nodiscard]] std::string_view application(wallet::ApplicationNumber number) const override;
    [[nodiscard]] const wallet::Wallet& wallet(wallet::WalletNumber number) const override;

private:
    struct Prior {
        std::uint64_t sequence = 0;
        std::string bytes;
        engine::Movement movement;
    };

    void add_person(wallet::TenantNumber tenant, wallet::SubjectNumber number, std::string_view id);
    WalletRow& add_wallet(const WalletRow& row);
    void apply_names(const wallet::Record& record);

    const KnownNames& known_;
    engine::PublicIds& ids_;
    KnownNames introduced_;
    std::deque<WalletRow> wallets_;
    std::map<wallet::WalletNumber, WalletRow*> by_number_;
    std::map<wallet::PublicId, WalletRow*> by_id_;
    std::map<wallet::SubjectNumber, std::map<std::uint32_t, WalletRow*>> by_owner_;
    std::deque<wallet::User> people_;
    std::map<std::pair<wallet::TenantNumber, std::string>, wallet::User*> users_;
    std::map<wallet::SubjectNumber, std::string> subject_ids_;
    std::map<wallet::PublicId, HoldRow> holds_;
    std::map<ledger::AccountRef, HouseRow> house_;
    using Priors = std::map<wallet::Fingerprint, Prior>;
    void take_records(const Rows& rows, Priors& into);

    Priors priors_;
    Priors kept_records_;
    std::map<wallet::Fingerprint, const wallet::Record*> used_here_;
    std::map<wallet::Fingerprint, const wallet::Record*> kept_here_;
    const wallet::Record* prior_ = nullptr;
    const wallet::Record* kept_ = nullptr;
    Lane lane_;
    Instant newest_time_;
    std::uint64_t newest_logical_ = 0;
    std::uint64_t logical_ = 0;
    std::deque<Written> written_;
    engine::Arena texts_;
    Sha256 sha256_;
};

}  // namespace coffer::store_postgres
