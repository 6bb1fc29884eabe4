#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/record.h"

namespace coffer::report {

/// What the numbers in records stand for, as far as the book has been read. A person or an
/// application is of the tenant whose record introduced it. About 16 bytes a name and its text.
class KnownNames {
public:
    /// The number must be the next one of its kind.
    void add(const NewName& name, std::uint32_t tenant);

    [[nodiscard]] std::uint64_t count(NameKind kind) const { return names(kind).size(); }
    [[nodiscard]] bool knows(NameKind kind, std::uint64_t number) const {
        return number != 0 && number <= count(kind);
    }
    /// Empty for a number that is not known.
    [[nodiscard]] std::string_view text(NameKind kind, std::uint64_t number) const;
    /// 0 for a number that is not known.
    [[nodiscard]] std::uint32_t tenant_of(NameKind kind, std::uint64_t number) const {
        return knows(kind, number) ? names(kind)[number - 1].tenant : 0;
    }

private:
    struct Name {
        std::uint64_t offset;
        std::uint32_t bytes;
        std::uint32_t tenant;
    };
    [[nodiscard]] const std::vector<Name>& names(NameKind kind) const {
        return names_[static_cast<std::size_t>(kind) - 1];
    }

    std::array<std::vector<Name>, 3> names_;
    std::string texts_;
};

/// The currencies that the book has introduced.
class KnownCurrencies {
public:
    struct Info {
        std::uint16_t number = 0;
        std::string code;
        int decimals = 0;
        friend bool operator==(const Info&, const Info&) = default;
    };
    void add(const CurrencyBody& body);

    [[nodiscard]] bool knows(std::uint64_t number) const { return find(number) != nullptr; }
    [[nodiscard]] const Info* find(std::uint64_t number) const;
    [[nodiscard]] const Info* find_code(std::string_view code) const;
    /// In the order in which they were introduced.
    [[nodiscard]] const std::vector<Info>& all() const { return infos_; }

private:
    std::vector<Info> infos_;
    std::vector<std::uint16_t> index_by_number_;  ///< plus one
};

}  // namespace coffer::report
