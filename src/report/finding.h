#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace coffer::report {

/// Where in the book something stands.
struct Place {
    std::uint32_t segment = 0;
    std::uint64_t offset = 0;  ///< in the segment: of a sector, or of a record's length prefix
    std::uint64_t sequence = 0;
    std::uint32_t ordinal = 0;
};

/// What a book must keep to; docs/journal-format.md says each in full. One finding, one rule.
enum class Rule : std::uint8_t {
    sector,          ///< checksum and number of every sector
    batch,           ///< header, sequence, time and the zeros behind a batch
    batch_hash,      ///< the chain over all batches
    end_of_book,     ///< nothing but zeros behind the end
    record_form,     ///< every record decodes, to its last byte
    ordinal,         ///< records of a batch are numbered 0, 1, 2 …
    genesis,         ///< once, first, and of this book
    names,           ///< numbered 1, 2, 3 …, introduced before use, none twice
    tenant,          ///< everything a record names is of the record's tenant
    currency,        ///< introduced before use, never changed
    settings,        ///< versions 1, 2, 3 …
    epoch,           ///< each restore begins the next; nothing is written until it is opened
    noted_head,      ///< a head that was noted elsewhere is in the book
    shape,           ///< what a record of its kind must and may hold
    amount,          ///< 1 to 10^30 minor units
    balanced,        ///< debits equal credits, per record and currency
    balance,         ///< every before and after follows from the account's postings
    posting_number,  ///< 1, 2, 3 … per account of the house
    bounds,          ///< a wallet's balances are never negative nor over the maximum
    wallet_opening,  ///< number, id, owner; one open wallet per user and currency
    wallet_line,     ///< event, rows, counts, currency follow from the line before
    wallet_status,   ///< who may move money when, and what closing needs
    wallet_links,    ///< the positions of a wallet's earlier records
    hold,            ///< opened once, ended once, whole
    approval,        ///< asked for once, decided once, by somebody else
    refund,          ///< of an earlier entry, and in sum no more than that moved
    reference,       ///< the fingerprint is that of the text, and takes effect once
    policy,          ///< each has the versions 1, 2, 3 …
    withdrawn,       ///< sums of a day and a month follow from the withdrawals
    totals,          ///< per tenant and currency all accounts sum to zero
    run_file,        ///< the references of a sealed segment
    checkpoint,      ///< the state at a sequence
};

/// The rule's name and what it demands, for people.
[[nodiscard]] std::string_view name_of(Rule rule);
[[nodiscard]] std::string_view sentence_of(Rule rule);

struct Finding {
    Rule rule;
    Place place;
    std::string field;  ///< which part of the record, as docs/journal-format.md calls it
    std::string message;
};

/// Collects what is wrong: counts all, keeps the first ones.
class Findings {
public:
    explicit Findings(std::size_t kept_max) : kept_max_{kept_max} {}

    void at(const Place& place) { place_ = place; }
    [[nodiscard]] const Place& place() const { return place_; }

    /// At the place that was set last.
    void add(Rule rule, std::string_view field, std::string message);

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] std::vector<Finding> take() { return std::move(kept_); }

private:
    std::size_t kept_max_;
    std::uint64_t count_ = 0;
    Place place_;
    std::vector<Finding> kept_;
};

}  // namespace coffer::report
