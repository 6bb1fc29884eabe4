#include "money/currency.h"

#include "base/ensure.h"

namespace coffer::money {

CurrencyTable::Added CurrencyTable::add(const CurrencyInfo& info) {
    ENSURE(info.currency.named() && info.decimals >= 0 && info.decimals <= currency_decimals_max);
    const auto by_code = number_by_code_.find(info.code);
    const auto by_number = info_by_number_.find(info.currency.number);
    if (by_code != number_by_code_.end()) {
        const CurrencyInfo& known = info_by_number_.at(by_code->second);
        return known == info ? Added::known : Added::conflict;
    }
    if (by_number != info_by_number_.end()) return Added::conflict;
    const auto [row, inserted] = info_by_number_.emplace(info.currency.number, info);
    ENSURE(inserted);
    number_by_code_.emplace(info.code, info.currency.number);
    if (info.currency.number < iso_.size()) iso_[info.currency.number] = &row->second;
    return Added::added;
}

std::optional<Currency> CurrencyTable::find(std::string_view code) const {
    const auto found = number_by_code_.find(code);
    if (found == number_by_code_.end()) return std::nullopt;
    return Currency{found->second};
}

bool CurrencyTable::knows(Currency currency) const {
    if (currency.number < iso_.size()) return iso_[currency.number] != nullptr;
    return info_by_number_.contains(currency.number);
}

const CurrencyInfo& CurrencyTable::info(Currency currency) const {
    if (currency.number < iso_.size()) {
        ENSURE(iso_[currency.number] != nullptr);
        return *iso_[currency.number];
    }
    const auto found = info_by_number_.find(currency.number);
    ENSURE(found != info_by_number_.end());
    return found->second;
}

std::vector<CurrencyInfo> CurrencyTable::all() const {
    std::vector<CurrencyInfo> rows;
    for (const auto& [number, info] : info_by_number_) rows.push_back(info);
    return rows;
}

std::optional<UnitText> parse_unit(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view code = text.substr(0, colon);
    const std::string_view digits = text.substr(colon + 1);
    if (code.size() < 2 || code.size() > currency_code_bytes_max) return std::nullopt;
    for (const char c : code) {
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) return std::nullopt;
    }
    if (code[0] < 'A') return std::nullopt;
    if (digits.empty() || digits.size() > 2 || (digits.size() == 2 && digits[0] == '0')) {
        return std::nullopt;
    }
    int decimals = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        decimals = decimals * 10 + (c - '0');
    }
    if (decimals > currency_decimals_max) return std::nullopt;
    return UnitText{std::string{code}, decimals};
}

}  // namespace coffer::money
