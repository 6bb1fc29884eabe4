#include "report/check.h"

#include <fmt/format.h>

namespace coffer::report {

std::string FieldName::text() const {
    if (list.empty()) return std::string{field};
    return fmt::format("{} {} {}", list, index, field);
}

void Judged::wrong(Rule rule, const FieldName& field, std::string_view message) const {
    findings.add(rule, field.text(), std::string{message});
}

void Judged::differs(Wide found, Wide wanted, Rule rule, const FieldName& field) const {
    const auto text = [](Wide number) {
        std::string digits;
        do {
            digits.insert(digits.begin(),
                          static_cast<char>('0' + static_cast<int>(number.magnitude % 10)));
            number.magnitude /= 10;
        } while (number.magnitude != 0);
        return number.negative ? "-" + digits : digits;
    };
    findings.add(rule, field.text(), "is " + text(found) + ", must be " + text(wanted));
}

HouseAccount& BookState::house_account(std::uint32_t tenant, std::uint16_t currency,
                                       std::uint8_t account) {
    const std::uint64_t key = (static_cast<std::uint64_t>(tenant) << 24) |
                              (static_cast<std::uint64_t>(currency) << 8) | account;
    if (const std::uint32_t index = house_by_key.find(key)) return house[index - 1];
    house.push_back({.tenant = tenant, .currency = currency, .account = account});
    house_by_key.set(key, static_cast<std::uint32_t>(house.size()));
    return house.back();
}

}  // namespace coffer::report
