#pragma once

#include <string>
#include <vector>

namespace coffer::tests {

/// One line of a story, cut into words; what stands behind `=>` is what is expected.
struct ScenarioLine {
    std::size_t number = 0;
    std::string text;
    std::vector<std::string> words;
    std::string expected;

    /// The word behind `name`, taken out of the line together with it; "" when it is not there.
    std::string take(const std::string& name);
    /// The next word, taken out; "" at the end.
    std::string next();
    /// The last word if it is a currency's code (three or more capitals), taken out.
    std::string take_currency();
};

/// Lines without remarks and blanks.
[[nodiscard]] std::vector<ScenarioLine> lines_of(std::string_view story);

}  // namespace coffer::tests
