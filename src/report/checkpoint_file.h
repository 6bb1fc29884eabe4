#pragma once

#include <functional>
#include <string>
#include <vector>

#include "report/book_files.h"
#include "report/finding.h"
#include "report/tracked.h"

namespace coffer::report {

// A checkpoint file as docs/journal-format.md, section 7, describes it.

struct CheckpointStart {
    BookId book{};
    std::uint64_t position = 0;
    std::uint64_t sequence = 0;
    std::int64_t time = 0;
    Hash hash{};
    std::array<std::uint8_t, 32> reference_key{};
    std::array<std::uint8_t, 32> id_key{};
    std::string software;
    SettingsBody settings;
    EpochBody epoch;
};

struct CheckpointWallet {
    UInt128 id = 0;
    std::uint64_t tenant = 0;
    std::uint64_t owner = 0;
    std::uint64_t application = 0;
    std::uint64_t currency = 0;
    std::uint64_t status = 0;
    UInt128 available = 0;
    UInt128 held = 0;
    std::uint64_t open_holds = 0;
    std::uint64_t events = 0;
    std::uint64_t transactions = 0;
    std::array<std::uint64_t, row_types> counts{};
    std::int64_t created = 0;
    std::int64_t updated = 0;
    Hash link{};
    std::uint64_t last = 0;
    std::vector<std::uint64_t> levels;

    /// What the checkpoint must say of that wallet.
    [[nodiscard]] static CheckpointWallet of(const TrackedWallet& wallet, const Steps& steps);
    /// Equal wallets have equal digests.
    [[nodiscard]] Key128 digest(Sha256& sha) const;
};

struct CheckpointName {
    std::uint64_t tenant = 0;  ///< 0 for tenants
    std::string_view text;
};

struct CheckpointAccount {
    std::uint64_t tenant = 0;
    std::uint8_t account = 0;
    std::uint64_t currency = 0;
    Int128 balance = 0;
    std::uint64_t postings = 0;
};

struct CheckpointHold {
    UInt128 id = 0;
    std::uint64_t wallet = 0;
    UInt128 amount = 0;
    std::uint8_t state = 0;
    std::uint8_t parts = 0;
    std::uint64_t version = 0;
    std::int64_t opened = 0;
    std::int64_t expires = 0;
    UInt128 captured = 0;
    std::int64_t ended = 0;
    std::string_view reason;

    [[nodiscard]] std::string_view difference(const CheckpointHold& other) const;
};

struct CheckpointPolicy {
    PolicyBody body;
    std::int64_t created = 0;
    std::int64_t updated = 0;
};

struct CheckpointWithdrawn {
    std::uint64_t wallet = 0;
    std::uint64_t event = 0;
    WithdrawnBody sums;
};

struct CheckpointRefund {
    UInt128 entry = 0;
    UInt128 amount = 0;
    std::uint64_t refunds = 0;
    std::uint8_t cancelled = 0;
    std::array<RefundedRow, 2> rows{};

    [[nodiscard]] std::string_view difference(const CheckpointRefund& other) const;
};

struct CheckpointApproval {
    UInt128 id = 0;
    std::uint64_t wallet = 0;
    UInt128 amount = 0;
    std::uint8_t kind = 0;
    std::uint8_t state = 0;
    std::uint8_t version = 0;
    std::uint64_t requester = 0;
    std::uint64_t decider = 0;
    std::int64_t created = 0;
    std::int64_t decided = 0;
    std::string_view remark;
    std::string_view decision;
};

/// Who takes the rows, in the order of the file. Texts live during the call.
class CheckpointRows {
public:
    virtual ~CheckpointRows() = default;
    virtual void start(const CheckpointStart& row) = 0;
    virtual void currency(const CurrencyBody& row) = 0;
    virtual void name(NameKind kind, const CheckpointName& row) = 0;
    virtual void wallet(const CheckpointWallet& row) = 0;
    virtual void account(const CheckpointAccount& row) = 0;
    virtual void hold(const CheckpointHold& row) = 0;
    virtual void policy(const CheckpointPolicy& row) = 0;
    virtual void withdrawn(const CheckpointWithdrawn& row) = 0;
    virtual void refund(const CheckpointRefund& row) = 0;
    /// The first is number 1, and so on.
    virtual void approval(const CheckpointApproval& row) = 0;
    virtual void end(std::uint64_t until) = 0;
};

/// Reads a file block by block, checks sums and form. The text says what is wrong with the file;
/// empty: nothing.
[[nodiscard]] Result<std::string, Fault> read_checkpoint(os::File& file, CheckpointRows& rows);

}  // namespace coffer::report
