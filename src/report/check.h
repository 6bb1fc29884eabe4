#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "report/book_reader.h"
#include "report/tracked.h"
#include "report/verify.h"

namespace coffer::report {

/// A field, and the list element it is in. Text is made of it only when something is wrong.
struct FieldName {
    FieldName(const char* name) : field{name} {}
    FieldName(std::string_view of_list, std::size_t at, std::string_view name)
        : list{of_list}, index{at}, field{name} {}
    /// As fields_of() spells it.
    [[nodiscard]] std::string text() const;

    std::string_view list{};
    std::size_t index = 0;
    std::string_view field;
};

/// One record under judgement, and where it stands.
struct Judged {
    const BatchView& batch;
    const RecordView& view;
    const Record& record;
    BookState& state;
    Findings& findings;

    [[nodiscard]] const Movement& movement() const { return record.movement; }

    /// Finds it wrong unless `holds`.
    void demand(bool holds, Rule rule, const FieldName& field, std::string_view message) const {
        if (!holds) [[unlikely]]
            wrong(rule, field, message);
    }
    /// The same for "is X, must be Y".
    template <class Number>
    void demand_equal(Number found, Number wanted, Rule rule, const FieldName& field) const {
        if (found != wanted) [[unlikely]]
            differs(wide(found), wide(wanted), rule, field);
    }

private:
    struct Wide {
        bool negative;
        UInt128 magnitude;
    };
    template <class Number>
    static Wide wide(Number number) {
        if constexpr (std::is_signed_v<Number> || std::is_same_v<Number, Int128>) {
            const auto bits = static_cast<UInt128>(static_cast<Int128>(number));
            return {number < 0, number < 0 ? ~bits + 1 : bits};
        } else {
            return {false, number};
        }
    }
    void wrong(Rule rule, const FieldName& field, std::string_view message) const;
    void differs(Wide found, Wide wanted, Rule rule, const FieldName& field) const;
};

// One function or class a concern, each in a file of its own.

/// Genesis, currencies, settings, epochs; keeps the keys.
struct SetupChecks {
    bool has_genesis = false;
    GenesisBody genesis;
    std::string software;
    std::vector<RestoreLine> restores;

    void check(const Judged& judged, const BookId& book);

private:
    void check_epoch(const Judged& judged);

    std::uint64_t sequence_ = 0;  // of the batch under judgement
    Instant time_;
    Instant time_before_;  // of the batch before it
};

/// Tenants, applications and people: numbered, known, none twice, all of the record's tenant.
class NameChecks {
public:
    void check(const Judged& judged);

private:
    Key128 digest(NameKind kind, std::uint64_t tenant, std::string_view text);

    KeySet seen_;
    Sha256 sha_;
    std::string scratch_;
};

/// Heads that were noted elsewhere: each is a batch of the book, or is found.
class HeadChecks {
public:
    explicit HeadChecks(std::vector<NotedHead> heads);

    void batch_taken(const BatchView& batch, Findings& findings,
                     const std::vector<RestoreLine>& restores);
    void finish(const BookId& book, std::uint64_t last, bool read_to_end, Findings& findings,
                const std::vector<RestoreLine>& restores);
    [[nodiscard]] std::uint64_t found() const { return found_; }

private:
    static void wrong(const NotedHead& head, Findings& findings, const std::string& what,
                      const std::vector<RestoreLine>& restores);

    std::vector<NotedHead> heads_;  // by sequence
    std::size_t next_ = 0;
    std::uint64_t found_ = 0;
};

/// Policies have the versions 1, 2, 3 …; sums of withdrawals follow from the withdrawals.
void check_policies(const Judged& judged);
void check_default_policy(const Judged& judged);

/// What a record of its kind must and may hold, by itself.
void check_shape(const Judged& judged);

/// Openings, lines, postings, status and links; follows them in the state.
class WalletChecks {
public:
    void check(const Judged& judged, IdCipher& ids);

    /// Key: subject and currency. Value: the open wallet's number.

private:
    TrackedWallet* begin(const Judged& judged, std::size_t index, IdCipher& ids);
    void check_opening(const Judged& judged, std::size_t index, TrackedWallet& wallet,
                       IdCipher& ids);
    void check_links(const Judged& judged, std::size_t index, TrackedWallet& wallet);
    void close_or_stop(const Judged& judged, std::size_t index, TrackedWallet& wallet);

    NumberMap open_;
    Sha256 sha_;
};

/// Each posting against the running balance of its account. `wallets` are those of the lines.
void check_postings(const Judged& judged, TrackedWallet* const (&wallets)[2]);

/// Holds: opened once, captured no more than was set aside, ended once.
class HoldChecks {
public:
    void check(const Judged& judged, IdCipher& ids);
    /// Behind the last record: what wallets hold is the sum of their open holds.
    /// `set_aside`: what pending withdrawals hold beside them, by wallet.
    void finish(BookState& state, const std::unordered_map<std::uint64_t, Int128>& set_aside,
                Findings& findings) const;

    struct OpenHold {
        std::uint32_t wallet;
        UInt128 amount;
        UInt128 captured;
        std::int64_t opened_at;
        std::int64_t expires_at;
        std::uint64_t version;
        Key128 reason;
    };
    struct IdHash {
        std::size_t operator()(UInt128 id) const { return static_cast<std::size_t>(id); }
    };
    using OpenHolds = std::unordered_map<UInt128, OpenHold, IdHash>;
    [[nodiscard]] const OpenHolds& open() const { return open_; }

private:
    void check_opened(const Judged& judged, IdCipher& ids);
    void check_changed(const Judged& judged);

    OpenHolds open_;
    Sha256 sha_;
};

/// Fingerprints: computed from the reference, each once in the book.
class ReferenceChecks {
public:
    struct Entry {
        Key128 fingerprint;
        std::uint64_t position;
    };
    /// Marks the position of an Idempotency-Key, which may be used again after a while.
    static constexpr std::uint64_t key_bit = std::uint64_t{1} << 63;
    void check(const Judged& judged, const GenesisBody& genesis);

    [[nodiscard]] std::uint64_t count() const { return seen_.size(); }
    /// Those of the segment that is being read, in order of appearance.
    [[nodiscard]] std::vector<Entry>& of_segment() { return of_segment_; }

private:
    KeySet seen_;
    Sha256 sha_;
    std::vector<std::uint8_t> scratch_;
    std::vector<Entry> of_segment_;
};

}  // namespace coffer::report
