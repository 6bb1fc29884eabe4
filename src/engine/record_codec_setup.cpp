#include <algorithm>

#include "base/byte_writer.h"
#include "engine/record_codec.h"

// The records that set a book up: genesis, currencies, settings, epochs.

namespace coffer::engine {
namespace {

using wallet::RecordKind;

void start(ByteWriter& out, RecordKind kind, std::uint32_t ordinal) {
    out.u8(static_cast<std::uint8_t>(kind));
    out.varint(ordinal);
}

std::optional<Decoded> decode_genesis(ByteReader& in) {
    Genesis genesis;
    const auto take = [&in](auto& into) {
        const Bytes bytes = in.bytes(into.size());
        if (in.ok()) std::ranges::copy(bytes, into.begin());
    };
    take(genesis.book);
    take(genesis.reference_key);
    take(genesis.id_key);
    genesis.software = in.text(name_bytes_max);
    if (!in.ok() || in.room() != 0) return std::nullopt;
    return genesis;
}

std::optional<Decoded> decode_currency(ByteReader& in) {
    money::CurrencyInfo info;
    const std::uint32_t number = in.varint32();
    info.code = in.text(money::currency_code_bytes_max);
    info.decimals = in.u8();
    if (!in.ok() || in.room() != 0 || number == 0 || number > UINT16_MAX ||
        info.decimals > money::currency_decimals_max) {
        return std::nullopt;
    }
    info.currency = {static_cast<std::uint16_t>(number)};
    return info;
}

std::optional<Decoded> decode_settings(ByteReader& in) {
    wallet::Settings settings;
    settings.version = in.varint32();
    const std::uint32_t currency = in.varint32();
    const std::uint8_t auto_open = in.u8();
    if (!in.ok() || in.room() != 0 || currency > UINT16_MAX || auto_open > 1) return std::nullopt;
    settings.default_currency = {static_cast<std::uint16_t>(currency)};
    settings.auto_open_wallets = auto_open == 1;
    return settings;
}

std::optional<Decoded> decode_epoch(ByteReader& in) {
    Epoch epoch;
    epoch.number = in.varint32();
    const std::uint8_t state = in.u8();
    if (!in.ok() || in.room() != 0 || epoch.number < 2 || state < 1 || state > 2) {
        return std::nullopt;
    }
    epoch.state = static_cast<Epoch::State>(state);
    return epoch;
}

std::optional<Decoded> decode_default_policy(ByteReader& in) {
    DefaultPolicy standard;
    wallet::PolicyFields fields;
    standard.version = in.varint32();
    if (!get_policy_fields(in, fields, standard.policy) || in.room() != 0 ||
        fields.bits != in_default.bits) {
        return std::nullopt;
    }
    return standard;
}

}  // namespace

std::size_t encode(const Genesis& genesis, std::span<std::uint8_t> memory) {
    ByteWriter out{memory};
    start(out, RecordKind::genesis, 0);
    out.bytes(genesis.book);
    out.bytes(genesis.reference_key);
    out.bytes(genesis.id_key);
    out.text(genesis.software);
    return out.size();
}

std::size_t encode(const money::CurrencyInfo& info, std::uint32_t ordinal,
                   std::span<std::uint8_t> memory) {
    ByteWriter out{memory};
    start(out, RecordKind::currency, ordinal);
    out.varint(info.currency.number);
    out.text(info.code);
    out.u8(static_cast<std::uint8_t>(info.decimals));
    return out.size();
}

std::size_t encode(const wallet::Settings& settings, std::uint32_t ordinal,
                   std::span<std::uint8_t> memory) {
    ByteWriter out{memory};
    start(out, RecordKind::settings, ordinal);
    out.varint(settings.version);
    out.varint(settings.default_currency.number);
    out.u8(settings.auto_open_wallets ? 1 : 0);
    return out.size();
}

std::size_t encode(const Epoch& epoch, std::uint32_t ordinal, std::span<std::uint8_t> memory) {
    ByteWriter out{memory};
    start(out, RecordKind::epoch, ordinal);
    out.varint(epoch.number);
    out.u8(static_cast<std::uint8_t>(epoch.state));
    return out.size();
}

std::size_t encode(const DefaultPolicy& standard, std::uint32_t ordinal,
                   std::span<std::uint8_t> memory) {
    ByteWriter out{memory};
    start(out, RecordKind::default_policy, ordinal);
    out.varint(standard.version);
    put_policy_fields(out, in_default, standard.policy);
    return out.size();
}

std::optional<Decoded> decode(Bytes bytes) {
    ByteReader in{bytes};
    const auto kind = static_cast<RecordKind>(in.u8());
    if (kind >= RecordKind::genesis && kind <= RecordKind::epoch) {
        const std::uint32_t ordinal = in.varint32();
        if (kind == RecordKind::genesis) return ordinal == 0 ? decode_genesis(in) : std::nullopt;
        if (kind == RecordKind::currency) return decode_currency(in);
        return kind == RecordKind::settings ? decode_settings(in) : decode_epoch(in);
    }
    if (kind == RecordKind::default_policy) {
        (void)in.varint32();  // the ordinal
        return decode_default_policy(in);
    }
    Decoded decoded{std::in_place_type<Movement>};
    if (!decode_movement(bytes, std::get<Movement>(decoded))) return std::nullopt;
    return decoded;
}

}  // namespace coffer::engine
