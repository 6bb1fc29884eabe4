#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/book_reader.h"
#include "report/head_key.h"

namespace coffer::report {

/// What proves one transaction without the book: its record, the hashes that lead from it to its
/// batch's head, and that head, signed. docs/receipts.md is normative.
struct Receipt {
    std::string statement;  ///< what it says, a line `name value` each; signed as it stands
    Signature signature{};
    std::vector<std::uint8_t> record;
    std::vector<Hash> record_hashes;  ///< of the batch, in order
    Hash previous_hash{};             ///< of the batch before; zero for the first
    SignedHead head;
};

[[nodiscard]] std::string to_json(const Receipt& receipt);

/// Reads the book up to the transaction's batch, which checks the chain from the first byte to it,
/// and signs that batch's head. Kind::configuration when no row has that id. May run beside a
/// serving process.
[[nodiscard]] Result<Receipt, Fault> make_receipt(os::FileSystem& files, const HeadKey& key,
                                                  std::string_view transaction_id,
                                                  BookReader::Patience patience);

struct ReceiptJudgement {
    std::string wrong;      ///< empty: everything it says is proven
    std::string statement;  ///< of a receipt that holds
    PublicKey public_key{};
};

/// Needs nothing but the text; `key`: whose signature it must be. Every byte counts: a text that is
/// not exactly what to_json() writes does not hold.
[[nodiscard]] ReceiptJudgement judge_receipt(std::string_view text, const PublicKey* key);

}  // namespace coffer::report
