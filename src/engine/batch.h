#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "wallet/command.h"

namespace coffer::engine {

/// Memory for the texts of one batch: filled in blocks, forgotten as a whole.
class Arena {
public:
    Arena() : Arena{256 * 1024} {}
    explicit Arena(std::size_t block_bytes) : block_bytes_{block_bytes} {}

    /// A copy that lives until clear().
    std::string_view copy(std::string_view text);
    /// The text itself where it lives here already, else a copy.
    std::string_view own(std::string_view text) { return has(text) ? text : copy(text); }
    /// Likewise of a plain value.
    template <class Value>
    const Value* keep(const Value& value) {
        static_assert(std::is_trivially_copyable_v<Value>);
        return new (take(sizeof(Value) + alignof(Value), alignof(Value))) Value(value);
    }
    void clear();

private:
    [[nodiscard]] bool has(std::string_view text) const;
    char* take(std::size_t bytes);
    void* take(std::size_t bytes, std::size_t alignment) {
        void* at = take(bytes);
        return std::align(alignment, bytes - alignment, at, bytes);
    }

    std::size_t block_bytes_;
    std::vector<std::unique_ptr<char[]>> blocks_;
    std::vector<std::unique_ptr<char[]>> oversized_;
    std::size_t block_ = 0;
    std::size_t used_ = 0;
};

/// One wallet as it is now. By the user: the wallet a read falls to, see wallet/resolve.h.
struct ReadWallet {
    std::string_view tenant;
    std::string_view user;
    money::Currency currency;
};

/// Wallets of a tenant, newest first; with `user` only that user's.
struct ListWallets {
    std::string_view tenant;
    std::string_view user;
    std::optional<wallet::WalletStatus> status;  ///< none: all of them
    std::uint64_t skip = 0;                      ///< wallets to pass over, newest first
    std::uint32_t before = 0;  ///< only wallets opened before this one; 0: from the newest
    std::uint32_t rows_max = 20;
};

/// Which rows of a wallet's history.
enum class HistoryKind : std::uint8_t {
    transactions,     ///< every row
    balance_history,  ///< rows that changed the posted balance: no freeze, no unfreeze
    freezes,          ///< the freeze rows; each with the unfreeze row that ended it, if any
};

struct ListHistory {
    std::string_view tenant;
    std::string_view user;
    money::Currency currency;
    HistoryKind kind = HistoryKind::transactions;
    wallet::TransactionType type = wallet::TransactionType::none;  ///< none: every type
    /// Of transactions: whether the row was cancelled since.
    enum class State : std::uint8_t { any, completed, cancelled };
    State state = State::any;
    std::optional<bool> hold_is_open;  ///< of freezes, which know no other filter
    bool nothing_matches = false;  ///< a filter that no row can pass; the answer is an empty page
    std::optional<Instant> from;   ///< included
    std::optional<Instant> until;  ///< not included
    std::uint64_t skip = 0;        ///< rows to pass over, newest first: (page - 1) * page_size
    std::uint64_t before_seq = 0;  ///< only rows with a smaller `seq`; 0: from the newest
    std::uint32_t rows_max = 20;
};

/// Withdrawal requests, or adjustments that a second operator decides on; newest first.
struct ListApprovals {
    std::string_view tenant;
    std::string_view user;  ///< "": of the whole tenant
    bool adjustments = false;
    std::optional<wallet::ApprovalState> state;  ///< none: all of them
    std::uint64_t skip = 0;
    std::uint32_t before = 0;  ///< only those asked for before this one; 0: from the newest
    std::uint32_t rows_max = 20;
};

/// Re-computes one wallet's chain of records from its first to its last.
struct CheckIntegrity {
    std::string_view tenant;
    wallet::PublicId wallet;
};

/// What one application's policy is: refused with policy_not_found where it has none of its own.
struct ReadPolicy {
    std::string_view tenant;
    std::string_view application;
};

/// The command with its texts copied into `texts`.
[[nodiscard]] wallet::Command copy(const wallet::Command& command, Arena& texts);

using Item = std::variant<wallet::Command, ReadWallet, ListWallets, ListHistory, ListApprovals,
                          CheckIntegrity, ReadPolicy>;

/// The caller's name for an item, given back with its answer.
using Cookie = std::uint64_t;

/// What one round brought, in order of arrival. Texts of items live in `texts`.
struct Batch {
    struct Entry {
        Cookie cookie;
        /// Of the command, made beforehand: see Store::reference_guard(). Null: the store makes it.
        const wallet::Fingerprint* reference = nullptr;
        Item item;
    };
    Arena texts;
    std::vector<Entry> entries;

    void add(Cookie cookie, Item item) {
        entries.push_back({.cookie = cookie, .item = std::move(item)});
    }
    void clear() {
        entries.clear();
        texts.clear();
    }
};

}  // namespace coffer::engine
