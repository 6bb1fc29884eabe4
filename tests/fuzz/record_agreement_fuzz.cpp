// covers: H11
// Two readers of the same records, written apart from each other: the engine's, from which a start
// makes the state, and the verifier's. What a start takes the verifier takes and reads as the same.
#include <cstddef>
#include <cstdint>

#include "base/ensure.h"
#include "engine/record_codec.h"
#include "report/record_reader.h"

namespace coffer {
namespace {

void expect_same(const engine::Movement& ours, const report::Movement& theirs) {
    const wallet::Record& record = ours.record;
    ENSURE(record.request.tenant.value == theirs.tenant);
    ENSURE(record.request.user.value == theirs.user);
    ENSURE(static_cast<UInt128>(record.request.amount) == theirs.amount);
    ENSURE(record.request.has_reference == theirs.has_reference);
    ENSURE(!theirs.has_reference || record.request.reference == theirs.reference);
    ENSURE(record.request.description == theirs.description);
    ENSURE(record.wallets.size() == theirs.lines.size());
    for (std::size_t i = 0; i < record.wallets.size(); ++i) {
        ENSURE(record.wallets[i].wallet.value == theirs.lines[i].wallet);
        ENSURE(record.wallets[i].event == theirs.lines[i].event);
        ENSURE(static_cast<UInt128>(record.wallets[i].available) == theirs.lines[i].available);
        ENSURE(static_cast<UInt128>(record.wallets[i].held) == theirs.lines[i].held);
        ENSURE(ours.links[i].previous == theirs.lines[i].previous);
        ENSURE(ours.links[i].skips.size() == theirs.lines[i].skips.size());
    }
    ENSURE(record.entry.postings.size() == theirs.postings.size());
    for (std::size_t i = 0; i < record.entry.postings.size(); ++i) {
        const ledger::Posting& posting = record.entry.postings[i];
        ENSURE(static_cast<UInt128>(posting.amount) == theirs.postings[i].amount);
        ENSURE(posting.balance_before == theirs.postings[i].before);
        ENSURE(posting.balance_after == theirs.postings[i].after);
    }
    ENSURE(record.holds.size() == theirs.holds.size());
}

void one_input(Bytes bytes) {
    const auto ours = engine::decode(bytes);
    report::Record theirs;
    const auto malformed = report::read_record(bytes, theirs);
    if (!ours) return;  // the verifier judges values later, and may read what the engine refuses
    // Texts come into the book as UTF-8; only the verifier looks at them again.
    ENSURE(!malformed || malformed->why == "not UTF-8");
    if (malformed) return;
    if (const auto* movement = std::get_if<engine::Movement>(&*ours)) {
        ENSURE(static_cast<unsigned>(movement->record.kind) == static_cast<unsigned>(theirs.kind));
        ENSURE(movement->record.ordinal == theirs.ordinal);
        expect_same(*movement, theirs.movement);
    }
}

}  // namespace
}  // namespace coffer

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    coffer::one_input({data, size});
    return 0;
}
