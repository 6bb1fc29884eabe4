#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"
#include "engine/batch.h"
#include "engine/record_codec.h"
#include "engine/reference.h"
#include "money/currency.h"
#include "wallet/rejection.h"

namespace coffer::engine {

/// What the numbers in records and wallets stand for. Valid during one call of Answers.
class Names {
public:
    virtual ~Names() = default;
    [[nodiscard]] virtual std::string_view subject(wallet::SubjectNumber number) const = 0;
    [[nodiscard]] virtual std::string_view application(wallet::ApplicationNumber number) const = 0;
    /// As it is now. From a record's wallet line take what the wallet was then.
    [[nodiscard]] virtual const wallet::Wallet& wallet(wallet::WalletNumber number) const = 0;
};

/// The command took effect, now or, when `replayed`, the first time its reference came.
struct Applied {
    const wallet::Record* record;
    bool replayed;
};

/// What keep() was told is durable now.
struct Settled {};

struct Found {
    const wallet::Wallet* wallet;
};

struct WalletPage {
    std::vector<wallet::Wallet> rows;  ///< newest first
    std::uint64_t total = 0;           ///< that pass the filters, on all pages
    bool more = false;                 ///< there are wallets behind the last one here
};

struct ApprovalPage {
    std::vector<wallet::Approval> rows;  ///< newest first
    std::uint64_t total = 0;             ///< that pass the filters, on all pages
    bool more = false;                   ///< there are approvals behind the last one here
};

/// A hold as it is now, beside the record that opened it.
struct HoldNow {
    wallet::HoldState state = wallet::HoldState::open;
    Int128 captured = 0;
    Instant ended_at{};  ///< 0: not yet
};

/// One row of a list: a record and which of its wallet lines is the row.
struct PagedRow {
    std::string bytes;  ///< what the texts in `movement` point into
    std::unique_ptr<Movement> movement;
    std::size_t line = 0;
    /// In a list of freezes: what has become of this one. None: it is as the row says.
    std::optional<HoldNow> hold;
    /// What was given back of the row's entry since; none: nothing.
    std::optional<wallet::Refunded> refunded;
};

struct Page {
    std::vector<PagedRow> rows;  ///< newest first
    std::uint64_t total = 0;     ///< rows that pass the filters, on all pages
    bool more = false;           ///< there are rows behind the last one here
};

struct Integrity {
    wallet::PublicId wallet;
    std::uint64_t records = 0;    ///< how many were checked
    std::uint64_t broken_at = 0;  ///< the wallet's event at which the chain breaks; 0: it holds
    Hash last_link{};
};

/// An application that has a policy of its own: what it set, and what holds for it.
struct PolicyFound {
    std::string_view tenant;
    std::string_view application;
    const wallet::OwnPolicy* own;
    const wallet::Policy* policy;
};

/// The machine failed, or a limit was reached.
struct Failed {
    enum class Kind : std::uint8_t {
        unknown,       ///< durable or not: only a retry with the same reference can tell
        unavailable,   ///< nothing was touched; try again later
        storage_full,  ///< nothing was touched; the operator must make room
        clock_wrong,   ///< nothing was touched; the operator must set the clock
        read_only,     ///< nothing was touched; the book was restored and must be opened
    };
    Kind kind;
};

using Answer = std::variant<Applied, Found, WalletPage, Page, ApprovalPage, Integrity, PolicyFound,
                            wallet::Refusal, Failed, Settled>;

/// Who gets the answers. Always called on the engine's thread.
class Answers {
public:
    virtual ~Answers() = default;
    /// Once for every item. What `answer` points to lives until the call returns.
    virtual void answer(Cookie cookie, const Answer& answer, const Names& names) = 0;
    /// A command took effect just now; nothing of it is durable, so nobody may be told. True: what
    /// matters of the record was kept, and the answer will be Settled or Failed; the record is gone
    /// by then. A store need not ask: it is for whoever has thousands of commands in a round, whose
    /// records leave the processor's cache before they are durable.
    virtual bool keep(Cookie /*cookie*/, const wallet::Record& /*record*/, const Names& /*names*/) {
        return false;
    }
};

/// A hold whose time has come.
struct DueHold {
    std::string_view tenant;
    wallet::PublicId id;
};

/// The last batch that this process knows to be durable: what a cut-off book is noticed by. Where
/// several processes share a book it is one batch of one of its chains, not the end of all.
struct Head {
    std::uint64_t sequence = 0;
    Instant time;
    Hash hash{};
};

/// Counts by powers of two: bucket i holds what is at most `first` · 2^i, the last one the rest.
struct Histogram {
    std::uint64_t first = 1;
    std::array<std::uint64_t, 16> counts{};
    std::uint64_t sum = 0;

    void add(std::uint64_t value) {
        std::size_t bucket = 0;
        for (std::uint64_t bound = first; bound < value && bucket + 1 < counts.size(); bound *= 2) {
            ++bucket;
        }
        ++counts[bucket];
        sum += value;
    }
};

struct StoreFigures {
    Histogram sync_us{.first = 25};
    Histogram batch_records{.first = 1};
    std::uint64_t wallets = 0;
    std::uint64_t subjects = 0;
    std::uint64_t references = 0;
    std::uint64_t idempotency_keys = 0;
    std::uint64_t holds = 0;
    std::uint64_t approvals = 0;
    std::uint64_t refunded = 0;  ///< entries of which something was given back
    std::uint64_t records = 0;
    std::uint64_t batches = 0;
    std::uint64_t journal_bytes = 0;
    std::uint64_t law_breaches = 0;  ///< must be zero
    std::uint64_t checkpoints = 0;
    std::int64_t longest_slice_ns = 0;
    std::uint64_t reader_queue = 0;
};

/// Where the book lives. Every adapter passes one contract suite; nothing above this line can tell
/// them apart. All calls come from the engine's thread.
///
/// Promise: no answer, of a write, a refusal or a read, is given before everything it saw is
/// durable. Items of a batch are durable in their order, each whole or not at all. Batches are in
/// that order, too, where one process has the book to itself; where several share a database, a
/// batch may overtake another that is not answered yet.
class Store {
public:
    virtual ~Store() = default;

    /// Runs the items in the order in which they stand. Answers come before it returns or from a
    /// later poll(): of those that need old records, and of all while the store is busy(). The
    /// batch is empty afterwards.
    virtual void execute(Batch& batch, Answers& answers) = 0;

    /// Gives the answers that the disk, readers and background work have finished.
    virtual void poll(Answers& answers) = 0;

    /// True while an execute() would wait for the one before it. Collect items meanwhile; the
    /// poller is woken when it is over.
    [[nodiscard]] virtual bool busy() const { return false; }
    /// Whether so many items are better executed at once although the store is busy(): they are
    /// decided while the disk works for those before them.
    [[nodiscard]] virtual bool takes_while_busy(std::size_t /*items*/) const { return false; }

    /// Called from any thread when poll() has something to do. Set once, before the first batch. A
    /// store that was given the poller of the loop adds its descriptors there and need not call it.
    virtual void wake_with(std::function<void()> wake) = 0;

    /// False once a write failed for good: the process must end, a restart reads what is true. A
    /// store that can ask the truth again stays healthy, and answers `unknown` where it must.
    [[nodiscard]] virtual bool healthy() const = 0;
    /// Whether writes are taken now; false while the disk is full, the clock is wrong, or the book
    /// was restored and not opened yet.
    [[nodiscard]] virtual bool writable() const = 0;

    /// Which life of the book this is, and whether it takes writes again after a restore.
    [[nodiscard]] virtual Epoch epoch() const { return {}; }

    [[nodiscard]] virtual const money::CurrencyTable& currencies() const = 0;
    [[nodiscard]] virtual const wallet::Settings& settings() const = 0;
    /// What holds for the users of an application; the default where it is not known. For what is
    /// judged before a command is made; valid until the next batch.
    [[nodiscard]] virtual const wallet::Policy& policy_for(std::string_view /*tenant*/,
                                                           std::string_view /*application*/) const {
        return wallet::standard_policy;
    }
    /// Open holds that are due by `now`, the earliest first, at most `most`. They stay open until
    /// an ExpireFreeze for them is executed. Valid until the next batch.
    [[nodiscard]] virtual std::vector<DueHold> due_holds(Instant /*now*/,
                                                         std::size_t /*most*/) const {
        return {};
    }
    /// For whoever makes Batch::Entry::reference, on whatever thread; none where the tenant is not
    /// known, or the store has no use for it. Holds as long as the store. A wrong one would lose
    /// references, so the store works a sample out again, and stops when it differs.
    [[nodiscard]] virtual std::optional<ReferenceGuard> reference_guard(
        std::string_view /*tenant*/) const {
        return std::nullopt;
    }
    [[nodiscard]] virtual Head head() const = 0;
    [[nodiscard]] virtual StoreFigures figures() const = 0;

    /// A key of this book for one purpose, the same after every restart (signs cursors).
    [[nodiscard]] virtual Hash key_for(std::string_view purpose) const = 0;
};

}  // namespace coffer::engine
