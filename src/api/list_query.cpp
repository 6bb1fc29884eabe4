#include "api/list_query.h"

#include <charconv>

#include "api/json_text.h"
#include "base/instant.h"
#include "engine/local_time.h"

namespace coffer::api {
namespace {

/// A whole number from 1 on; `text` is empty when it was not sent.
std::optional<Problem> read_number(std::string_view text, std::string_view field, std::uint64_t max,
                                   std::string_view max_text, std::uint64_t& number) {
    if (text.empty()) return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 1 || value > max) {
        return Problem{Error::number_invalid,
                       {{"field", field}, {"least", "1"}, {"limit", max_text}}};
    }
    number = value;
    return std::nullopt;
}

ListBinding binding_of(const Ask& ask, std::string_view route, const engine::ListHistory& list) {
    BindingBuilder binding{ask.sha256};
    binding.add(list.tenant).add(list.user).add(route);
    binding.add(list.currency.number)
        .add(static_cast<std::int64_t>(list.type))
        .add(static_cast<std::int64_t>(list.state));
    binding.add(!list.hold_is_open ? 0 : *list.hold_is_open ? 1 : 2);
    binding.add(list.nothing_matches ? 1 : 0);
    binding.add(list.from ? list.from->unix_ms : INT64_MIN);
    binding.add(list.until ? list.until->unix_ms : INT64_MAX);
    return binding.finish();
}

/// A day in the policy's time zone, or an instant, which is a day that lasts a millisecond.
std::optional<Problem> read_date(const Ask& ask, Parameter parameter,
                                 std::optional<engine::LocalDay>& date) {
    const std::string_view text = ask.query[parameter];
    if (text.empty()) return std::nullopt;
    if (const auto day = parse_day_utc(text)) {
        date = engine::same_date(ask.policy.timezone.text(), *day);
        return std::nullopt;
    }
    if (const auto instant = parse_instant(text)) {
        date = engine::LocalDay{.begin = *instant, .end = {instant->unix_ms + 1}};
        return std::nullopt;
    }
    return Problem{Error::date_invalid, {{"field", to_text(parameter)}}};
}

}  // namespace

std::optional<Problem> read_place(const Ask& ask, Remembered& remembered) {
    std::uint64_t page = 1;
    std::uint64_t page_size = 0;
    const std::string_view cursor = ask.query[Parameter::cursor];
    const std::string_view page_text = ask.query[Parameter::page];
    if (auto problem = read_number(page_text, "page", page_max, "1000000000", page)) {
        return problem;
    }
    if (auto problem = read_number(ask.query[Parameter::page_size], "page_size", page_size_max,
                                   "100", page_size)) {
        return problem;
    }
    ListPlace& place = remembered.place;
    if (cursor.empty()) {
        if (page_size == 0)
            page_size = ask.policy.number(wallet::PolicyField::default_list_page_size);
        place.rows_before = (page - 1) * page_size;
    } else {
        if (!page_text.empty()) return Problem{Error::cursor_with_page};
        const auto found = ask.cursors.read(cursor, remembered.binding);
        if (!found) return Problem{Error::cursor_invalid};
        place = *found;
        if (page_size == 0) page_size = place.page_size;
    }
    place.page_size = static_cast<std::uint32_t>(page_size);
    return std::nullopt;
}

std::optional<Problem> read_list(const Ask& ask, std::string_view route, engine::ListHistory& list,
                                 Remembered& remembered) {
    list.tenant = ask.texts.copy(ask.principal.tenant);
    list.user = ask.id;
    if (auto problem = read_currency(ask, list.currency)) return problem;
    remembered.binding = binding_of(ask, route, list);
    if (auto problem = read_place(ask, remembered)) return problem;
    const ListPlace& place = remembered.place;
    if (place.before_seq == 0) {
        list.skip = place.rows_before;
    } else {
        list.before_seq = place.before_seq;
        list.currency = place.currency;
    }
    list.rows_max = place.page_size;
    return std::nullopt;
}

std::optional<Problem> read_dates(const Ask& ask, engine::ListHistory& list) {
    std::optional<engine::LocalDay> first;
    std::optional<engine::LocalDay> last;
    if (auto problem = read_date(ask, Parameter::start_date, first)) return problem;
    if (auto problem = read_date(ask, Parameter::end_date, last)) return problem;
    if (first) list.from = first->begin;
    if (last) list.until = last->end;
    if (list.from && list.until && *list.from >= *list.until) {
        return Problem{Error::dates_reversed};
    }
    return std::nullopt;
}

void append_list_end(const Rendering& rendering, std::uint64_t total, const ListPlace* next) {
    std::string& out = rendering.out;
    const ListPlace& place = rendering.remembered.place;
    const std::uint64_t size = place.page_size;
    out += R"(],"total":)";
    append_number(out, total);
    out += R"(,"pagination":{"page":)";
    append_number(out, place.rows_before / size + 1);
    out += R"(,"page_size":)";
    append_number(out, size);
    out += R"(,"total":)";
    append_number(out, total);
    out += R"(,"total_pages":)";
    append_number(out, (total + size - 1) / size);
    out += R"(,"has_next":)";
    out += next != nullptr ? "true" : "false";
    out += R"(,"has_prev":)";
    out += place.rows_before > 0 ? "true" : "false";
    out += R"(,"next_cursor":")";
    if (next != nullptr) rendering.cursors.append(out, *next, rendering.remembered.binding);
    out += "\"}";
}

void render_list(const Rendering& rendering, const engine::Page& page, AppendRow append_row) {
    std::string& out = rendering.out;
    out += R"(,"items":[)";
    for (std::size_t i = 0; i < page.rows.size(); ++i) {
        if (i > 0) out += ',';
        append_row(out, page.rows[i], rendering.wording);
    }
    if (!page.more || page.rows.empty()) return append_list_end(rendering, page.total, nullptr);
    const engine::PagedRow& last = page.rows.back();
    const wallet::WalletLine& line = last.movement->record.wallets[last.line];
    const ListPlace& place = rendering.remembered.place;
    const ListPlace next{.before_seq = line.transactions,
                         .rows_before = place.rows_before + page.rows.size(),
                         .page_size = place.page_size,
                         .currency = line.currency};
    append_list_end(rendering, page.total, &next);
}

}  // namespace coffer::api
