#pragma once

#include "tests/history/evidence.h"

namespace coffer::tests::history {

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

/// Who saw a row saw all before it: carries seen_at and seen_by back to the rows that come
/// before, in the same wallet and through transfers in others. Needs judge_order.
void spread_back(Evidence& evidence);

}  // namespace coffer::tests::history
