#pragma once

#include <cstddef>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/history/format.h"

namespace coffer::tests::history {

/// What a history can break. The invariants are those of the project's list (I1 to I36).
enum class Rule {
    history,       ///< the history itself is not one: malformed, or without last reads
    tenancy,       ///< I21: nobody sees anything of another tenant
    invention,     ///< I12: every row was asked for by somebody
    exactly_once,  ///< I9: one reference, one effect, one answer
    unchanged,     ///< I19: what was shown once is the same at every later look
    effect,        ///< the row does what was asked: kind, amount, balance before and after
    sequence,      ///< I5, I6: a wallet's rows are numbered 1, 2, 3 …
    statement,     ///< I34: pages follow each other without gap or double
    durability,    ///< I11: what was answered with ok is there at the end
    atomicity,     ///< I15: a transfer shows in both wallets or in neither
    refusal,       ///< I13: what was refused has no effect, and the reason given was true
    balance,       ///< I3, I4: every balance is the one before and the movement
    floor,         ///< I7, I8: 0 <= held <= balance, and only what is available leaves
    order,         ///< I17: what was over before something began comes before it
    reads,         ///< I16: a read shows the state at a moment between question and answer
    frozen,        ///< no money leaves a wallet while it is frozen
    refunds,       ///< I20: in sum never more than the original; a cancellation is all that is left
    decision,      ///< I7: a withdrawal request is decided once
    holds,         ///< I7: a freeze gives what is left of it, ends once, and when it is due
};
inline constexpr std::size_t rule_count = 19;

/// The rule's name, as the enumerator is spelled.
[[nodiscard]] std::string_view name_of(Rule rule);

/// A line that takes part in a contradiction: those of one operation; of a page, the row `seq`.
struct Witness {
    Number operation = none;
    Number seq = none;
};

struct Finding {
    Rule rule{};
    std::string words;  ///< what contradicts what
    std::vector<Witness> witnesses;
};

/// What was found so far. The first hundred are kept, all are counted.
class Findings {
public:
    static constexpr std::size_t kept_max = 100;

    void add(Rule rule, std::string words, std::vector<Witness> witnesses = {}) {
        ++count_;
        if (kept_.size() < kept_max)
            kept_.push_back({rule, std::move(words), std::move(witnesses)});
    }
    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] const std::vector<Finding>& kept() const { return kept_; }

private:
    std::size_t count_ = 0;
    std::vector<Finding> kept_;
};

/// Everything printed one behind the other.
template <class... Parts>
[[nodiscard]] std::string say(const Parts&... parts) {
    std::ostringstream out;
    (out << ... << parts);
    return out.str();
}

}  // namespace coffer::tests::history
