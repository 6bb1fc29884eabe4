#include "engine/policy_codec.h"

namespace coffer::engine {
namespace {

using wallet::Policy;
using wallet::PolicyField;
using wallet::PolicyFields;

constexpr std::size_t first_switch = wallet::policy_limits;
constexpr std::size_t first_number = first_switch + wallet::policy_switches;

void put_currencies(ByteWriter& out, const wallet::CurrencyList& list) {
    out.u8(list.count);
    for (std::size_t i = 0; i < list.count; ++i) out.varint(list.currencies[i].number);
}

bool get_limit(ByteReader& in, money::Decimal& limit) {
    const UInt128 digits = in.varint128();
    limit.scale = in.u8();
    if (!in.ok() || digits > static_cast<UInt128>(money::amount_minor_units_max) ||
        limit.scale > money::currency_decimals_max) {
        return false;
    }
    limit.digits = static_cast<Int128>(digits);
    return limit == wallet::normalised(limit);
}

bool get_currencies(ByteReader& in, wallet::CurrencyList& list) {
    list = {};
    const std::uint8_t count = in.u8();
    if (count > wallet::CurrencyList::count_max) return false;
    for (std::uint8_t i = 0; i < count; ++i) {
        const std::uint32_t number = in.varint32();
        const std::uint32_t before = i == 0 ? 0 : list.currencies[i - 1].number;
        if (number <= before || number > UINT16_MAX) return false;
        list.currencies[list.count++] = {static_cast<std::uint16_t>(number)};
    }
    return in.ok();
}

bool get_zone(ByteReader& in, wallet::ZoneName& zone) {
    const std::string_view text = in.text(wallet::ZoneName::bytes_max);
    if (!in.ok() || text.empty()) return false;
    zone = wallet::ZoneName::of(text);
    return true;
}

bool get_field(ByteReader& in, std::size_t at, Policy& values) {
    const auto field = static_cast<PolicyField>(at);
    if (wallet::is_limit(field)) return get_limit(in, values.limits[at]);
    if (wallet::is_switch(field)) {
        const std::uint8_t on = in.u8();
        values.switches[at - first_switch] = on == 1;
        return in.ok() && on <= 1;
    }
    if (wallet::is_number(field)) {
        values.numbers[at - first_number] = in.varint32();
        return in.ok();
    }
    if (field == PolicyField::timezone) return get_zone(in, values.timezone);
    return get_currencies(in, values.supported_currencies);
}

}  // namespace

void put_policy_fields(ByteWriter& out, PolicyFields fields, const Policy& values) {
    out.varint(fields.bits);
    for (std::size_t at = 0; at < wallet::policy_fields; ++at) {
        const auto field = static_cast<PolicyField>(at);
        if (!fields.has(field)) continue;
        if (wallet::is_limit(field)) {
            out.varint128(static_cast<UInt128>(values.limits[at].digits));
            out.u8(static_cast<std::uint8_t>(values.limits[at].scale));
        } else if (wallet::is_switch(field)) {
            out.u8(values.switches[at - first_switch] ? 1 : 0);
        } else if (wallet::is_number(field)) {
            out.varint(values.numbers[at - first_number]);
        } else if (field == PolicyField::timezone) {
            out.text(values.timezone.text());
        } else {
            put_currencies(out, values.supported_currencies);
        }
    }
}

bool get_policy_fields(ByteReader& in, PolicyFields& fields, Policy& values) {
    fields.bits = in.varint32();
    values = Policy{};
    if (!in.ok() || (fields.bits & ~wallet::all_policy_fields.bits) != 0) return false;
    for (std::size_t at = 0; at < wallet::policy_fields; ++at) {
        if (fields.has(static_cast<PolicyField>(at)) && !get_field(in, at, values)) return false;
    }
    return true;
}

void put_policy_line(ByteWriter& out, const wallet::PolicyLine& line) {
    out.varint(line.application.value);
    out.varint(line.version);
    out.u8(line.exists ? 1 : 0);
    put_policy_fields(out, line.fields, line.values);
}

bool get_policy_line(ByteReader& in, wallet::PolicyLine& line) {
    line.application = {in.varint32()};
    line.version = in.varint32();
    const std::uint8_t exists = in.u8();
    line.exists = exists == 1;
    return in.ok() && exists <= 1 && get_policy_fields(in, line.fields, line.values) &&
           (line.exists || line.fields.bits == 0);
}

}  // namespace coffer::engine
