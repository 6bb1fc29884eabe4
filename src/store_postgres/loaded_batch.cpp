#include "store_postgres/loaded_batch.h"

#include <algorithm>
#include <charconv>

#include "store_postgres/statements.h"
#include "wallet/apply.h"

namespace coffer::store_postgres {

using wallet::ApplicationNumber;
using wallet::PublicId;
using wallet::SubjectNumber;
using wallet::TenantNumber;
using wallet::WalletNumber;

namespace {

wallet::TypeCounts counts_of(std::string_view text) {
    wallet::TypeCounts counts{};
    const char* at = text.data();
    const char* const end = at + text.size();
    for (std::uint64_t& count : counts) {
        const auto read = std::from_chars(at, end, count);
        ENSURE(read.ec == std::errc{});
        at = read.ptr + (read.ptr == end ? 0 : 1);
    }
    ENSURE(at == end);
    return counts;
}

}  // namespace

std::optional<wallet::NextNumbers> Lane::next_numbers() const {
    const auto number = [this](std::uint64_t given) { return given * lanes + lane; };
    const std::uint64_t subject = number(subjects) * 4 + 1;
    const std::uint64_t last = std::max({number(tenants), number(applications), number(wallets)});
    if (std::max(subject + 3, last + 1) > UINT32_MAX) return std::nullopt;
    return wallet::NextNumbers{.tenant = static_cast<std::uint32_t>(number(tenants) + 1),
                               .application = static_cast<std::uint32_t>(number(applications) + 1),
                               .subject = static_cast<std::uint32_t>(subject),
                               .wallet = static_cast<std::uint32_t>(number(wallets) + 1)};
}

void LoadedBatch::add_person(TenantNumber tenant, SubjectNumber number, std::string_view id) {
    const auto [at, added] = subject_ids_.try_emplace(number, id);
    if (!added) return;
    people_.push_back({number, tenant, at->second});
    users_.emplace(std::pair{tenant, at->second}, &people_.back());
}

void LoadedBatch::take_people(const Rows& rows) {
    for (int row = 0; row < rows.size(); ++row) {
        add_person({rows.number<std::uint32_t>(row, 0)}, {rows.number<std::uint32_t>(row, 1)},
                   rows.text(row, 2));
    }
}

void LoadedBatch::take_wallets(const Rows& rows) {
    for (int row = 0; row < rows.size(); ++row) {
        const WalletNumber number{rows.number<std::uint32_t>(row, wallet_number)};
        if (by_number_.contains(number)) continue;
        WalletRow loaded;
        wallet::Wallet& wallet = loaded.wallet;
        wallet.number = number;
        wallet.tenant = {rows.number<std::uint32_t>(row, wallet_tenant)};
        wallet.owner = {rows.number<std::uint32_t>(row, wallet_owner)};
        wallet.application = {rows.number<std::uint32_t>(row, wallet_application)};
        wallet.id = public_id_of(rows.uuid(row, wallet_public_id));
        wallet.currency = {rows.number<std::uint16_t>(row, wallet_currency)};
        wallet.status = static_cast<wallet::WalletStatus>(rows.number<int>(row, wallet_status));
        wallet.available = rows.int128(row, wallet_available);
        wallet.held = rows.int128(row, wallet_held);
        wallet.events = rows.number<std::uint64_t>(row, wallet_events);
        wallet.transactions = rows.number<std::uint64_t>(row, wallet_transactions);
        wallet.open_holds = rows.number<std::uint32_t>(row, wallet_open_holds);
        wallet.counts = counts_of(rows.text(row, wallet_counts));
        wallet.created_at = {rows.number<std::int64_t>(row, wallet_created_at)};
        wallet.updated_at = {rows.number<std::int64_t>(row, wallet_updated_at)};
        loaded.place = rows.number<std::uint32_t>(row, wallet_place);
        loaded.link = rows.hash(row, wallet_link);
        loaded.logical = rows.number<std::uint64_t>(row, wallet_logical);
        newest_time_ = std::max(newest_time_, wallet.updated_at);
        newest_logical_ = std::max(newest_logical_, loaded.logical);
        add_wallet(loaded);
    }
}

WalletRow& LoadedBatch::add_wallet(const WalletRow& row) {
    WalletRow& added = wallets_.emplace_back(row);
    by_number_[row.wallet.number] = &added;
    by_id_[row.wallet.id] = &added;
    by_owner_[row.wallet.owner][row.place] = &added;
    return added;
}

void LoadedBatch::take_holds(const Rows& rows) {
    for (int row = 0; row < rows.size(); ++row) {
        const PublicId id = public_id_of(rows.uuid(row, 1));
        HoldRow& loaded = holds_[id];
        loaded.tenant = {rows.number<std::uint32_t>(row, 0)};
        loaded.hold = {.id = id,
                       .wallet = {rows.number<std::uint32_t>(row, 2)},
                       .amount = rows.int128(row, 3),
                       .state = static_cast<wallet::HoldState>(rows.number<int>(row, 4)),
                       .purpose = static_cast<wallet::HoldPurpose>(rows.number<int>(row, 5)),
                       .version = rows.number<std::uint8_t>(row, 6),
                       .created_at = {rows.number<std::int64_t>(row, 7)},
                       .ended_at = {rows.number<std::int64_t>(row, 8)},
                       .reason = std::string{rows.text(row, 9)}};
    }
}

void LoadedBatch::take_priors(const Rows& rows) { take_records(rows, priors_); }
void LoadedBatch::take_kept(const Rows& rows) { take_records(rows, kept_records_); }

void LoadedBatch::take_records(const Rows& rows, Priors& into) {
    for (int row = 0; row < rows.size(); ++row) {
        Prior& prior = into[rows.uuid(row, 0)];
        prior.sequence = rows.number<std::uint64_t>(row, 1);
        prior.bytes = rows.bytes(row, 4);
        ENSURE(engine::decode_movement(as_bytes(prior.bytes), prior.movement));
        wallet::Record& record = prior.movement.record;
        record.at = {rows.number<std::int64_t>(row, 3)};
        record.ids = ids_.make_one(record.at, prior.sequence, rows.number<std::uint32_t>(row, 2));
    }
}

void LoadedBatch::take_house_accounts(const Rows& rows) {
    for (int row = 0; row < rows.size(); ++row) {
        const ledger::AccountRef ref{
            .tenant = {rows.number<std::uint32_t>(row, 0)},
            .kind = static_cast<ledger::AccountKind>(rows.number<int>(row, 1)),
            .currency = {rows.number<std::uint16_t>(row, 2)},
            .wallet = {}};
        house_[ref].account = {.ref = ref,
                               .balance = rows.int128(row, 3),
                               .postings = rows.number<std::uint64_t>(row, 4)};
    }
}

void LoadedBatch::take_lane(const Rows& rows, std::uint32_t lane, std::uint32_t lanes) {
    ENSURE(rows.size() == 1);
    lane_ = {.lane = lane,
             .lanes = lanes,
             .logical = rows.number<std::uint64_t>(0, 0),
             .hash = rows.hash(0, 1),
             .time = {rows.number<std::int64_t>(0, 2)},
             .tenants = rows.number<std::uint64_t>(0, 3),
             .applications = rows.number<std::uint64_t>(0, 4),
             .subjects = rows.number<std::uint64_t>(0, 5),
             .wallets = rows.number<std::uint64_t>(0, 6)};
    newest_time_ = std::max(newest_time_, lane_.time);
    newest_logical_ = std::max(newest_logical_, lane_.logical);
}

void LoadedBatch::want(const wallet::Record& record, Missing& missing) const {
    const wallet::Request& request = record.request;
    for (const SubjectNumber number : {request.actor, request.user, request.counterparty}) {
        if (number.value != 0 && !subject_ids_.contains(number)) missing.subjects.insert(number);
    }
    const ApplicationNumber application = request.application;
    if (application.value != 0 && known_.application_id(application) == nullptr &&
        introduced_.application_id(application) == nullptr) {
        missing.applications.insert(application);
    }
    for (const auto& line : record.wallets) {
        if (!by_number_.contains(line.wallet)) missing.wallets.insert(line.wallet);
    }
}

LoadedBatch::Missing LoadedBatch::missing() const {
    Missing missing;
    for (const auto& [fingerprint, prior] : priors_) want(prior.movement.record, missing);
    for (const auto& [fingerprint, kept] : kept_records_) want(kept.movement.record, missing);
    for (const WalletRow& row : wallets_) {
        const ApplicationNumber application = row.wallet.application;
        if (application.value != 0 && known_.application_id(application) == nullptr &&
            introduced_.application_id(application) == nullptr) {
            missing.applications.insert(application);
        }
        if (!subject_ids_.contains(row.wallet.owner)) missing.subjects.insert(row.wallet.owner);
    }
    return missing;
}

const wallet::Record* LoadedBatch::prior_of(const wallet::Fingerprint& fingerprint) const {
    if (const auto here = used_here_.find(fingerprint); here != used_here_.end()) {
        return here->second;
    }
    const auto found = priors_.find(fingerprint);
    return found == priors_.end() ? nullptr : &found->second.movement.record;
}

const wallet::Record* LoadedBatch::kept_of(const wallet::Fingerprint& fingerprint) const {
    if (const auto here = kept_here_.find(fingerprint); here != kept_here_.end()) {
        return here->second;
    }
    const auto found = kept_records_.find(fingerprint);
    return found == kept_records_.end() ? nullptr : &found->second.movement.record;
}

std::uint64_t LoadedBatch::outdated(const wallet::Fingerprint& fingerprint) const {
    const auto found = kept_records_.find(fingerprint);
    return found == kept_records_.end() ? 0 : found->second.sequence;
}

void LoadedBatch::write(const wallet::Record& record) {
    Written& written = written_.emplace_back();
    written.record = record;
    // What ends a hold forgets its text, which the record still tells.
    for (auto& line : written.record.holds) line.reason = texts_.copy(line.reason);
    // Answering the first use may free the command's, and a repeat in the round tells them, too.
    wallet::Request& request = written.record.request;
    request.reference = texts_.copy(request.reference);
    request.description = texts_.copy(request.description);
    std::vector<std::uint8_t> memory(engine::record_bytes_max);
    memory.resize(engine::encode(written.record, engine::Links{}, memory));
    written.bytes = as_text(memory);
    written.hash = sha256_.of(memory);

    apply_names(written.record);
    for (const auto& line : written.record.wallets) {
        WalletRow* row = nullptr;
        if (line.opened) {
            WalletRow opened{.place = 1, .is_new = true};
            opened.wallet.number = line.wallet;
            opened.wallet.id = line.id;
            opened.wallet.owner = line.owner;
            const auto& others = by_owner_[line.owner];
            if (!others.empty()) opened.place = others.rbegin()->first + 1;
            row = &add_wallet(opened);
        } else {
            row = by_number_.at(line.wallet);
        }
        ENSURE(wallet::apply(line, written.record, row->wallet));
        row->link = sha256_.of_both(row->link, written.hash);
        row->logical = logical_;
        row->changed = true;
    }
    for (const auto& line : written.record.holds) {
        HoldRow& row = holds_[line.id];
        row.tenant = record.request.tenant;
        ENSURE(wallet::apply(line, written.record, row.hold));
        row.changed = true;
    }
    for (const auto& posting : written.record.entry.postings) {
        if (ledger::belongs_to_wallet(posting.account.kind)) continue;
        HouseRow& row = house_[posting.account];
        ENSURE(wallet::apply(posting, row.account));
        row.changed = true;
    }
    if (record.request.has_key) {
        kept_here_[record.request.key_fingerprint] = &written.record;
    }
    if (!record.request.has_reference) return;
    ENSURE(used_here_.emplace(record.request.reference_fingerprint, &written.record).second);
}

void LoadedBatch::apply_names(const wallet::Record& record) {
    for (const auto& added : record.new_tenants) introduced_.add_tenant(added.number, added.id);
    for (const auto& added : record.new_applications) {
        introduced_.add_application(record.request.tenant, added.number, added.id);
    }
    for (const auto& added : record.new_subjects) {
        add_person(record.request.tenant, added.number, added.id);
    }
    lane_.tenants += record.new_tenants.size();
    lane_.applications += record.new_applications.size();
    if (!record.new_subjects.empty()) ++lane_.subjects;
    lane_.wallets += static_cast<std::uint64_t>(
        std::ranges::count_if(record.wallets, [](const auto& line) { return line.opened; }));
}

const WalletRow* LoadedBatch::row(WalletNumber number) const {
    const auto found = by_number_.find(number);
    return found == by_number_.end() ? nullptr : found->second;
}

const wallet::Tenant* LoadedBatch::tenant(std::string_view id) const {
    const wallet::Tenant* introduced = introduced_.tenant(id);
    return introduced != nullptr ? introduced : known_.tenant(id);
}

ApplicationNumber LoadedBatch::application(TenantNumber tenant, std::string_view id) const {
    const auto introduced = introduced_.application(tenant, id);
    return introduced.value != 0 ? introduced : known_.application(tenant, id);
}

const wallet::User* LoadedBatch::user(TenantNumber tenant, std::string_view id) const {
    const auto found = users_.find({tenant, std::string{id}});
    return found == users_.end() ? nullptr : found->second;
}

const wallet::Wallet* LoadedBatch::first_wallet(SubjectNumber owner) const {
    const auto found = by_owner_.find(owner);
    return found == by_owner_.end() ? nullptr : &found->second.begin()->second->wallet;
}

const wallet::Wallet* LoadedBatch::next_wallet(const wallet::Wallet& wallet) const {
    const auto& all = by_owner_.at(wallet.owner);
    const auto next = all.upper_bound(by_number_.at(wallet.number)->place);
    return next == all.end() ? nullptr : &next->second->wallet;
}

const wallet::Wallet* LoadedBatch::wallet(PublicId id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &found->second->wallet;
}

const wallet::Wallet* LoadedBatch::find_wallet(WalletNumber number) const {
    const WalletRow* found = row(number);
    return found == nullptr ? nullptr : &found->wallet;
}

const wallet::Hold* LoadedBatch::hold(PublicId id) const {
    const auto found = holds_.find(id);
    return found == holds_.end() ? nullptr : &found->second.hold;
}

ledger::Account LoadedBatch::house_account(const ledger::AccountRef& ref) const {
    const auto found = house_.find(ref);
    return found == house_.end() ? ledger::Account{.ref = ref} : found->second.account;
}

std::string_view LoadedBatch::subject(SubjectNumber number) const {
    if (number.value == 0) return {};
    return subject_ids_.at(number);
}

std::string_view LoadedBatch::application(ApplicationNumber number) const {
    if (number.value == 0) return {};
    const std::string* introduced = introduced_.application_id(number);
    const std::string* found = introduced != nullptr ? introduced : known_.application_id(number);
    ENSURE(found != nullptr);
    return *found;
}

const wallet::Wallet& LoadedBatch::wallet(WalletNumber number) const {
    return by_number_.at(number)->wallet;
}

}  // namespace coffer::store_postgres
