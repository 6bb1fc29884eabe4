#include "tests/journal_fields.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace coffer::tests {
namespace {

/// Section 5 of the document, `Records`.
const std::string& section() {
    static const std::string found = [] {
        std::ifstream file{COFFER_SOURCE_DIR "/docs/journal-format.md"};
        std::ostringstream text;
        text << file.rdbuf();
        const std::string all = text.str();
        const std::size_t from = all.find("\n## 5. Records");
        const std::size_t to = all.find("\n## 6.");
        if (from == std::string::npos || to == std::string::npos) {
            throw std::runtime_error{"docs/journal-format.md has no section 5"};
        }
        return all.substr(from, to - from);
    }();
    return found;
}

/// The first and the last cell of every row of a table whose rows have `cells` cells.
std::vector<std::pair<std::string, std::string>> rows(std::size_t cells) {
    std::vector<std::pair<std::string, std::string>> found;
    std::istringstream lines{section()};
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("| ") || line.starts_with("| ---")) continue;
        std::vector<std::string> row;
        std::istringstream parts{line.substr(2)};
        for (std::string cell; std::getline(parts, cell, '|');) {
            if (cell.starts_with(" ")) cell.erase(0, 1);
            if (cell.ends_with(" ")) cell.pop_back();
            row.push_back(cell);
        }
        if (row.size() == cells) found.emplace_back(row[cells - 2], row[cells - 1]);
    }
    return found;
}

/// What stands behind each word for an encoding: "varint wallet (1, 2 …), u8 status" → wallet,
/// status.
std::vector<std::string> encoded_in(std::string text) {
    text = std::regex_replace(text, std::regex{R"(\([^()]*\))"}, "");
    const std::regex encoding{R"(\b(varint|int128|i64|u8|text|\d+ bytes) )"};
    const std::regex around{R"(^[ ,;.]+|([ ,;.]|\band then|\ba)+$)"};
    std::vector<std::string> found;
    std::sregex_iterator at{text.begin(), text.end(), encoding};
    for (const std::sregex_iterator end; at != end;) {
        const auto from = static_cast<std::size_t>(at->position() + at->length());
        ++at;
        const std::size_t to = at == end ? text.size() : static_cast<std::size_t>(at->position());
        std::string words = text.substr(from, to - from);
        words.erase(std::min(words.size(), words.find(". ")));  // a sentence behind the list
        words.erase(std::min(words.size(), words.find('\n')));
        found.push_back(std::regex_replace(words, around, ""));
    }
    return found;
}

/// The document's words, where they are others than the reader's.
std::vector<std::string> translated(const std::string& words) {
    static const std::map<std::string, std::vector<std::string>> table{
        {"software", {"length of software", "software"}},
        {"code", {"length of code", "code"}},
        {"1 if wallets are opened by deposits", {"opened by deposits"}},
        {"tenant, actor, application, user", {"tenant", "actor", "application", "user"}},
        {"new names",
         {"new names", "new name kind of name", "new name number", "new name length of text",
          "new name text"}},
        {"personal section",
         {"personal section", "length of id of a new subject", "id of a new subject",
          "length of reference", "reference", "length of description", "description",
          "length of reason of a hold", "reason of a hold", "length of remark of an approval",
          "remark of an approval"}},
        {"refund",
         {"refund of id", "refunded row id", "refunded so far", "refunds so far", "refund flags",
          "original row seq", "original row type"}},
        {"approval",
         {"approval id", "approval number", "approval wallet", "approval amount", "approval kind",
          "approval state", "approval version", "approval requester", "approval time of asking"}},
        {"policy",
         {"application of the policy",
          "version",
          "exists",
          "fields",
          "max_balance",
          "min_withdraw_amount",
          "daily_withdraw_limit",
          "monthly_withdraw_limit",
          "auto_approve_limit",
          "prefunded_float",
          "decimals of a limit",
          "transfer_enabled",
          "withdrawal_require_review",
          "auto_open_wallets",
          "prefunded",
          "idempotency_ttl",
          "default_list_page_size",
          "export_page_size",
          "quote_cache_ttl",
          "internal_client_timeout",
          "rate_limit_per_min",
          "rate_limit_per_hour",
          "supported currencies",
          "supported currency",
          "length of timezone",
          "timezone"}},
        {"fields of the default",
         {"fields",
          "max_balance",
          "min_withdraw_amount",
          "daily_withdraw_limit",
          "monthly_withdraw_limit",
          "auto_approve_limit",
          "prefunded_float",
          "decimals of a limit",
          "transfer_enabled",
          "withdrawal_require_review",
          "prefunded",
          "default_list_page_size",
          "export_page_size",
          "quote_cache_ttl",
          "internal_client_timeout",
          "rate_limit_per_min",
          "rate_limit_per_hour",
          "supported currencies",
          "supported currency",
          "length of timezone",
          "timezone"}},
        {"type of the row", {"type"}},
        {"bit set of the types that have rows", {"types that have rows"}},
        {"count for each set bit from the lowest", {"count"}},
        {"1 if this record opens the wallet", {"opens"}},
        {"application", {"application of the wallet"}},
        {"position of the wallet's previous record", {"previous record"}},
        {"number of skips", {"skips"}},
        {"position each", {"skip"}},
    };
    const auto found = table.find(words);
    return found == table.end() ? std::vector{words} : found->second;
}

std::string paragraph(const std::string& heading) {
    const std::size_t from = section().find("**" + heading + "**: ");
    if (from == std::string::npos) throw std::runtime_error{"no paragraph on a " + heading};
    std::string text = section().substr(from, section().find("\n\n", from) - from);
    std::ranges::replace(text, '\n', ' ');
    return text.substr(0, text.find("All values are after"));
}

std::vector<std::string> words_of(std::string_view structure) {
    if (structure == "movement") {
        std::vector<std::string> names;
        for (const auto& [field, encoding] : rows(2)) {
            if (field != "field") names.push_back(field);
        }
        return names;
    }
    if (structure == "wallet line") return encoded_in(paragraph("Wallet line"));
    if (structure == "posting") return encoded_in(paragraph("Posting"));
    if (structure == "hold line") return encoded_in(paragraph("Hold line"));
    for (const auto& [kind, body] : rows(3)) {
        if (kind == structure) return encoded_in(body);
    }
    throw std::runtime_error{"the document has no " + std::string{structure}};
}

}  // namespace

std::string without_place(std::string_view field) {
    static const std::regex place{
        R"re(^(new name|wallet line|posting|hold line|refund of|refunded row|)re"
        R"re(original row|approval))re"
        R"( \d+ )"};
    return std::regex_replace(std::string{field}, place, "$1 ");
}

std::set<std::string> documented_kinds() {
    std::set<std::string> names;
    for (const auto& [kind, body] : rows(3)) {
        if (kind != "name") names.insert(kind);
    }
    return names;
}

std::vector<std::string> documented_fields(std::string_view structure) {
    const bool setup = structure == "genesis" || structure == "currency" ||
                       structure == "settings" || structure == "epoch" ||
                       structure == "default_policy";
    std::vector<std::string> names;
    for (const std::string& words : words_of(structure)) {
        for (const std::string& name : translated(words)) {
            names.push_back(setup || structure == "movement" ? name
                                                             : std::string{structure} + " " + name);
        }
    }
    return names;
}

}  // namespace coffer::tests
