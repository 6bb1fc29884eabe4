#include "access/internal_keys.h"

#include <algorithm>

#include "access/key_file.h"

namespace coffer::access {
namespace {

constexpr std::size_t key_bytes_min = 16;
constexpr std::size_t key_bytes_max = 256;
constexpr std::size_t keys_max = 256;

Fault fault(std::size_t line, const std::string& what) {
    return {Fault::Kind::configuration,
            "internal API keys, line " + std::to_string(line) + ": " + what};
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r";
    const std::size_t first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// Cuts `text` off up to the separator and returns that piece.
std::string_view cut(std::string_view& text, char separator) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view piece = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return piece;
}

bool is_key(std::string_view text) {
    if (text.size() < key_bytes_min || text.size() > key_bytes_max) return false;
    return std::all_of(text.begin(), text.end(),
                       [](char character) { return character > ' ' && character <= '~'; });
}

std::vector<std::string> split_tenants(std::string_view text) {
    std::vector<std::string> tenants;
    if (text == "*") return tenants;
    do tenants.emplace_back(trimmed(cut(text, ',')));
    while (!text.empty());
    return tenants;
}

bool has_empty_name(const InternalCaller& caller) {
    const auto& tenants = caller.tenants;
    return caller.name.empty() || std::find(tenants.begin(), tenants.end(), "") != tenants.end();
}

}  // namespace

bool InternalCaller::may_act_in(std::string_view tenant) const {
    return tenants.empty() || std::find(tenants.begin(), tenants.end(), tenant) != tenants.end();
}

Result<InternalKeys, Fault> InternalKeys::parse(std::string_view text) {
    InternalKeys keys;
    for (std::size_t number = 1; !text.empty(); ++number) {
        std::string_view line = trimmed(cut(text, '\n'));
        if (line.empty() || line.front() == '#') continue;
        InternalCaller caller{.name = "internal"};
        const auto colons = std::count(line.begin(), line.end(), ':');
        if (colons != 0 && colons != 2) return fault(number, "write KEY or NAME:TENANTS:KEY");
        if (colons == 2) {
            caller.name = trimmed(cut(line, ':'));
            caller.tenants = split_tenants(trimmed(cut(line, ':')));
            if (has_empty_name(caller)) return fault(number, "a name or tenant is empty");
        }
        const std::string_view key = trimmed(line);
        if (!is_key(key)) {
            return fault(number, "a key is 16 to 256 visible ASCII characters without a colon");
        }
        if (keys.find(key) != nullptr) return fault(number, "the key is listed twice");
        if (keys.entries_.size() == keys_max) return fault(number, "there are over 256 keys");
        keys.entries_.push_back({Sha256{}.of(as_bytes(key)), std::move(caller)});
    }
    return keys;
}

Result<InternalKeys, Fault> InternalKeys::load(const std::string& path) {
    const auto text = read_secret_file(path);
    if (!text) return text.error();
    return parse(*text);
}

// Hashes have one length and say nothing about the key, and every one is looked at: neither length
// nor place nor content shows in the time it takes.
const InternalCaller* InternalKeys::find(std::string_view key) const {
    if (key.size() > key_bytes_max) return nullptr;
    const Hash hash = Sha256{}.of(as_bytes(key));
    const InternalCaller* found = nullptr;
    for (const Entry& entry : entries_) {
        if (equal_constant_time(entry.key_hash, hash)) found = &entry.caller;
    }
    return found;
}

}  // namespace coffer::access
