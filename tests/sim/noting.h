#pragma once

#include <string_view>
#include <vector>

#include "tests/sim/marks.h"
#include "tests/sim/scribe.h"

namespace coffer::tests::sim {

// Which rare answers a run has met.

/// Whether it is the error of this number.
[[nodiscard]] bool says(const Answer& answer, std::string_view code);

void note_effect(Marks& marks, const std::vector<Intent>& intents, const Question& question,
                 const Answer& answer);
void note_learned(Marks& marks, const Learned& learned);
void note_refusal(Marks& marks, const Answer& answer);

}  // namespace coffer::tests::sim
