#include "report/finding.h"

#include "base/ensure.h"

namespace coffer::report {
namespace {

struct Words {
    std::string_view name;
    std::string_view sentence;
};

Words words_of(Rule rule) {
    switch (rule) {
        using enum Rule;
        case sector:
            return {"sector", "a sector's checksum covers its bytes, its book and its place"};
        case batch:
            return {"batch", "batches are numbered without a gap, in time, and fill their sectors"};
        case batch_hash:
            return {"batch_hash", "a batch's hash covers the batch before and every record"};
        case end_of_book: return {"end_of_book", "behind the end of the book there is nothing"};
        case record_form: return {"record_form", "a record decodes to its last byte"};
        case ordinal: return {"ordinal", "the records of a batch are numbered 0, 1, 2 …"};
        case genesis: return {"genesis", "a book begins with its genesis record, and has one"};
        case names:
            return {"names", "names are numbered 1, 2, 3 …, introduced before use, none twice"};
        case tenant: return {"tenant", "everything a record names belongs to the record's tenant"};
        case currency:
            return {"currency", "a currency is introduced before its use and never changes"};
        case settings: return {"settings", "settings have the versions 1, 2, 3 …"};
        case epoch:
            return {"epoch",
                    "a restore begins the next epoch, in which nothing but its opening is "
                    "written until it is opened"};
        case noted_head: return {"noted_head", "a head that was noted is in the book"};
        case shape: return {"shape", "a record holds what its kind demands and nothing else"};
        case amount:
            return {"amount",
                    "an amount is 1 to 10^30 minor units and the same wherever it stands"};
        case balanced: return {"balanced", "debits equal credits in every record and currency"};
        case balance: return {"balance", "a balance follows from the postings of its account"};
        case posting_number:
            return {"posting_number", "the postings of a house account are numbered 1, 2, 3 …"};
        case bounds:
            return {"bounds", "a wallet's balances are never negative nor over the maximum"};
        case wallet_opening:
            return {"wallet_opening", "a wallet is opened once, one per user and currency"};
        case wallet_line:
            return {"wallet_line", "a wallet's line follows from the line before and the record"};
        case wallet_status: return {"wallet_status", "a wallet's status allows the record"};
        case wallet_links:
            return {"wallet_links", "a line names the positions of the wallet's earlier records"};
        case hold: return {"hold", "a hold is opened once and ended once, whole"};
        case approval:
            return {"approval", "what needs a second person is decided once, and by one"};
        case refund:
            return {"refund", "a refund is of an earlier entry, and in sum no more than it moved"};
        case reference:
            return {"reference", "a reference's fingerprint is its own, and takes effect once"};
        case policy:
            return {"policy", "the policies of an application have the versions 1, 2, 3 …"};
        case withdrawn:
            return {"withdrawn", "what a day and a month came to follows from the withdrawals"};
        case totals: return {"totals", "the accounts of a tenant and currency sum to zero"};
        case run_file:
            return {"run_file", "a run file holds the references of its segment, no others"};
        case checkpoint: return {"checkpoint", "a checkpoint says what the book says"};
    }
    unreachable_value();
}

}  // namespace

std::string_view name_of(Rule rule) { return words_of(rule).name; }
std::string_view sentence_of(Rule rule) { return words_of(rule).sentence; }

void Findings::add(Rule rule, std::string_view field, std::string message) {
    ++count_;
    if (kept_.size() >= kept_max_) return;
    kept_.push_back({rule, place_, std::string{field}, std::move(message)});
}

}  // namespace coffer::report
