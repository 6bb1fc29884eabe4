#pragma once

#include <string_view>

#include "report/cursor.h"
#include "report/record.h"

namespace coffer::report {

// The fields of a policy: docs/journal-format.md, section 5, alike in records and in checkpoints.

namespace policy_form {
inline constexpr std::size_t limits = 6;
inline constexpr std::size_t switches = 4;
inline constexpr std::size_t numbers = 7;
inline constexpr std::size_t auto_open = 8;
inline constexpr std::size_t currencies = 17;
inline constexpr std::size_t zone_bytes_max = 47;
inline constexpr std::uint8_t decimals_max = 18;
}  // namespace policy_form

template <class Trace>
void read_limit(Cursor<Trace>& in, std::string_view field) {
    const UInt128 digits = in.varint128(field);
    const std::uint8_t scale = in.u8_within("decimals of a limit", 0, policy_form::decimals_max);
    UInt128 most = 1;
    for (int i = 0; i < 30; ++i) most *= 10;
    if (digits > most) in.fail(field, "more than 10^30");
    if (scale != 0 && digits % 10 == 0) in.fail("decimals of a limit", "more than are needed");
}

template <class Trace>
void read_supported(Cursor<Trace>& in, PolicyBody& body) {
    const std::uint8_t count = in.u8_within("supported currencies", 0, 32);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        const std::uint64_t number = in.varint("supported currency");
        const std::uint64_t before = i == 0 ? 0 : body.currencies[i - 1];
        if (number <= before) in.fail("supported currency", "is not above the one before");
        body.currencies.add() = number;
    }
}

template <class Trace>
void read_policy_fields(Cursor<Trace>& in, PolicyBody& body) {
    using namespace policy_form;
    const std::uint8_t* start = in.here();
    body.currencies.clear();
    body.auto_open = false;
    body.fields = in.varint("fields");
    if (body.fields >> policy_fields != 0) in.fail("fields", "an unknown field");
    for (std::size_t field = 0; field < policy_fields && in.ok(); ++field) {
        if ((body.fields >> field & 1) == 0) continue;
        const std::string_view name = name_of_policy_field(field);
        if (field < limits) {
            read_limit(in, name);
        } else if (field < limits + switches) {
            const bool on = in.u8_within(name, 0, 1) == 1;
            if (field == auto_open) body.auto_open = on;
        } else if (field < limits + switches + numbers) {
            if (in.varint(name) > UINT32_MAX) in.fail(name, "more than 32 bits");
        } else if (field == currencies) {
            read_supported(in, body);
        } else if (in.text(name, zone_bytes_max).empty()) {
            in.fail(name, "is empty");
        }
    }
    body.values = in.since(start);
}

template <class Trace>
void read_policy_line(Cursor<Trace>& in, PolicyBody& body) {
    body.application = in.varint("application of the policy");
    body.version = in.varint("version");
    body.exists = in.u8_within("exists", 0, 1) == 1;
    read_policy_fields(in, body);
    if (!body.exists && body.fields != 0) in.fail("fields", "of a policy that was removed");
}

}  // namespace coffer::report
