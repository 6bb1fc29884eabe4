#pragma once

#include <algorithm>

#include "tests/history/evidence.h"

namespace coffer::tests::history {

/// Calls `each(told, row)` for every answer that named no row, and the row that it was about.
template <class Each>
void each_row_told(Evidence& evidence, Each&& each) {
    const auto& all = evidence.told;
    const std::size_t last = all.size() - 1;
    for (std::size_t place = 0; place < all.size(); ++place) {
        // They lie anywhere in memory: the one behind the other is asked for early.
        __builtin_prefetch(&evidence.intents[all[std::min(place + 24, last)].intent]);
        const Intent& soon = evidence.intents[all[std::min(place + 12, last)].intent];
        if (soon.seq != none) __builtin_prefetch(&evidence.row(soon.wallet, soon.seq), 1);
        const Intent& intent = evidence.intents[all[place].intent];
        if (intent.seq != none) each(all[place], evidence.row(intent.wallet, intent.seq));
    }
}

// Each of these needs that the ones before it found nothing: the first contradiction is the one to
// read, and what follows from it would only hide it.

/// Of each intent: there at the end when it was acknowledged, whole, and not when it was
/// refused. Rows are numbered without a gap, and the last reads show all of them.
void judge_outcomes(Evidence& evidence, Findings& findings);

/// Plays every wallet's rows in the order of their numbers, both sides of a transfer at once,
/// with a model of its own; holds each balance against it. Finds the earliest moment at which
/// each row can have taken effect, behind everything it comes after in any wallet, and holds
/// that against the moment at which somebody saw it: together that is strict serialisability,
/// in linear time.
void judge_order(Evidence& evidence, Findings& findings);

/// Balances, newest rows, shortfalls and missing wallets, as seen by reads and refusals: each
/// must be true at a moment between its question and its answer, and nobody may see less than
/// somebody had seen before he asked.
void judge_looks(Evidence& evidence, Findings& findings);

/// What left a wallet while it was surely frozen, and who was refused because it was frozen
/// while it surely was not.
void judge_frozen(const Evidence& evidence, Findings& findings);

}  // namespace coffer::tests::history
