#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/inline_vector.h"
#include "ledger/entry.h"
#include "wallet/names.h"
#include "wallet/objects.h"
#include "wallet/policy.h"
#include "wallet/rejection.h"

namespace coffer::wallet {

/// What a record is about. The numbers are in the journal and never change.
enum class RecordKind : std::uint8_t {
    genesis = 1,   ///< the first record of a book
    currency = 2,  ///< a currency the book knows from now on
    settings = 3,  ///< the default policy from now on
    epoch = 4,     ///< the book was restored from a backup, or opened after that
    open_wallet = 10,
    deposit = 11,
    withdraw = 12,
    transfer = 13,
    freeze = 14,
    unfreeze = 15,
    change_status = 16,
    refused = 17,  ///< nothing moved; kept because the request had an Idempotency-Key
    adjust = 18,
    refund = 19,
    request_withdrawal = 20,
    auto_withdrawal = 21,     ///< requested and paid at once
    pay_withdrawal = 22,      ///< approved
    release_withdrawal = 23,  ///< rejected or taken back
    propose_adjustment = 24,
    approve_adjustment = 25,
    reject_adjustment = 26,  ///< or taken back
    capture = 27,            ///< paid out of a hold
    expire_freeze = 28,
    policy = 30,          ///< what one application's operator set or removed
    default_policy = 31,  ///< what holds for every other application from now on
};

/// The request as far as it guards the effect and answers for it.
struct Request {
    TenantNumber tenant;
    SubjectNumber actor;
    ApplicationNumber application;
    SubjectNumber user;              ///< whose wallet was asked for; the payer of a transfer
    SubjectNumber counterparty;      ///< the payee of a transfer
    money::Currency currency_asked;  ///< none unless the caller named one
    Int128 amount = 0;               ///< minor units of the wallet's currency
    bool has_reference = false;
    Fingerprint reference_fingerprint{};
    std::string_view reference;
    std::string_view description;
    bool has_key = false;  ///< an Idempotency-Key; its text is not kept
    Fingerprint key_fingerprint{};
    Fingerprint payload_fingerprint{};
};

/// A name that the book uses from this record on.
struct NewTenant {
    TenantNumber number;
    std::string_view id;
};
struct NewSubject {
    SubjectNumber number;
    std::string_view id;
};
struct NewApplication {
    ApplicationNumber number;
    std::string_view id;
};

/// What a wallet is after the record: absolute values, so that replaying it twice changes nothing.
struct WalletLine {
    WalletNumber wallet;
    std::uint64_t event = 0;         ///< the wallet's number of this record: 1, 2, 3 …
    std::uint64_t transactions = 0;  ///< its rows so far, this one included
    TransactionType type = TransactionType::none;
    WalletStatus status = WalletStatus::active;
    money::Currency currency;
    Int128 available = 0;
    Int128 held = 0;
    std::uint32_t open_holds = 0;
    TypeCounts counts{};
    bool opened = false;  ///< event 1; the three below are set then, and only then
    PublicId id;
    SubjectNumber owner;
    ApplicationNumber application;
};

/// What a hold is after the record.
struct HoldLine {
    PublicId id;
    WalletNumber wallet;
    Int128 amount = 0;
    Int128 captured = 0;
    HoldState state = HoldState::open;
    HoldPurpose purpose = HoldPurpose::freeze;
    std::uint32_t version = 1;
    Instant created_at;
    Instant expires_at;  ///< 0: never
    std::string_view reason;
};

/// What an application's own policy is after the record.
struct PolicyLine {
    ApplicationNumber application;
    std::uint32_t version = 0;
    bool exists = false;
    PolicyFields fields;
    Policy values;
};

/// What a refund is of, and how much of that is given back now, this refund included.
struct RefundLine {
    PublicId entry;        ///< the original
    PublicId transaction;  ///< the row of it that was asked for; the first wallet line's
    Int128 amount = 0;     ///< refunded so far
    std::uint32_t refunds = 0;
    bool everything = false;  ///< all that was left was asked for, instead of an amount
    bool cancels = false;
    std::array<Refunded::Row, 2> rows;  ///< of the original, in the order of the wallet lines
};

/// What was asked for or decided.
struct ApprovalLine {
    PublicId id;
    ApprovalNumber number;
    WalletNumber wallet;
    Int128 amount = 0;
    ApprovalKind kind = ApprovalKind::withdrawal;
    ApprovalState state = ApprovalState::pending;
    std::uint8_t version = 1;
    SubjectNumber requester;
    Instant created_at;
    std::string_view remark;  ///< whoever asked; the decision's is the record's description
};

inline constexpr std::size_t wallet_lines_max = 2;

/// One record of the journal, without what the store adds (its place, hashes, pointers).
///
/// It is both what `decide` answers and what is read back: answers are rendered from it, live,
/// replayed and in lists alike. Texts point into the command's or the reader's memory.
struct Record {
    RecordKind kind = RecordKind::deposit;
    std::uint32_t ordinal = 0;  ///< its number within the batch, from 0
    Instant at;                 ///< the batch's instant
    NewIds ids;                 ///< public ids that belong to it; derived, not stored
    Request request;
    InlineVector<NewTenant, 1> new_tenants;
    InlineVector<NewApplication, 2> new_applications;
    InlineVector<NewSubject, 3> new_subjects;
    InlineVector<WalletLine, wallet_lines_max> wallets;
    ledger::JournalEntry entry;  ///< no postings when nothing moved
    InlineVector<HoldLine, 1> holds;
    InlineVector<RefundLine, 1> refunds;
    InlineVector<ApprovalLine, 1> approvals;
    /// Of what withdraws from the first line's wallet, unless the store keeps no such sums; `event`
    /// is the line's.
    InlineVector<Withdrawn, 1> withdrawn;
    InlineVector<PolicyLine, 1> policies;  ///< of `policy`
    Refusal refusal{};                     ///< of `refused`
};

}  // namespace coffer::wallet
