#pragma once

#include "base/byte_writer.h"
#include "base/bytes.h"
#include "wallet/record.h"

namespace coffer::engine {

// What records and checkpoints say of a hold alike: docs/journal-format.md, section 5. Most holds
// neither expire nor are captured, and have no bytes for it.

enum HoldPart : std::uint8_t { hold_expires = 2, hold_has_captured = 4 };

template <class Hold>
void put_hold_middle(ByteWriter& out, const Hold& hold) {
    unsigned parts = static_cast<unsigned>(hold.purpose);
    if (hold.expires_at != Instant{}) parts |= hold_expires;
    if (hold.captured != 0) parts |= hold_has_captured;
    out.varint128(static_cast<UInt128>(hold.amount));
    out.u8(static_cast<std::uint8_t>(hold.state));
    out.u8(static_cast<std::uint8_t>(parts));
    out.varint(hold.version);
    out.fixed(hold.created_at.unix_ms);
    if (parts & hold_expires) out.fixed(hold.expires_at.unix_ms);
    if (parts & hold_has_captured) out.varint128(static_cast<UInt128>(hold.captured));
}

/// False for anything that the other would not have written.
template <class Hold>
[[nodiscard]] bool get_hold_middle(ByteReader& in, Hold& hold) {
    hold.amount = static_cast<Int128>(in.varint128());
    const std::uint8_t state = in.u8();
    const std::uint8_t parts = in.u8();
    constexpr unsigned purpose = static_cast<unsigned>(wallet::HoldPurpose::freeze);
    if (state < 1 || state > wallet::hold_states) return false;
    if ((parts & ~(hold_expires | hold_has_captured)) != purpose) return false;
    hold.state = static_cast<wallet::HoldState>(state);
    hold.purpose = wallet::HoldPurpose::freeze;
    hold.version = in.varint32();
    hold.created_at = {in.fixed<std::int64_t>()};
    hold.expires_at = {};
    if (parts & hold_expires) {
        hold.expires_at = {in.fixed<std::int64_t>()};
        if (hold.expires_at == Instant{}) return false;
    }
    hold.captured = 0;
    if (parts & hold_has_captured) {
        hold.captured = static_cast<Int128>(in.varint128());
        if (hold.captured == 0) return false;
    }
    return in.ok();
}

}  // namespace coffer::engine
