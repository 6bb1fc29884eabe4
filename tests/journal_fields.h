#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace coffer::tests {

/// A field's name without the place in its list: `wallet line 1 event` is `wallet line event`.
[[nodiscard]] std::string without_place(std::string_view field);

/// The kinds that section 5 of docs/journal-format.md lists, by their names.
[[nodiscard]] std::set<std::string> documented_kinds();

/// The fields that section 5 lists, in its order and by the names that testing_changes.h gives
/// them; of one structure: `genesis`, `currency`, `settings`, `movement`, `wallet line`, `posting`,
/// `hold line`. What the document says in other words than the reader is translated in one table,
/// and a word that is neither there nor a field's name makes the comparing test fail.
[[nodiscard]] std::vector<std::string> documented_fields(std::string_view structure);

}  // namespace coffer::tests
