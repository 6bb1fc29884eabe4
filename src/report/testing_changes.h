#pragma once

// For tests: changes every field of a book, one at a time, with all checksums and hashes made to
// fit, so that only the meaning of the field can give it away.

#include <functional>

#include "report/record_reader.h"
#include "report/testing_frames.h"
#include "report/verify.h"

namespace coffer::report::testing {

struct Change {
    std::size_t batch = 0;
    std::size_t record = 0;
    Kind kind{};
    FieldSpan field;
    Octets bytes;  ///< the record afterwards; as long as before, so that no position moves
};

/// A record's bytes cut into its fields, without a gap. The length of a text, which the reader
/// passes over, is a field of its own here: `length of reference`.
inline std::vector<FieldSpan> fields_with_lengths(const Octets& record) {
    std::vector<FieldSpan> all;
    std::size_t at = 0;
    for (FieldSpan& field : fields_of(record)) {
        if (field.form == FieldSpan::Form::text && field.offset > at) {
            std::string name = field.name;
            const std::size_t number = name.find_last_of("0123456789");
            name.insert(number == std::string::npos ? 0 : number + 2, "length of ");
            all.push_back({name, at, field.offset - at, FieldSpan::Form::varint});
        }
        at = field.offset + field.bytes;
        all.push_back(std::move(field));
    }
    return all;
}

/// A few other values for one field that take as many bytes.
inline std::vector<Octets> other_values(const Octets& record, const FieldSpan& field) {
    std::vector<Octets> found;
    const auto with = [&](std::size_t at, std::uint8_t mask) {
        Octets changed = record;
        changed[at] ^= mask;
        if (changed != record) found.push_back(std::move(changed));
    };
    const std::size_t last = field.offset + field.bytes - 1;
    switch (field.form) {
        case FieldSpan::Form::fixed:
            with(field.offset, 1);
            with(field.offset, 2);
            if (field.bytes > 1) with(last, 0x40);
            break;
        case FieldSpan::Form::varint:
        case FieldSpan::Form::varint128:
        case FieldSpan::Form::zigzag128:
            with(field.offset, 1);
            with(field.offset, 2);
            // The last byte of a longer number must not become zero.
            if (field.bytes > 1 && record[last] != 1) with(last, 1);
            break;
        case FieldSpan::Form::text:
            if (field.bytes != 0 && record[field.offset] < 0x80) with(field.offset, 1);
            if (field.bytes != 0 && record[last] < 0x80) with(last, 2);
            break;
    }
    return found;
}

inline void for_each_change(const FramedBook& book,
                            const std::function<void(const Change&)>& do_it) {
    for (std::size_t batch = 0; batch < book.batches.size(); ++batch) {
        for (std::size_t record = 0; record < book.batches[batch].records.size(); ++record) {
            const Octets& bytes = book.batches[batch].records[record];
            for (const FieldSpan& field : fields_with_lengths(bytes)) {
                for (Octets& changed : other_values(bytes, field)) {
                    do_it({batch, record, static_cast<Kind>(bytes[0]), field, std::move(changed)});
                }
            }
        }
    }
}

/// What a policy is set to is its operator's own affair, as long as it is a value at all.
inline bool is_value_of_policy(std::string_view field) {
    if (field == "decimals of a limit" || field == "supported currency") return true;
    for (std::size_t i = 0; i < policy_fields; ++i) {
        if (field == name_of_policy_field(i)) return true;
    }
    return false;
}

/// What the book's own rules cannot tell from the truth, once every hash behind it is made to fit:
/// who asked, from which application, and free text. They are protected by the head (sequence,
/// time, hash) that was noted elsewhere, and by nothing else: the honest limit of `verify`.
inline bool protected_by_the_head_alone(const Change& change) {
    const std::string_view field = change.field.name;
    const auto is = [&](std::string_view name) { return field == name; };
    const auto ends = [&](std::string_view name) { return field.ends_with(name); };
    if (field.find("length of ") != field.npos) return false;
    switch (change.kind) {
        case Kind::genesis: return is("software");
        case Kind::currency:
            return is("code") || is("decimals");  // of a configured unit; ISO's are compared
        case Kind::default_policy: return is_value_of_policy(field);
        case Kind::settings:
            // Only a wallet that is opened without naming a currency depends on them.
            return is("default currency") || is("opened by deposits");
        default: break;
    }
    if (change.kind == Kind::policy && is_value_of_policy(field)) return true;
    // Whose it is shows in the next record about it; what day it was, in the next withdrawal.
    // Without a field of its own a policy says no more than none.
    if (is("application of the policy") || is("day") || is("exists")) return true;
    // Names of tenants and applications, and of users who never gave a reference.
    if (ends(" text") || is("id of a new subject")) return true;
    if (is("actor") || is("application")) return true;
    if (is("description")) return true;
    // The key and the request are not kept, only what became of them.
    if (is("key fingerprint") || is("payload fingerprint")) return true;
    // Whether all was asked for, or as much in figures, nothing else tells.
    if (is("refund flags")) return true;
    if (is("rejection") || is("currency of the refusal")) return true;
    if (is("available then") || is("needed then")) return true;
    // Which way an adjustment is to go shows when it is decided.
    if (is("approval 0 kind")) return change.kind == Kind::propose_adjustment;
    // Compared with the opening when the hold changes; until then it is free text, and any time.
    if (is("reason of a hold") || is("hold line 0 time of expiry")) {
        return change.kind == Kind::freeze;
    }
    // Active or frozen: compared with the wallet's next record, if there is one.
    return change.kind == Kind::change_status && ends("status");
}

/// Whether a finding's field names the changed one. Where a length, a flag or a kind
/// changes, the rest of the record reads as something else, and any field of it will do. Two
/// fields that must agree are told apart only by a third; where there is none, either may be named.
inline bool names_it(const Change& change, std::string_view found) {
    const std::string_view field = change.field.name;
    if (field == found || field.find("length of ") != field.npos) return true;
    for (const std::string_view structure :
         {"kind", "flags", "new names", "kind of name", "wallet lines", "postings", "hold lines",
          "opens", "skips", "purpose and parts", "types that have rows", "personal section",
          "fields", "exists", "supported currencies"}) {
        if (field.ends_with(structure)) return true;
    }
    struct Pair {
        std::string_view changed;
        std::string_view named;
    };
    for (const Pair pair : {Pair{"reference", "reference fingerprint"},
                            Pair{"id of a new subject", "reference fingerprint"},
                            Pair{"number", "code"},
                            Pair{"decimals", "code"},
                            Pair{"actor", "number"},
                            Pair{"application", "number"},
                            Pair{"number", "application of the policy"},
                            Pair{"day", "withdrawn in the day"},
                            Pair{"application", "application of the wallet"},
                            Pair{"user", "number"},
                            Pair{"counterparty", "number"},
                            Pair{"tenant", "number"},
                            Pair{"default currency", "currency"},
                            Pair{"opened by deposits", "opens"},
                            Pair{"reference key", "reference fingerprint"},
                            Pair{"id key", "id"},
                            Pair{"number", "currency"},
                            Pair{"status", "opens"},
                            Pair{"actor", "requester"},
                            Pair{"amount", "approval 0 amount"},
                            Pair{"description", "remark of an approval"}}) {
        if (field.ends_with(pair.changed) && found.ends_with(pair.named)) return true;
    }
    return false;
}

}  // namespace coffer::report::testing
