#include "tests/scenario_line.h"

#include <algorithm>
#include <sstream>
#include <string_view>

namespace coffer::tests {
namespace {

std::string trimmed(std::string text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == ','; };
    while (!text.empty() && is_blank(text.back())) text.pop_back();
    const auto first = std::ranges::find_if_not(text, is_blank);
    return {first, text.end()};
}

bool is_currency(const std::string& word) {
    return word.size() >= 3 &&
           std::ranges::all_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

std::string ScenarioLine::take(const std::string& name) {
    const auto found = std::ranges::find(words, name);
    if (found == words.end() || found + 1 == words.end()) return {};
    std::string value = found[1];
    words.erase(found, found + 2);
    return value;
}

std::string ScenarioLine::next() {
    if (words.empty()) return {};
    std::string word = words.front();
    words.erase(words.begin());
    return word;
}

std::string ScenarioLine::take_currency() {
    const auto found = std::ranges::find_if(words, is_currency);
    if (found == words.end()) return {};
    std::string code = *found;
    words.erase(found);
    return code;
}

namespace {

struct NumberedText {
    std::size_t number;
    std::string text;
};

// Lines that begin with `=>` or a comma go on where the line before ended.
std::vector<NumberedText> whole_lines(std::string_view story) {
    std::vector<NumberedText> lines;
    std::istringstream in{std::string{story}};
    std::string text;
    for (std::size_t number = 1; std::getline(in, text); ++number) {
        text = text.substr(0, text.find('#'));
        const auto first = text.find_first_not_of(' ');
        if (first == text.npos) continue;
        const bool goes_on = text[first] == ',' || text.compare(first, 2, "=>") == 0;
        if (goes_on && !lines.empty()) {
            lines.back().text += text;
        } else {
            lines.push_back({number, text});
        }
    }
    return lines;
}

}  // namespace

std::vector<ScenarioLine> lines_of(std::string_view story) {
    std::vector<ScenarioLine> lines;
    for (const auto& [number, whole] : whole_lines(story)) {
        const std::string text = trimmed(whole);
        if (text.empty()) continue;
        ScenarioLine line{number, text, {}, {}};
        const auto arrow = text.find("=>");
        if (arrow != text.npos) line.expected = trimmed(text.substr(arrow + 2));
        std::istringstream words{text.substr(0, arrow)};
        for (std::string word; words >> word;) {
            word = trimmed(word);
            if (!word.empty()) line.words.push_back(word);
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace coffer::tests
