#include "base/instant.h"

#include <array>
#include <chrono>
#include <cstring>

namespace coffer {
namespace {

using Days = std::chrono::sys_days;

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
    return value >= 0 ? value / by : -((-value + by - 1) / by);
}

void put_digits(char* at, unsigned value, int digits) {
    for (int i = digits - 1; i >= 0; --i) {
        at[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
}

void format_second(char* out, std::int64_t unix_s) {
    const std::int64_t day = floor_div(unix_s, 86'400);
    const std::chrono::year_month_day date{Days{std::chrono::days{day}}};
    const auto in_day = static_cast<unsigned>(unix_s - day * 86'400);
    put_digits(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    put_digits(out + 5, static_cast<unsigned>(date.month()), 2);
    put_digits(out + 8, static_cast<unsigned>(date.day()), 2);
    put_digits(out + 11, in_day / 3600, 2);
    put_digits(out + 14, in_day / 60 % 60, 2);
    put_digits(out + 17, in_day % 60, 2);
    out[4] = out[7] = '-';
    out[10] = 'T';
    out[13] = out[16] = ':';
    out[19] = '.';
    out[23] = 'Z';
}

bool read_digits(std::string_view text, std::size_t at, std::size_t count, unsigned& value) {
    if (at + count > text.size()) return false;
    value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return false;
        value = value * 10 + static_cast<unsigned>(text[i] - '0');
    }
    return true;
}

std::optional<std::int64_t> read_day(std::string_view text) {
    unsigned year = 0, month = 0, day = 0;
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    if (!read_digits(text, 0, 4, year) || !read_digits(text, 5, 2, month) ||
        !read_digits(text, 8, 2, day)) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)},
                                           std::chrono::month{month}, std::chrono::day{day}};
    if (!date.ok()) return std::nullopt;
    return Days{date}.time_since_epoch().count();
}

}  // namespace

void append_instant(std::string& out, Instant instant) {
    // An answer names now and the past in turns, so one is not enough.
    struct Cached {
        std::int64_t second = INT64_MIN;
        char text[instant_text_bytes];
    };
    thread_local std::array<Cached, 64> cache;
    const std::int64_t second = floor_div(instant.unix_ms, 1000);
    Cached& cached = cache[static_cast<std::uint64_t>(second) % cache.size()];
    if (second != cached.second) {
        format_second(cached.text, second);
        cached.second = second;
    }
    put_digits(cached.text + 20, static_cast<unsigned>(instant.unix_ms - second * 1000), 3);
    out.append(cached.text, instant_text_bytes);
}

std::string to_text(Instant instant) {
    std::string out;
    append_instant(out, instant);
    return out;
}

std::optional<Instant> parse_day_utc(std::string_view text) {
    const auto day = read_day(text);
    if (!day) return std::nullopt;
    return Instant{*day * day_ms};
}

std::optional<Instant> parse_instant(std::string_view text) {
    if (text.size() < 20 || (text[10] != 'T' && text[10] != 't')) return std::nullopt;
    const auto day = read_day(text.substr(0, 10));
    unsigned hour = 0, minute = 0, second = 0;
    if (!day || text[13] != ':' || text[16] != ':' || !read_digits(text, 11, 2, hour) ||
        !read_digits(text, 14, 2, minute) || !read_digits(text, 17, 2, second)) {
        return std::nullopt;
    }
    if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
    std::size_t at = 19;
    unsigned ms = 0;
    if (text[at] == '.') {
        std::size_t digits = 0;
        unsigned scale = 100;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++digits) {
            ms += scale * static_cast<unsigned>(text[at] - '0');
            scale /= 10;
        }
        if (digits == 0 || digits > 9) return std::nullopt;
    }
    std::int64_t offset_minutes = 0;
    const std::string_view zone = text.substr(at);
    if (zone != "Z" && zone != "z") {
        unsigned offset_h = 0, offset_m = 0;
        if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' ||
            !read_digits(zone, 1, 2, offset_h) || !read_digits(zone, 4, 2, offset_m) ||
            offset_h > 23 || offset_m > 59) {
            return std::nullopt;
        }
        offset_minutes = static_cast<std::int64_t>(offset_h * 60 + offset_m);
        if (zone[0] == '-') offset_minutes = -offset_minutes;
    }
    const std::int64_t seconds = *day * 86'400 + hour * 3600 + minute * 60 + second;
    return Instant{(seconds - offset_minutes * 60) * 1000 + ms};
}

}  // namespace coffer
