#include "api/idempotency_key.h"

#include <algorithm>
#include <string>

namespace coffer::api {
namespace {

constexpr std::size_t key_bytes_max = 255;

bool is_key(std::string_view text) {
    return !text.empty() && text.size() <= key_bytes_max &&
           std::ranges::all_of(text, [](char c) { return c >= '!' && c <= '~'; });
}

/// With its name and both lengths, so that no two requests read the same. What was not sent is not
/// there: a field of a later version changes nothing for the requests of today.
void add_value(Sha256& sha256, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    std::array<std::uint8_t, 8> sizes;
    store_le(sizes.data(), static_cast<std::uint32_t>(name.size()));
    store_le(&sizes[4], static_cast<std::uint32_t>(value.size()));
    sha256.add(sizes).add(as_bytes(name)).add(as_bytes(value));
}

}  // namespace

bool repeats_idempotency_key(const http::Request& request) {
    if (request.idempotency_key.data() == nullptr && request.x_idempotency_key.data() == nullptr) {
        return false;
    }
    return request.count("idempotency-key") > 1 || request.count("x-idempotency-key") > 1;
}

std::optional<Problem> read_idempotency_key(const http::Request& request, std::string_view& key) {
    key = {};
    const std::string_view plain = request.idempotency_key;
    const std::string_view with_x = request.x_idempotency_key;
    if (plain.data() == nullptr && with_x.data() == nullptr) return std::nullopt;
    if (plain.data() != nullptr && with_x.data() != nullptr && plain != with_x) {
        return Problem{Error::idempotency_keys_differ};
    }
    const std::string_view sent = plain.data() != nullptr ? plain : with_x;
    if (!is_key(sent)) return Problem{Error::idempotency_key_invalid};
    key = sent;
    return std::nullopt;
}

wallet::Fingerprint payload_of(const QueryValues& query, const BodyReader& body, Sha256& sha256) {
    sha256.start();
    for (std::size_t i = 0; i < parameter_count; ++i) {
        const auto parameter = static_cast<Parameter>(i);
        // A dry run under the key of what was done says what became of it.
        if (parameter == Parameter::dry_run) continue;
        add_value(sha256, to_text(parameter), query[parameter]);
    }
    for (std::size_t i = 0; i < field_count; ++i) {
        const auto field = static_cast<Field>(i);
        add_value(sha256, to_text(field), body[field]);
    }
    const Hash hash = sha256.finish();
    wallet::Fingerprint payload;
    std::copy_n(hash.begin(), payload.size(), payload.begin());
    return payload;
}

wallet::IdempotencyKey guard_with(std::string_view key, http::Method method, const Match& match,
                                  std::string_view id, const wallet::Fingerprint& payload,
                                  engine::Arena& texts) {
    std::string operation{http::to_text(method)};
    operation.append(" ").append(match.path).append(" ").append(id);
    return {.operation = texts.copy(operation), .text = texts.copy(key), .payload = payload};
}

}  // namespace coffer::api
