#include "tests/sim/noting.h"

#include <array>
#include <utility>

namespace coffer::tests::sim {

bool says(const Answer& answer, std::string_view code) {
    return answer.body.find("\"code\":" + std::string{code} + ",") != answer.body.npos;
}

void note_effect(Marks& marks, const std::vector<Intent>& intents, const Question& question,
                 const Answer& answer) {
    if (answer.is_repeat) return marks.note(Mark::repeat_answered);
    switch (question.verb) {
        case Verb::adjust_up:
        case Verb::adjust_down: return marks.note(Mark::adjusted);
        case Verb::cancel: return marks.note(Mark::cancelled);
        case Verb::request: return marks.note(Mark::withdrawal_waits);
        case Verb::request_paid: return marks.note(Mark::withdrawal_paid_at_once);
        case Verb::approve: return marks.note(Mark::withdrawal_approved);
        case Verb::reject:
        case Verb::take_back: return marks.note(Mark::withdrawal_given_back);
        case Verb::capture:
            marks.note(Mark::paid_out_of_a_freeze);
            if (intents[question.intent].payee != none) marks.note(Mark::paid_out_to_a_wallet);
            return;
        case Verb::refund:
            marks.note(Mark::refunded);
            if (intents[intents[question.intent].origin].verb == Verb::capture) {
                marks.note(Mark::payment_refunded);
            }
            if (intents[intents[question.intent].origin].payee != none) {
                marks.note(Mark::refunded_across_wallets);
            }
            return;
        default: return;
    }
}

void note_learned(Marks& marks, const Learned& learned) {
    if (learned.ended) marks.note(Mark::paid_out_to_the_end);
    if (learned.expiry) marks.note(Mark::freeze_expired);
    if (learned.rest) marks.note(Mark::rest_expired);
}

void note_refusal(Marks& marks, const Answer& answer) {
    constexpr std::array<std::pair<std::string_view, Mark>, 10> codes{
        {{"61060201", Mark::refused_for_funds},
         {"61060204", Mark::refused_as_ended},
         {"61060209", Mark::refused_for_nothing_left},
         {"61060210", Mark::refused_for_less_left},
         {"61060212", Mark::refused_as_decided},
         {"61060213", Mark::refused_as_own},
         {"61060214", Mark::refused_for_less_held},
         {"61060215", Mark::refused_as_expired},
         {"61060905", Mark::refused_for_a_full_disk},
         {"61060906", Mark::refused_for_a_wrong_clock}}};
    for (const auto& [code, mark] : codes) {
        if (says(answer, code)) marks.note(mark);
    }
    if (answer.is_repeat) marks.note(Mark::refusal_repeated);
    if (answer.status == 409) marks.note(Mark::refused_by_status);
}

}  // namespace coffer::tests::sim
