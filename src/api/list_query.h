#pragma once

#include "api/ask.h"

namespace coffer::api {

inline constexpr std::uint32_t page_size_max = 100;
inline constexpr std::uint64_t page_max = 1'000'000'000;

/// Fills in what all lists have alike: whose wallet, `currency`, `page`, `page_size`, `cursor`.
/// `route` and the filters that stand in `list` already are what a cursor is bound to.
[[nodiscard]] std::optional<Problem> read_list(const Ask& ask, std::string_view route,
                                               engine::ListHistory& list, Remembered& remembered);

/// `page`, `page_size` and `cursor` into `remembered.place`; `remembered.binding` is set before.
[[nodiscard]] std::optional<Problem> read_place(const Ask& ask, Remembered& remembered);

/// `],"total":…,"pagination":{…}`; `next` is where the page behind this one begins; null: none.
void append_list_end(const Rendering& rendering, std::uint64_t total, const ListPlace* next);

/// `start_date` and `end_date`: days, both included, or instants, both included.
[[nodiscard]] std::optional<Problem> read_dates(const Ask& ask, engine::ListHistory& list);

using AppendRow = void (*)(std::string& out, const engine::PagedRow& row, const Wording& wording);

/// `,"items":[…],"total":…,"pagination":{…}`
void render_list(const Rendering& rendering, const engine::Page& page, AppendRow append_row);

}  // namespace coffer::api
