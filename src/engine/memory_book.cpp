#include "engine/memory_book.h"

#include <algorithm>

#include "base/byte_writer.h"
#include "wallet/apply.h"

namespace coffer::engine {
namespace {

using wallet::Record;

template <class... Parts>
std::string bytes_of(const Parts&... parts) {
    std::vector<std::uint8_t> memory(record_bytes_max);
    memory.resize(encode(parts..., std::span{memory}));
    return std::string{as_text(memory)};
}

Genesis genesis_of(const std::vector<MemoryBook::StoredRecord>& journal) {
    ENSURE(!journal.empty());
    const auto decoded = decode(as_bytes(journal.front().bytes));
    ENSURE(decoded && std::holds_alternative<Genesis>(*decoded));
    return std::get<Genesis>(*decoded);
}

}  // namespace

MemoryBook::MemoryBook(const Genesis& genesis, Instant time,
                       std::span<const money::CurrencyInfo> units, const wallet::Settings& settings,
                       const wallet::Policy& policy)
    : genesis_{genesis}, ids_{genesis.id_key} {
    add(bytes_of(genesis), time);
    for (const auto& info : units) add(bytes_of(info, ordinal_), time);
    add(bytes_of(settings, ordinal_), time);
    if (policy != wallet::standard_policy) {
        add(bytes_of(DefaultPolicy{1, policy}, ordinal_), time);
    }
    end_batch(time);
}

MemoryBook::MemoryBook(const std::vector<StoredRecord>& journal)
    : genesis_{genesis_of(journal)}, ids_{genesis_.id_key} {
    for (std::size_t i = 0; i < journal.size(); ++i) {
        add(journal[i].bytes, journal[i].at);
        const bool last = i + 1 == journal.size() || journal[i + 1].ordinal == 0;
        if (last) end_batch(journal[i].at);
    }
}

Links MemoryBook::links_of(const Record& record) const {
    Links links;
    for (std::size_t i = 0; i < record.wallets.size(); ++i) {
        const std::uint64_t event = record.wallets[i].event;
        if (event == 1) continue;
        const auto& history = row(record.wallets[i].wallet).history;
        ENSURE(history.size() + 1 == event);
        links[i].previous = history.back();
        for (std::uint64_t back = 2; event % back == 0; back *= 2) {
            links[i].skips.push_back(event == back ? 0 : history[event - back - 1]);
        }
    }
    return links;
}

Position MemoryBook::add(std::string bytes, Instant time) {
    ENSURE(time >= head_.time);
    StoredRecord& stored = journal_.emplace_back();
    stored.bytes = std::move(bytes);
    stored.at = time;
    stored.sequence = open_sequence();
    stored.ordinal = ordinal_++;
    stored.hash = Sha256{}.of(as_bytes(stored.bytes));
    const Position position = journal_.size();

    auto decoded = decode(as_bytes(stored.bytes));
    ENSURE(decoded);
    if (const auto* info = std::get_if<money::CurrencyInfo>(&*decoded)) {
        ENSURE(currencies_.add(*info) == money::CurrencyTable::Added::added);
    } else if (const auto* settings = std::get_if<wallet::Settings>(&*decoded)) {
        settings_ = *settings;
        policies_.set_auto_open_wallets(settings_.auto_open_wallets);
    } else if (const auto* standard = std::get_if<DefaultPolicy>(&*decoded)) {
        policies_.set_default(standard->version, standard->policy);
    } else if (auto* movement = std::get_if<Movement>(&*decoded)) {
        ENSURE(bytes_of(movement->record, movement->links) == stored.bytes);
        ENSURE(movement->record.ordinal == stored.ordinal);
        movement->record.at = time;
        apply(movement->record, position);
    }
    return position;
}

void MemoryBook::end_batch(Instant time) {
    if (open_first_ == journal_.size()) return;
    std::array<std::uint8_t, 16> numbers;
    store_le(&numbers[0], open_sequence());
    store_le(&numbers[8], time.unix_ms);
    Sha256 sha256;
    sha256.start().add(head_.hash).add(numbers);
    for (std::size_t i = open_first_; i < journal_.size(); ++i) sha256.add(journal_[i].hash);
    head_ = {open_sequence(), time, sha256.finish()};
    open_first_ = journal_.size();
    ordinal_ = 0;
}

void MemoryBook::apply(const Record& record, Position position) {
    apply_names(record);
    for (const auto& line : record.wallets) apply_line(line, record, position);
    for (const auto& line : record.holds) wallet::apply(line, record, holds_[line.id]);
    for (const auto& line : record.approvals) apply_approval(line, record);
    for (const auto& line : record.refunds) ENSURE(wallet::apply(line, refunded_[line.entry]));
    for (const auto& posting : record.entry.postings) {
        if (ledger::belongs_to_wallet(posting.account.kind)) continue;
        ENSURE(wallet::apply(posting, accounts_[posting.account]));
    }
    for (const auto& sums : record.withdrawn) {
        ENSURE(wallet::apply(sums, withdrawn_[record.wallets[0].wallet]));
    }
    for (const auto& line : record.policies) ENSURE(policies_.apply(line, record));
    if (record.request.has_key) kept_[record.request.key_fingerprint] = position;
    if (!record.request.has_reference) return;
    ENSURE(references_.emplace(record.request.reference_fingerprint, position).second);
}

void MemoryBook::apply_names(const Record& record) {
    for (const auto& added : record.new_tenants) {
        ENSURE(added.number.value == tenants_.size() + 1);
        const auto [at, inserted] = tenants_.emplace(added.id, wallet::Tenant{});
        ENSURE(inserted);
        at->second = {added.number, at->first};
    }
    for (const auto& added : record.new_applications) {
        application_ids_.emplace_back(added.id);
        ENSURE(added.number.value == application_ids_.size());
        ENSURE(applications_.emplace(NameInTenant{record.request.tenant, added.id}, added.number)
                   .second);
    }
    for (const auto& added : record.new_subjects) {
        const std::string& id = subject_ids_.emplace_back(added.id);
        ENSURE(added.number.value == subject_ids_.size());
        const wallet::User user{added.number, record.request.tenant, id};
        ENSURE(users_.emplace(NameInTenant{user.tenant, id}, user).second);
    }
}

void MemoryBook::apply_approval(const wallet::ApprovalLine& line, const Record& record) {
    const auto [at, added] = approval_by_id_.try_emplace(line.id, approvals_.size());
    if (added) {
        approvals_.emplace_back();
        ENSURE(line.number.value == approvals_.size());
    }
    ENSURE(wallet::apply(line, record, approvals_[at->second]));
}

void MemoryBook::apply_line(const wallet::WalletLine& line, const Record& record,
                            Position position) {
    if (line.opened) {
        ENSURE(line.wallet.value == wallets_.size() + 1);
        wallets_.emplace_back();
        wallets_of_[line.owner].push_back(line.wallet);
        ENSURE(wallet_by_id_.emplace(line.id, line.wallet).second);
    }
    WalletRow& row = wallets_.at(line.wallet.value - 1);
    ENSURE(wallet::apply(line, record, row.wallet));
    const Hash before = row.links.empty() ? Hash{} : row.links.back();
    row.history.push_back(position);
    row.links.push_back(Sha256{}.start().add(before).add(journal_[position - 1].hash).finish());
}

const MemoryBook::StoredRecord& MemoryBook::record(Position position) const {
    return journal_.at(position - 1);
}

void MemoryBook::read(Position position, Movement& into) const {
    const StoredRecord& stored = record(position);
    ENSURE(decode_movement(as_bytes(stored.bytes), into));
    into.record.at = stored.at;
    into.record.ids = ids_.make_one(stored.at, stored.sequence, stored.ordinal);
}

const wallet::Tenant* MemoryBook::tenant(std::string_view id) const {
    const auto found = tenants_.find(id);
    return found == tenants_.end() ? nullptr : &found->second;
}

wallet::ApplicationNumber MemoryBook::application_number(wallet::TenantNumber tenant,
                                                         std::string_view id) const {
    const auto found = applications_.find({tenant, std::string{id}});
    return found == applications_.end() ? wallet::ApplicationNumber{} : found->second;
}

const wallet::User* MemoryBook::user(wallet::TenantNumber tenant, std::string_view id) const {
    const auto found = users_.find({tenant, std::string{id}});
    return found == users_.end() ? nullptr : &found->second;
}

const std::vector<wallet::WalletNumber>& MemoryBook::wallets_of(wallet::SubjectNumber owner) const {
    static const std::vector<wallet::WalletNumber> none;
    const auto found = wallets_of_.find(owner);
    return found == wallets_of_.end() ? none : found->second;
}

const MemoryBook::WalletRow& MemoryBook::row(wallet::WalletNumber number) const {
    ENSURE(number.value >= 1 && number.value <= wallets_.size());
    return wallets_[number.value - 1];
}

const wallet::Wallet* MemoryBook::find_wallet(wallet::PublicId id) const {
    const auto found = wallet_by_id_.find(id);
    return found == wallet_by_id_.end() ? nullptr : &wallet(found->second);
}

const wallet::Hold* MemoryBook::hold(wallet::PublicId id) const {
    const auto found = holds_.find(id);
    return found == holds_.end() ? nullptr : &found->second;
}

std::vector<DueHold> MemoryBook::due_holds(Instant now, std::size_t most) const {
    std::vector<const wallet::Hold*> due;
    for (const auto& [id, hold] : holds_) {
        if (hold.state == wallet::HoldState::open && hold.is_due(now)) due.push_back(&hold);
    }
    std::ranges::sort(due, {}, [](const auto* hold) {
        return std::pair{hold->expires_at, hold->id};
    });
    std::vector<DueHold> rows;
    for (const wallet::Hold* hold : std::span{due}.first(std::min(due.size(), most))) {
        const auto tenant = row(hold->wallet).wallet.tenant;
        const auto found = std::ranges::find(tenants_, tenant,
                                             [](const auto& each) { return each.second.number; });
        rows.push_back({found->first, hold->id});
    }
    return rows;
}

const wallet::Approval* MemoryBook::approval(wallet::PublicId id) const {
    const auto found = approval_by_id_.find(id);
    return found == approval_by_id_.end() ? nullptr : &approvals_[found->second];
}

const wallet::Refunded* MemoryBook::refunded(wallet::PublicId entry) const {
    const auto found = refunded_.find(entry);
    return found == refunded_.end() ? nullptr : &found->second;
}

Position MemoryBook::origin(wallet::PublicId id) const {
    const PublicIds::Origin origin = ids_.origin(id);
    const auto found = std::ranges::find_if(journal_, [&](const StoredRecord& stored) {
        return stored.sequence == origin.sequence && stored.ordinal == origin.ordinal;
    });
    if (found == journal_.end()) return 0;
    wallet::Record request;
    if (!decode_request(as_bytes(found->bytes), request)) return 0;
    return static_cast<Position>(found - journal_.begin()) + 1;
}

ledger::Account MemoryBook::house_account(const ledger::AccountRef& ref) const {
    const auto found = accounts_.find(ref);
    return found == accounts_.end() ? ledger::Account{.ref = ref} : found->second;
}

wallet::Withdrawn MemoryBook::withdrawn(wallet::WalletNumber number) const {
    const auto found = withdrawn_.find(number);
    return found == withdrawn_.end() ? wallet::Withdrawn{} : found->second;
}

Position MemoryBook::reference(const wallet::Fingerprint& fingerprint) const {
    const auto found = references_.find(fingerprint);
    return found == references_.end() ? 0 : found->second;
}

Position MemoryBook::kept(const wallet::Fingerprint& fingerprint) const {
    const auto found = kept_.find(fingerprint);
    return found == kept_.end() ? 0 : found->second;
}

wallet::NextNumbers MemoryBook::next_numbers() const {
    const auto after = [](std::size_t count) { return static_cast<std::uint32_t>(count + 1); };
    return {.tenant = after(tenants_.size()),
            .application = after(application_ids_.size()),
            .subject = after(subject_ids_.size()),
            .wallet = after(wallets_.size()),
            .approval = after(approvals_.size())};
}

StoreFigures MemoryBook::figures() const {
    StoreFigures figures;
    figures.wallets = wallets_.size();
    figures.subjects = subject_ids_.size();
    figures.references = references_.size();
    figures.idempotency_keys = kept_.size();
    figures.holds = holds_.size();
    figures.refunded = refunded_.size();
    figures.approvals = approvals_.size();
    figures.records = journal_.size();
    figures.batches = head_.sequence;
    for (const StoredRecord& stored : journal_) {
        figures.journal_bytes += stored.bytes.size();
    }
    return figures;
}

std::string_view MemoryBook::subject(wallet::SubjectNumber number) const {
    return number.value == 0 ? std::string_view{} : subject_ids_.at(number.value - 1);
}

std::string_view MemoryBook::application(wallet::ApplicationNumber number) const {
    return number.value == 0 ? std::string_view{} : application_ids_.at(number.value - 1);
}

const wallet::Wallet& MemoryBook::wallet(wallet::WalletNumber number) const {
    return row(number).wallet;
}

}  // namespace coffer::engine
