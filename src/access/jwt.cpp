#include "access/jwt.h"

#include "access/base64url.h"
#include "access/key_name.h"
#include "access/keys.h"
#include "access/unique_names.h"

namespace coffer::access {
namespace {

constexpr std::size_t depth_max = 16;

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
    if (text.size() != lower_case.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != lower_case[i]) {
            return false;
        }
    }
    return true;
}

HeaderType type_of(simdjson::dom::element value) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return HeaderType::other;
    if (equals_ignoring_case(text, "jwt")) return HeaderType::jwt;
    if (equals_ignoring_case(text, "at+jwt")) return HeaderType::at_jwt;
    if (equals_ignoring_case(text, "application/at+jwt")) return HeaderType::at_jwt;
    return HeaderType::other;
}

std::optional<Algorithm> algorithm_of(simdjson::dom::object object) {
    std::string_view text;
    if (object["alg"].get(text) != simdjson::SUCCESS) return std::nullopt;
    return parse_algorithm(text);
}

}  // namespace

Result<TokenParts, TokenRefusal> split_token(std::string_view token, std::size_t bytes_max) {
    if (token.size() > bytes_max) return TokenRefusal::too_long;
    const std::size_t first = token.find('.');
    if (first == std::string_view::npos) return TokenRefusal::not_three_parts;
    const std::size_t second = token.find('.', first + 1);
    if (second == std::string_view::npos) return TokenRefusal::not_three_parts;
    const TokenParts parts{.header = token.substr(0, first),
                           .claims = token.substr(first + 1, second - first - 1),
                           .signature = token.substr(second + 1),
                           .signing_input = token.substr(0, second)};
    const bool is_whole = !parts.header.empty() && !parts.claims.empty() &&
                          !parts.signature.empty() &&
                          parts.signature.find('.') == std::string_view::npos;
    if (!is_whole) return TokenRefusal::not_three_parts;
    return parts;
}

PartReader::PartReader() {
    ENSURE(parser_.allocate(TokenPolicy{}.token_bytes_max, depth_max) == simdjson::SUCCESS);
}

Result<simdjson::dom::object, PartReader::Error> PartReader::read(std::string_view encoded) {
    decoded_.resize(base64url_bytes_max(encoded.size()) + simdjson::SIMDJSON_PADDING);
    const auto length = decode_base64url(encoded, decoded_);
    if (!length) return Error::encoding;
    // The parser looks at whole words: what is behind the text is ours and is blank.
    std::memset(decoded_.data() + *length, ' ', decoded_.size() - *length);
    simdjson::dom::object object;
    if (parser_.parse(decoded_.data(), *length, false).get(object) != simdjson::SUCCESS) {
        return Error::no_object;
    }
    if (!has_unique_names(object)) return Error::no_object;
    return object;
}

Result<TokenHeader, TokenRefusal> read_header(simdjson::dom::object object) {
    const auto algorithm = algorithm_of(object);
    if (!algorithm) return TokenRefusal::algorithm_not_accepted;
    TokenHeader header{.algorithm = *algorithm};
    for (const simdjson::dom::key_value_pair member : object) {
        // `b64` without `crit` would be ignored by some and heeded by others (RFC 7797).
        for (const std::string_view extension : {"crit", "zip", "enc", "b64"}) {
            if (member.key == extension) return TokenRefusal::extension_not_accepted;
        }
        if (member.key == "typ") header.type = type_of(member.value);
        if (member.key == "kid") {
            std::string_view kid;
            if (member.value.get(kid) != simdjson::SUCCESS || !is_key_name(kid)) {
                return TokenRefusal::key_name_invalid;
            }
            header.kid = kid;
        }
    }
    return header;
}

}  // namespace coffer::access
