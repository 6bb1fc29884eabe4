#include "access/secret_rules.h"

#include <algorithm>
#include <array>
#include <bitset>

namespace coffer::access {
namespace {

constexpr std::string_view advice =
    "; make a new one with: openssl rand -base64 48 > FILE && chmod 600 FILE";

// From tutorials, the JWT debugger, RFC 7515 and sample configurations: known to everybody.
constexpr std::array<std::string_view, 7> published{
    "a-string-secret-at-least-256-bits-long",
    "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
    "super-secret-jwt-token-with-at-least-32-characters-long",
    "this-is-a-secret-key-that-is-at-least-32-characters-long",
    "my-super-secret-key-that-is-at-least-32-characters-long",
    "supersecretkeythatisatleast32characterslong",
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
};

// How placeholders in sample configurations begin.
constexpr std::array<std::string_view, 7> placeholders{
    "your-", "your_", "change-me", "change_me", "changeme", "please-change", "replace-",
};

bool begins_with_ignoring_case(std::string_view text, std::string_view lower_case) {
    return std::ranges::equal(lower_case, text.substr(0, lower_case.size()), [](char a, char b) {
        return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
    });
}

std::size_t distinct_bytes(std::string_view text) {
    std::bitset<256> seen;
    for (const char character : text) seen.set(static_cast<unsigned char>(character));
    return seen.count();
}

}  // namespace

std::optional<std::string> reason_to_refuse_secret(std::string_view secret) {
    if (secret.size() < secret_bytes_min) {
        return "the secret has " + std::to_string(secret.size()) +
               " bytes, at least 32 are needed" + std::string{advice};
    }
    if (std::find(published.begin(), published.end(), secret) != published.end()) {
        return "the secret is a published example" + std::string{advice};
    }
    for (const std::string_view placeholder : placeholders) {
        if (begins_with_ignoring_case(secret, placeholder)) {
            return "the secret is a placeholder" + std::string{advice};
        }
    }
    if (distinct_bytes(secret) < 8) {
        return "the secret repeats a few characters" + std::string{advice};
    }
    // A public key is known to others; who puts it here wanted RS256.
    if (secret.find("-----BEGIN ") != std::string_view::npos) {
        return std::string{"the secret is a PEM file; configure it as an RS256 key instead"};
    }
    return std::nullopt;
}

}  // namespace coffer::access
