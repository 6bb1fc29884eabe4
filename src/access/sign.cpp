#include "access/sign.h"

#include <simdjson.h>

#include <optional>

#include "access/base64url.h"
#include "access/secret_rules.h"
#include "access/signature_checks.h"
#include "access/token_policy.h"

namespace coffer::access {
namespace {

constexpr std::size_t text_bytes_max = 128;

Fault fault(const std::string& what) { return {Fault::Kind::configuration, "token: " + what}; }

bool is_printable(std::string_view text) {
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte < 0x20 || byte == 0x7f) return false;
    }
    return simdjson::validate_utf8(text.data(), text.size());
}

std::optional<Fault> reason_to_refuse_text(std::string_view name, std::string_view text) {
    if (text.size() <= text_bytes_max && is_printable(text)) return std::nullopt;
    return fault(std::string{name} +
                 " must be at most 128 bytes of UTF-8 without control characters");
}

std::optional<Fault> reason_to_refuse(const TokenRequest& request) {
    if (request.tenant.empty()) return fault("name the tenant");
    if (request.subject.empty()) return fault("name the user");
    const TokenPolicy policy;
    if (request.ttl_s < 1 || request.ttl_s > policy.lifetime_s_max) {
        return fault("the lifetime must be 1 second to 24 hours");
    }
    for (const auto& [name, text] : {std::pair{"tenant", &request.tenant},
                                     {"user", &request.subject},
                                     {"application", &request.application},
                                     {"issuer", &request.issuer},
                                     {"audience", &request.audience},
                                     {"entry plane", &request.entry_plane},
                                     {"kid", &request.kid}}) {
        if (auto refused = reason_to_refuse_text(name, *text)) return refused;
    }
    for (const std::string& role : request.roles) {
        if (auto refused = reason_to_refuse_text("role", role)) return refused;
    }
    for (const std::string& permission : request.permissions) {
        if (auto refused = reason_to_refuse_text("permission", permission)) return refused;
    }
    return std::nullopt;
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (const char character : text) {
        if (character == '"' || character == '\\') out += '\\';
        out += character;
    }
    out += '"';
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
    if (text.empty()) return;
    if (out.back() != '{') out += ',';
    append_quoted(out, name);
    out += ':';
    append_quoted(out, text);
}

void append_member(std::string& out, std::string_view name, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    out += ',';  // never the first: the user stands before it
    append_quoted(out, name);
    out += ":[";
    for (const std::string& text : texts) {
        if (out.back() != '[') out += ',';
        append_quoted(out, text);
    }
    out += ']';
}

std::string claims_of(const TokenRequest& request, Instant now) {
    const std::int64_t issued_s = now.unix_ms / 1'000;
    std::string claims = "{";
    append_member(claims, "iss", request.issuer);
    append_member(claims, "aud", request.audience);
    append_member(claims, "sub", request.subject);
    append_member(claims, "tenant_id", request.tenant);
    append_member(claims, "application_id", request.application);
    append_member(claims, "roles", request.roles);
    append_member(claims, "permissions", request.permissions);
    append_member(claims, "entry_plane", request.entry_plane);
    append_member(claims, "type", "access");
    claims += ",\"iat\":" + std::to_string(issued_s);
    claims += ",\"exp\":" + std::to_string(issued_s + request.ttl_s) + "}";
    return claims;
}

}  // namespace

Result<std::string, Fault> sign_token(const TokenRequest& request, std::string_view secret,
                                      Instant now) {
    if (auto refused = reason_to_refuse(request)) return *refused;
    if (const auto reason = reason_to_refuse_secret(secret)) return fault(*reason);

    std::string header = "{";
    append_member(header, "alg", "HS256");
    append_member(header, "typ", "JWT");
    append_member(header, "kid", request.kid);
    header += '}';
    std::string token;
    append_base64url(token, as_bytes(header));
    token += '.';
    append_base64url(token, as_bytes(claims_of(request, now)));
    const auto code = hmac_sha256(secret, token);
    token += '.';
    append_base64url(token, code);
    if (token.size() > TokenPolicy{}.token_bytes_max) {
        return fault("it would be over 8 KiB; give it fewer roles or permissions");
    }
    return token;
}

}  // namespace coffer::access
