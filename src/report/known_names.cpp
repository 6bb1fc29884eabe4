#include "report/known_names.h"

#include <algorithm>

#include "base/ensure.h"

namespace coffer::report {

void KnownNames::add(const NewName& name, std::uint32_t tenant) {
    auto& list = names_[static_cast<std::size_t>(name.kind) - 1];
    ENSURE(name.number == list.size() + 1);
    list.push_back({texts_.size(), static_cast<std::uint32_t>(name.text.size()), tenant});
    texts_.append(name.text);
}

std::string_view KnownNames::text(NameKind kind, std::uint64_t number) const {
    if (!knows(kind, number)) return {};
    const Name& name = names(kind)[number - 1];
    return std::string_view{texts_}.substr(name.offset, name.bytes);
}

void KnownCurrencies::add(const CurrencyBody& body) {
    ENSURE(body.number != 0 && body.number <= UINT16_MAX && !knows(body.number));
    const auto number = static_cast<std::uint16_t>(body.number);
    infos_.push_back({number, std::string{body.code}, body.decimals});
    if (index_by_number_.size() <= number) index_by_number_.resize(number + std::size_t{1});
    index_by_number_[number] = static_cast<std::uint16_t>(infos_.size());
}

const KnownCurrencies::Info* KnownCurrencies::find(std::uint64_t number) const {
    if (number >= index_by_number_.size() || index_by_number_[number] == 0) return nullptr;
    return &infos_[index_by_number_[number] - 1u];
}

const KnownCurrencies::Info* KnownCurrencies::find_code(std::string_view code) const {
    const auto found = std::ranges::find(infos_, code, &Info::code);
    return found == infos_.end() ? nullptr : &*found;
}

}  // namespace coffer::report
