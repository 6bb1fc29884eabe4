#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/int128.h"
#include "base/sha256.h"
#include "report/flat_set.h"
#include "report/known_names.h"
#include "report/public_id.h"
#include "report/record.h"

namespace coffer::report {

// What the verifier computes by itself while it reads: never copied from a record, always followed
// from postings and rows, so that one wrong record is one finding and not a thousand.

/// A growing list whose elements never move and that never needs twice its memory.
template <class Value>
class ChunkedList {
public:
    Value& add() {
        if (size_ % chunk == 0) chunks_.push_back(std::make_unique<Value[]>(chunk));
        ++size_;
        return (*this)[size_ - 1];
    }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] Value& operator[](std::size_t i) { return chunks_[i / chunk][i % chunk]; }
    [[nodiscard]] const Value& operator[](std::size_t i) const {
        return chunks_[i / chunk][i % chunk];
    }

private:
    static constexpr std::size_t chunk = 4096;
    std::vector<std::unique_ptr<Value[]>> chunks_;
    std::size_t size_ = 0;
};

struct TrackedWallet {
    Int128 available = 0;
    Int128 held = 0;
    UInt128 id = 0;
    Hash link{};
    std::uint64_t events = 0;
    std::uint64_t transactions = 0;
    std::array<std::uint64_t, row_types> counts{};
    std::uint64_t previous = 0;            ///< position of its newest record
    std::array<std::uint64_t, 4> steps{};  ///< [k-1]: of its newest event divisible by 2^k
    std::int64_t opened_at = 0;
    std::int64_t changed_at = 0;
    std::uint32_t more_steps = 0;  ///< for k ≥ 5, see Steps
    std::uint32_t number = 0;
    std::uint32_t tenant = 0;
    std::uint32_t owner = 0;
    std::uint32_t application = 0;
    std::uint32_t open_holds = 0;
    std::uint16_t currency = 0;
    Status status = Status::active;
};

/// The positions of each wallet's newest event that is divisible by 2^k. Few wallets have many
/// events, so k over 4 stands in a common pool.
class Steps {
public:
    [[nodiscard]] std::uint64_t get(const TrackedWallet& wallet, unsigned k) const {
        if (k <= 4) return wallet.steps[k - 1];
        const std::uint32_t node = find(wallet, k);
        return node == 0 ? 0 : nodes_[node - 1].steps[(k - 1) % 4];
    }
    void set(TrackedWallet& wallet, unsigned k, std::uint64_t position) {
        if (k <= 4) {
            wallet.steps[k - 1] = position;
            return;
        }
        std::uint32_t node = wallet.more_steps;
        for (unsigned level = 1; level <= (k - 1) / 4; ++level) {
            const std::uint32_t next = level == 1 ? node : nodes_[node - 1].next;
            if (next != 0) {
                node = next;
                continue;
            }
            nodes_.push_back({});
            const auto added = static_cast<std::uint32_t>(nodes_.size());
            (level == 1 ? wallet.more_steps : nodes_[node - 1].next) = added;
            node = added;
        }
        nodes_[node - 1].steps[(k - 1) % 4] = position;
    }

private:
    struct Node {
        std::array<std::uint64_t, 4> steps{};
        std::uint32_t next = 0;
    };
    [[nodiscard]] std::uint32_t find(const TrackedWallet& wallet, unsigned k) const {
        std::uint32_t node = wallet.more_steps;
        for (unsigned level = 2; level <= (k - 1) / 4 && node != 0; ++level) {
            node = nodes_[node - 1].next;
        }
        return node;
    }
    std::vector<Node> nodes_;
};

struct HouseAccount {
    std::uint32_t tenant = 0;
    std::uint16_t currency = 0;
    std::uint8_t account = 0;
    Int128 balance = 0;
    std::uint64_t postings = 0;
};

struct TrackedPolicy {
    std::uint64_t version = 0;
    bool exists = false;
    std::uint64_t fields = 0;
    bool auto_open = false;
    std::string values;  ///< as stored
    std::int64_t created_at = 0;
    std::int64_t updated_at = 0;
};

/// Of a wallet that withdrew.
struct TrackedWithdrawn {
    std::uint64_t event = 0;
    std::int64_t day = 0;
    Int128 in_day = 0;
    Int128 in_month = 0;
};

/// Everything known of the book after the records read so far.
struct BookState {
    KnownNames names;
    KnownCurrencies currencies;
    SettingsBody settings;
    EpochBody epoch;
    std::map<std::uint64_t, TrackedPolicy> policies;  ///< by application; 0: the default
    std::unordered_map<std::uint64_t, TrackedWithdrawn> withdrawn;  ///< by wallet
    ChunkedList<TrackedWallet> wallets;
    Steps steps;
    std::vector<HouseAccount> house;
    NumberMap house_by_key;  ///< index in `house`, plus one

    /// Whether a deposit through this application opens a wallet.
    [[nodiscard]] bool deposits_open(std::uint64_t application) const;

    [[nodiscard]] TrackedWallet* wallet(std::uint64_t number) {
        return number != 0 && number <= wallets.size() ? &wallets[number - 1] : nullptr;
    }
    /// Makes one with nothing in it where there is none.
    [[nodiscard]] HouseAccount& house_account(std::uint32_t tenant, std::uint16_t currency,
                                              std::uint8_t account);
};

}  // namespace coffer::report
