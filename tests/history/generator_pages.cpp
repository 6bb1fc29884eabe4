#include <algorithm>

#include "tests/history/generator_service.h"

namespace coffer::tests::history {
namespace {

// So many rows of a wallet are surely not all under way at once.
constexpr Number surely_old = 20;

}  // namespace

void GeneratorService::put_row(std::string& text, Number wallet, Number seq, const Row& row) {
    text += "r " + std::to_string(wallet) + ' ' + std::to_string(seq) + ' ' + row.type;
    for (const Minor value : {row.amount, row.before, row.balance}) {
        text += ' ' + std::to_string(value);
    }
    text += ' ' + std::to_string(row.entry);
    text += ' ' + (row.intent == unknown ? "?stray" : std::to_string(row.intent));
    text += ' ' + (row.counterparty == none ? "-" : std::to_string(row.counterparty)) + '\n';
}

auto GeneratorService::page(Number number, Number size, Number newest) -> Answer {
    const auto& rows = wallets_[number].rows;
    if (rows.empty()) return refuse(61060101);
    auto total = static_cast<Number>(rows.size());
    const bool begins = newest == 0;
    if (begins && total > surely_old && wrongs(Mischief::reads_stale_page)) total -= surely_old;
    Number from = begins ? total : newest;
    if (!begins && from > 1 && wrongs(Mischief::skips_between_pages)) --from;
    if (!begins && from < total && wrongs(Mischief::repeats_between_pages)) ++from;
    const Number count = std::min(size, from);
    bool more = from > count;
    if (more && wrongs(Mischief::ends_a_list_early)) more = false;
    if (begins && wrongs(Mischief::miscounts)) ++total;

    std::vector<std::string> lines;
    for (Number seq = from; seq > from - count; --seq) {
        Row row = rows[seq - 1];
        Number wallet = number;
        if (seq < from && wrongs(Mischief::invents_a_row)) row.intent = unknown;
        if (seq < from && wrongs(Mischief::shows_foreign_row)) wallet = number ^ 1;
        if (row.type == 'd' && seq < from && wrongs(Mischief::changes_a_row)) ++row.entry;
        lines.emplace_back();
        put_row(lines.back(), wallet, seq, row);
    }
    if (count > 2 && wrongs(Mischief::leaves_out_a_row)) lines.erase(lines.begin() + 1);
    if (count > 2 && wrongs(Mischief::shows_a_row_twice)) lines.insert(lines.begin() + 1, lines[1]);

    Answer answer{.text = std::to_string(number) + ' ' + std::to_string(total) +
                          (more ? " 1 " : " 0 ") + std::to_string(lines.size())};
    for (const std::string& line : lines) answer.rows += line;
    answer.oldest = from - count + 1;
    return answer;
}

}  // namespace coffer::tests::history
