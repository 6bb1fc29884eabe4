#include "engine/memory_store.h"

#include <algorithm>

#include "engine/original.h"
#include "engine/reference.h"
#include "wallet/resolve.h"

namespace coffer::engine {
namespace {

std::vector<money::CurrencyInfo> all_units(const MemoryStore::Options& options) {
    std::vector<money::CurrencyInfo> units{money::iso_4217().begin(), money::iso_4217().end()};
    units.insert(units.end(), options.units.begin(), options.units.end());
    return units;
}

wallet::Refusal wallet_not_found(money::Currency currency) {
    return {.rejection = wallet::Rejection::wallet_not_found, .currency = currency};
}

}  // namespace

MemoryStore::MemoryStore() : MemoryStore{Options{}} {}

MemoryStore::MemoryStore(Options options)
    : MemoryStore{options, MemoryBook{options.genesis, options.now(), all_units(options),
                                      options.settings, options.policy}} {}

MemoryStore::MemoryStore(Options options, MemoryBook book)
    : options_{std::move(options)},
      book_{std::move(book)},
      ids_{book_.genesis().id_key},
      now_{book_.head().time} {
    book_.policies().set_idempotency_ttl(static_cast<std::uint32_t>(options_.idempotency_ttl_s));
}

std::unique_ptr<MemoryStore> MemoryStore::reopened() const {
    return std::unique_ptr<MemoryStore>{new MemoryStore{options_, MemoryBook{book_.journal()}}};
}

void MemoryStore::execute(Batch& batch, Answers& answers) {
    now_ = std::max(book_.head().time, options_.now());
    std::vector<Outcome> outcomes;
    for (const Batch::Entry& entry : batch.entries) {
        outcomes.push_back(std::visit([this](const auto& item) { return run(item); }, entry.item));
    }
    book_.end_batch(now_);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        give(batch.entries[i].cookie, std::move(outcomes[i]), answers);
    }
    batch.clear();
}

MemoryStore::Outcome MemoryStore::run(const wallet::Command& asked) {
    if (refuse_with_) return Failed{*refuse_with_};
    wallet::Command command = asked;
    NamedOnly::Records records;
    if (const auto transaction = original_of(command)) {
        records.original = book_.origin(*transaction);
        Movement original;
        if (records.original != 0) {
            book_.read(records.original, original);
            say_whose(command, user_of_original(original.record, *transaction,
                                                book_.tenant(command.caller.tenant), book_));
        }
    }
    const wallet::Context context = context_for(command);
    const bool guarded = reference_of(command).has_value();
    if (guarded) records.prior = book_.reference(context.reference_fingerprint);
    const bool keyed = !command.key.text.empty();
    if (keyed) records.kept = book_.kept(context.key_fingerprint);
    NamedOnly loaded{book_};
    loaded.name_all(command, context, records);

    wallet::Record draft;
    const wallet::Decision decision = wallet::decide(command, loaded, context, draft);
    if (const auto* refusal = std::get_if<wallet::Refusal>(&decision)) {
        if (refusal->rejection == wallet::Rejection::breaks_a_law) ++law_breaches_;
        return *refusal;
    }
    if (const auto* replayed = std::get_if<wallet::Replayed>(&decision)) {
        const bool by_key = replayed->first == loaded.kept_if_any();
        return Recorded{by_key ? records.kept : records.prior, true};
    }
    if (command.dry_run) {
        if (const auto* declined = std::get_if<wallet::Kept>(&decision)) return declined->refusal;
        return std::make_shared<DryRun>(draft, book_);
    }
    std::vector<std::uint8_t> bytes(record_bytes_max);
    bytes.resize(encode(draft, book_.links_of(draft), bytes));
    const Position position = book_.add(std::string{as_text(bytes)}, now_);
    if (const auto* declined = std::get_if<wallet::Kept>(&decision)) return declined->refusal;
    return Recorded{position, false};
}

wallet::Context MemoryStore::context_for(const wallet::Command& command) {
    wallet::Context context;
    context.now = now_;
    context.ordinal = book_.open_ordinal();
    context.ids = ids_.make_one(now_, book_.open_sequence(), context.ordinal);
    context.next = book_.next_numbers();
    context.currencies = &book_.currencies();
    context.settings = &book_.settings();
    context.wallets_per_user_max = options_.wallets_per_user_max;
    Policies::Row& row = policy_row(command.caller.tenant, command.caller.application);
    context.policy = &row.policy;
    context.local_day = Policies::day_of(row, now_);
    context.key_lifetime_ms =
        std::int64_t{row.policy.number(wallet::PolicyField::idempotency_ttl)} * 1000;
    context.adjust_alone_max = options_.adjust_alone_max;
    const wallet::Tenant* known = book_.tenant(command.caller.tenant);
    const wallet::TenantNumber tenant =
        known == nullptr ? wallet::TenantNumber{context.next.tenant} : known->number;
    const auto& key = book_.genesis().reference_key;
    if (const auto reference = reference_of(command)) {
        context.reference_fingerprint = reference_fingerprint(sha256_, key, tenant, *reference);
    }
    if (!command.key.text.empty()) {
        context.key_fingerprint = key_fingerprint(sha256_, key, tenant, command);
    }
    return context;
}

Policies::Row& MemoryStore::policy_row(std::string_view tenant,
                                       std::string_view application) const {
    const wallet::Tenant* known = book_.tenant(tenant);
    return book_.policies().row(known == nullptr
                                    ? wallet::ApplicationNumber{}
                                    : book_.application_number(known->number, application));
}

const wallet::Policy& MemoryStore::policy_for(std::string_view tenant,
                                              std::string_view application) const {
    return policy_row(tenant, application).policy;
}

MemoryStore::Outcome MemoryStore::run(const ReadPolicy& query) {
    const Policies::Row& row = policy_row(query.tenant, query.application);
    if (!row.own.exists) return wallet::Refusal{.rejection = wallet::Rejection::policy_not_found};
    return OnePolicy{query, row};
}

const wallet::Wallet* MemoryStore::wallet_for_read(std::string_view tenant, std::string_view user,
                                                   money::Currency currency) const {
    NamedOnly loaded{book_};
    loaded.name_user(tenant, user);
    const wallet::Tenant* known = loaded.tenant(tenant);
    if (known == nullptr) return nullptr;
    return wallet::wallet_for_read(loaded, loaded.user(known->number, user), currency,
                                   book_.settings());
}

MemoryStore::Outcome MemoryStore::run(const ReadWallet& query) {
    const wallet::Wallet* found = wallet_for_read(query.tenant, query.user, query.currency);
    if (found == nullptr) return wallet_not_found(query.currency);
    return *found;
}

MemoryStore::Outcome MemoryStore::run(const ListWallets& query) {
    WalletPage page;
    const wallet::Tenant* tenant = book_.tenant(query.tenant);
    if (tenant == nullptr) return page;
    std::uint64_t passed = 0;
    for (std::uint32_t number = book_.next_numbers().wallet - 1; number > 0; --number) {
        const wallet::Wallet& row = book_.row(wallet::WalletNumber{number}).wallet;
        if (row.tenant != tenant->number) continue;
        if (!query.user.empty() && book_.subject(row.owner) != query.user) continue;
        if (query.status && row.status != *query.status) continue;
        ++page.total;
        if ((query.before != 0 && number >= query.before) || passed++ < query.skip) continue;
        page.more = page.rows.size() == query.rows_max;
        if (!page.more) page.rows.push_back(row);
        if (page.more) passed = query.skip + query.rows_max + 1;
    }
    return page;
}

MemoryStore::Outcome MemoryStore::run(const ListHistory& query) {
    const wallet::Wallet* found = wallet_for_read(query.tenant, query.user, query.currency);
    if (found == nullptr) return wallet_not_found(query.currency);
    return page_of(book_, book_.row(found->number), query);
}

MemoryStore::Outcome MemoryStore::run(const ListApprovals& query) {
    ApprovalPage page;
    const wallet::Tenant* tenant = book_.tenant(query.tenant);
    if (tenant == nullptr) return page;
    std::uint64_t passed = 0;
    for (std::size_t i = book_.approvals().size(); i-- > 0;) {
        const wallet::Approval& row = book_.approvals()[i];
        const wallet::Wallet& wallet = book_.wallet(row.wallet);
        if (wallet.tenant != tenant->number) continue;
        if (!query.user.empty() && book_.subject(wallet.owner) != query.user) continue;
        if (wallet::is_adjustment(row.kind) != query.adjustments) continue;
        if (query.state && row.state != *query.state) continue;
        ++page.total;
        if ((query.before != 0 && row.number.value >= query.before) || passed++ < query.skip) {
            continue;
        }
        if (page.rows.size() == query.rows_max) {
            page.more = true;
        } else {
            page.rows.push_back(row);
        }
    }
    return page;
}

MemoryStore::Outcome MemoryStore::run(const CheckIntegrity& query) {
    const wallet::Tenant* tenant = book_.tenant(query.tenant);
    const wallet::Wallet* found = book_.find_wallet(query.wallet);
    if (tenant == nullptr || found == nullptr || found->tenant != tenant->number) {
        return wallet_not_found({});
    }
    return integrity_of(book_, book_.row(found->number));
}

void MemoryStore::give(Cookie cookie, Outcome outcome, Answers& answers) const {
    if (const auto* recorded = std::get_if<Recorded>(&outcome)) {
        Movement movement;
        book_.read(recorded->position, movement);
        answers.answer(cookie, Applied{&movement.record, recorded->replayed}, book_);
    } else if (const auto* dry = std::get_if<std::shared_ptr<DryRun>>(&outcome)) {
        answers.answer(cookie, Applied{&(*dry)->record(), false}, **dry);
    } else if (const auto* found = std::get_if<wallet::Wallet>(&outcome)) {
        answers.answer(cookie, Found{found}, book_);
    } else if (auto* wallets = std::get_if<WalletPage>(&outcome)) {
        answers.answer(cookie, std::move(*wallets), book_);
    } else if (auto* page = std::get_if<Page>(&outcome)) {
        answers.answer(cookie, std::move(*page), book_);
    } else if (auto* approvals = std::get_if<ApprovalPage>(&outcome)) {
        answers.answer(cookie, std::move(*approvals), book_);
    } else if (const auto* integrity = std::get_if<Integrity>(&outcome)) {
        answers.answer(cookie, *integrity, book_);
    } else if (const auto* policy = std::get_if<OnePolicy>(&outcome)) {
        answers.answer(cookie,
                       PolicyFound{policy->asked.tenant, policy->asked.application,
                                   &policy->row.own, &policy->row.policy},
                       book_);
    } else if (const auto* refusal = std::get_if<wallet::Refusal>(&outcome)) {
        answers.answer(cookie, *refusal, book_);
    } else {
        answers.answer(cookie, std::get<Failed>(outcome), book_);
    }
}

bool MemoryStore::healthy() const { return refuse_with_ != Failed::Kind::unknown; }
const money::CurrencyTable& MemoryStore::currencies() const { return book_.currencies(); }
const wallet::Settings& MemoryStore::settings() const { return book_.settings(); }

StoreFigures MemoryStore::figures() const {
    StoreFigures figures = book_.figures();
    figures.law_breaches = law_breaches_;
    return figures;
}

Hash MemoryStore::key_for(std::string_view purpose) const {
    return Sha256{}
        .start()
        .add(book_.genesis().reference_key)
        .add(as_bytes("purpose"))
        .add(as_bytes(purpose))
        .finish();
}

}  // namespace coffer::engine
