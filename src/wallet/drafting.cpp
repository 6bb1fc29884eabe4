#include "wallet/drafting.h"

namespace coffer::wallet {

using ledger::AccountKind;
using ledger::AccountRef;
using ledger::Side;

Drafting::Drafting(const Loaded& loaded, const Context& context, const Caller& caller,
                   Record& draft)
    : loaded_{loaded}, context_{context}, caller_{caller}, draft_{draft}, next_{context.next} {}

void Drafting::start(RecordKind kind) {
    draft_.kind = kind;
    draft_.ordinal = context_.ordinal;
    draft_.at = context_.now;
    draft_.ids = context_.ids;
    draft_.request = Request{};
    draft_.new_tenants.clear();
    draft_.new_applications.clear();
    draft_.new_subjects.clear();
    draft_.wallets.clear();
    draft_.entry.postings.clear();
    draft_.holds.clear();
    draft_.withdrawn.clear();
    draft_.policies.clear();
    draft_.refunds.clear();
    draft_.approvals.clear();

    const Tenant* tenant = loaded_.tenant(caller_.tenant);
    if (tenant != nullptr) {
        draft_.request.tenant = tenant->number;
    } else {
        draft_.request.tenant = {next_.tenant++};
        draft_.new_tenants.push_back({draft_.request.tenant, caller_.tenant});
    }
    if (!caller_.application.empty()) {
        draft_.request.application = application(caller_.application);
    }
    if (!caller_.actor.empty()) draft_.request.actor = subject(caller_.actor);
}

ApplicationNumber Drafting::application(std::string_view id) {
    const ApplicationNumber known = loaded_.application(draft_.request.tenant, id);
    if (known.value != 0) return known;
    for (const NewApplication& introduced : draft_.new_applications) {
        if (introduced.id == id) return introduced.number;
    }
    const ApplicationNumber number{next_.application++};
    draft_.new_applications.push_back({number, id});
    return number;
}

SubjectNumber Drafting::subject(std::string_view user_id) {
    if (const User* user = loaded_.user(draft_.request.tenant, user_id)) return user->number;
    for (const NewSubject& introduced : draft_.new_subjects) {
        if (introduced.id == user_id) return introduced.number;
    }
    const SubjectNumber number{next_.subject++};
    draft_.new_subjects.push_back({number, user_id});
    return number;
}

void Drafting::count_withdrawal(const Wallet& wallet, Int128 amount) {
    if (!context_.local_day) return;
    Withdrawn sums = loaded_.withdrawn(wallet.number).on(*context_.local_day);
    sums.in_day += amount;
    sums.in_month += amount;
    sums.event = draft_.wallets[0].event;
    draft_.withdrawn.push_back(sums);
}

void Drafting::use_reference(std::string_view reference) {
    if (reference.empty()) return;
    draft_.request.has_reference = true;
    draft_.request.reference_fingerprint = context_.reference_fingerprint;
    draft_.request.reference = reference;
}

void Drafting::use_key(const IdempotencyKey& key) {
    draft_.request.has_key = true;
    draft_.request.key_fingerprint = context_.key_fingerprint;
    draft_.request.payload_fingerprint = key.payload;
}

namespace {

void count_row(WalletLine& line, TransactionType type) {
    line.type = type;
    if (type == TransactionType::none) return;
    ++line.transactions;
    ++line.counts[static_cast<std::size_t>(type) - 1];
}

}  // namespace

WalletLine& Drafting::line_for(const Wallet& wallet, TransactionType type) {
    WalletLine& line = draft_.wallets.add();
    line.wallet = wallet.number;
    line.event = wallet.events + 1;
    line.transactions = wallet.transactions;
    line.status = wallet.status;
    line.currency = wallet.currency;
    line.available = wallet.available;
    line.held = wallet.held;
    line.open_holds = wallet.open_holds;
    line.counts = wallet.counts;
    line.opened = false;
    line.id = {};
    line.owner = {};
    line.application = {};
    count_row(line, type);
    return line;
}

WalletLine& Drafting::line_for_new(SubjectNumber owner, money::Currency currency,
                                   TransactionType type) {
    WalletLine& line = draft_.wallets.add();
    line = WalletLine{};
    line.wallet = {next_.wallet++};
    line.event = 1;
    line.currency = currency;
    line.opened = true;
    line.id = context_.ids.wallet;
    line.owner = owner;
    line.application = draft_.request.application;
    count_row(line, type);
    return line;
}

void Drafting::begin_approval(const Wallet& wallet, ApprovalKind kind, ApprovalState state,
                              money::Amount amount) {
    const bool decided = state != ApprovalState::pending;
    draft_.approvals.push_back({.id = context_.ids.hold,
                                .number = {next_.approval},
                                .wallet = wallet.number,
                                .amount = amount.minor_units(),
                                .kind = kind,
                                .state = state,
                                .version = static_cast<std::uint8_t>(decided ? 2 : 1),
                                .requester = draft_.request.actor,
                                .created_at = context_.now,
                                .remark = draft_.request.description});
}

void Drafting::end_approval(const Approval& approval, ApprovalState state) {
    draft_.approvals.push_back({.id = approval.id,
                                .number = approval.number,
                                .wallet = approval.wallet,
                                .amount = approval.amount,
                                .kind = approval.kind,
                                .state = state,
                                .version = 2,
                                .requester = approval.requester,
                                .created_at = approval.created_at,
                                .remark = approval.remark});
}

void Drafting::change_hold(const Hold& hold, HoldState state, Int128 captured) {
    if (state != HoldState::open) --draft_.wallets[0].open_holds;
    draft_.holds.push_back({.id = hold.id,
                            .wallet = hold.wallet,
                            .amount = hold.amount,
                            .captured = captured,
                            .state = state,
                            .purpose = hold.purpose,
                            .version = hold.version + 1,
                            .created_at = hold.created_at,
                            .expires_at = hold.expires_at,
                            .reason = hold.reason});
}

void Drafting::post(const AccountRef& ref, Side side, Int128 amount, Int128 before,
                    std::uint64_t number) {
    // A sum that does not fit leaves "after" at 0, which the laws refuse: see ledger/laws.h.
    const auto after = ledger::balance_after(ref.kind, side, before, amount);
    draft_.entry.postings.push_back({.account = ref,
                                     .side = side,
                                     .amount = amount,
                                     .balance_before = before,
                                     .balance_after = after.value_or(0),
                                     .number = number});
}

void Drafting::post_house(AccountKind kind, Side side, money::Amount amount) {
    const AccountRef ref{tenant(), kind, amount.currency(), {}};
    const ledger::Account account = loaded_.house_account(ref);
    post(ref, side, amount.minor_units(), account.balance, account.postings + 1);
}

void Drafting::post_available(WalletLine& line, Side side, Int128 amount) {
    post({tenant(), AccountKind::wallet_available, line.currency, line.wallet}, side, amount,
         line.available, 0);
    line.available = draft_.entry.postings[draft_.entry.postings.size() - 1].balance_after;
}

void Drafting::post_frozen(WalletLine& line, Side side, Int128 amount) {
    post({tenant(), AccountKind::wallet_frozen, line.currency, line.wallet}, side, amount,
         line.held, 0);
    line.held = draft_.entry.postings[draft_.entry.postings.size() - 1].balance_after;
}

std::variant<money::Amount, Rejection> amount_in(const money::Decimal& decimal,
                                                 money::Currency currency, const Context& context) {
    const auto amount = money::to_amount(decimal, currency, context.currencies->decimals(currency));
    if (amount) return *amount;
    switch (amount.error()) {
        using enum money::AmountError;
        case too_many_decimals: return Rejection::amount_has_too_many_decimals;
        case not_positive: return Rejection::amount_not_positive;
        case over_maximum: return Rejection::amount_over_maximum;
    }
    unreachable_value();
}

bool same_payload(const Record& first, money::Currency currency_asked, const money::Decimal& amount,
                  std::string_view counterparty, const Loaded& loaded, const Context& context) {
    if (first.wallets.empty() || first.request.currency_asked != currency_asked) return false;
    const auto again = amount_in(amount, first.wallets[0].currency, context);
    const auto* value = std::get_if<money::Amount>(&again);
    if (value == nullptr || value->minor_units() != first.request.amount) return false;
    SubjectNumber number;
    if (!counterparty.empty()) {
        const User* user = loaded.user(first.request.tenant, counterparty);
        if (user == nullptr) return false;
        number = user->number;
    }
    return number == first.request.counterparty;
}

}  // namespace coffer::wallet
