#include "access/key_set.h"

#include <simdjson.h>

#include <algorithm>

#include "access/unique_names.h"

namespace coffer::access {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t retry_s_max = 60;
constexpr std::int64_t repeat_failure_s = 600;
constexpr std::int64_t refresh_s_least = 60;
constexpr std::int64_t refresh_s_most = 3'600;

Fault fault(const std::string& what) { return {Fault::Kind::configuration, what}; }

/// OpenID Connect Discovery 1.0, section 4: a slash at the end of the issuer is not doubled.
std::string description_url(const std::string& issuer) {
    std::string url = issuer;
    if (url.ends_with('/')) url.pop_back();
    return url + "/.well-known/openid-configuration";
}

/// The keys' address, if the description is really this issuer's (section 4.3).
Result<std::string, Fault> read_description(const std::string& text, const std::string& issuer,
                                            const std::string& url) {
    using simdjson::SUCCESS;
    simdjson::dom::parser parser;
    simdjson::dom::object members;
    if (parser.parse(text).get(members) != SUCCESS || !has_unique_names(members)) {
        return fault(url + ": it is no JSON object of at most 64 members");
    }
    std::string_view name;
    if (members["issuer"].get(name) != SUCCESS || name != issuer) {
        return fault(url + ": it describes another issuer than " + issuer);
    }
    std::string_view keys;
    if (members["jwks_uri"].get(keys) != SUCCESS) return fault(url + ": it has no jwks_uri");
    return std::string{keys};
}

LoopbackHttp loopback_http(const IssuerConfig& issuer) {
    return issuer.insecure_loopback ? LoopbackHttp::accepted : LoopbackHttp::refused;
}

/// `k1 (RS256 PS256), k2 (ES256)`; never anything of the keys themselves.
std::string names_of(const std::vector<Key>& keys) {
    std::string names;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const bool goes_on = i > 0 && keys[i - 1].kid() == keys[i].kid();
        if (!goes_on) {
            if (i > 0) names += "), ";
            names += keys[i].kid().empty() ? "(no kid)" : keys[i].kid();
            names += " (";
        } else {
            names += ' ';
        }
        names += to_text(keys[i].algorithm());
    }
    return names.empty() ? "none" : names + ")";
}

bool are_same(const std::vector<Key>& one, const std::vector<Key>& other) {
    return std::ranges::equal(one, other, {}, &Key::number, &Key::number);
}

}  // namespace

KeySet::Attempt KeySet::refresh(Fetcher& fetcher, const std::stop_token& stop) {
    Attempt attempt;
    const auto asked = ask(fetcher, stop, attempt);
    attempt.ok = asked.ok();
    if (!asked) note_failure(asked.error(), attempt);
    return attempt;
}

Result<Ok, Fault> KeySet::ask(Fetcher& fetcher, const std::stop_token& stop, Attempt& attempt) {
    const std::int64_t deadline_ns = clock_.monotonic_ns() + rules_.attempt_ms_max * 1'000'000;
    if (issuer_->discovery) {
        if (auto found = discover(fetcher, deadline_ns, stop); !found) return found;
    } else {
        published_.url = issuer_->jwks_url;
    }
    const auto answer = fetch(fetcher, published_, deadline_ns, stop);
    if (!answer) return answer.error();
    if (answer->status == 200) {
        auto set = parse_jwk_set(answer->body);
        if (!set) return fault(published_.url + ": " + set.error().message);
        published_.etag = answer->etag;
        attempt.keys_changed = replace_keys(std::move(*set), attempt.line);
    }
    if (failure_said_ns_ && attempt.line.empty()) {
        attempt.line = "the issuer answers again; its keys are the same";
    }
    note_success(*answer);
    return Ok{};
}

Result<FetchAnswer, Fault> KeySet::fetch(Fetcher& fetcher, const Document& document,
                                         std::int64_t deadline_ns,
                                         const std::stop_token& stop) const {
    const std::int64_t left_ms = (deadline_ns - clock_.monotonic_ns()) / 1'000'000;
    if (left_ms <= 0) return fault(document.url + ": no time was left to ask");
    auto answer = fetcher.fetch({.url = document.url,
                                 .etag = document.etag,
                                 .ca_file = issuer_->ca_file,
                                 .timeout_ms = left_ms},
                                stop);
    if (answer && answer->status == 304 && document.etag.empty()) {
        return fault(document.url + ": it answers 304 to a question without a condition");
    }
    return answer;
}

// Read again each time: a moved key set is found without a restart.
Result<Ok, Fault> KeySet::discover(Fetcher& fetcher, std::int64_t deadline_ns,
                                   const std::stop_token& stop) {
    description_.url = description_url(issuer_->issuer);
    const auto answer = fetch(fetcher, description_, deadline_ns, stop);
    if (!answer) return answer.error();
    if (answer->status != 200) return Ok{};
    const auto url = read_description(answer->body, issuer_->issuer, description_.url);
    if (!url) return url.error();
    if (const auto reason = reason_to_refuse_url(*url, loopback_http(*issuer_))) {
        return fault(description_.url + ": its jwks_uri is refused: " + *reason);
    }
    description_.etag = answer->etag;
    if (published_.url != *url) published_ = {.url = *url, .etag = {}};
    return Ok{};
}

bool KeySet::replace_keys(JwkSet set, std::string& line) {
    std::vector<Key> next = std::move(set.keys);
    for (Key& key : next) {
        const auto twin =
            std::ranges::find_if(keys_, [&key](const Key& old) { return old.is_twin_of(key); });
        if (twin != keys_.end()) key.continue_as(*twin);
    }
    std::string left_out;
    for (const std::string& reason : set.left_out) left_out += "; left out: " + reason;
    const bool changed = !are_same(keys_, next);
    if (changed) {
        line = "keys now: " + names_of(next) + "; before: " + names_of(keys_) + left_out;
        keys_ = std::move(next);
    } else if (left_out != left_out_) {
        line = "keys as before: " + names_of(keys_) + left_out;
    }
    left_out_ = std::move(left_out);
    return changed;
}

void KeySet::note_success(const FetchAnswer& answer) {
    const std::int64_t least = std::min(refresh_s_least, rules_.refresh_s);
    const std::int64_t most = std::max(refresh_s_most, rules_.refresh_s);
    const std::int64_t wait_s =
        std::clamp(answer.max_age_s.value_or(rules_.refresh_s), least, most);
    confirmed_ns_ = clock_.monotonic_ns();
    due_ns_ = *confirmed_ns_ + wait_s * second_ns;
    retry_s_ = 1;
    failure_said_ns_.reset();
}

// The first failure is said, then one every ten minutes: an outage is one story, not a thousand.
void KeySet::note_failure(const Fault& fault, Attempt& attempt) {
    const std::int64_t now_ns = clock_.monotonic_ns();
    due_ns_ = now_ns + std::min(retry_s_, std::max(rules_.refresh_s, std::int64_t{1})) * second_ns;
    retry_s_ = std::min(2 * retry_s_, retry_s_max);
    if (failure_said_ns_ && now_ns - *failure_said_ns_ < repeat_failure_s * second_ns) return;
    failure_said_ns_ = now_ns;
    attempt.line = "its keys could not be fetched: " + fault.message +
                   (keys_.empty() ? "; its tokens get 503 until they can be"
                                  : "; the last good ones stay: " + names_of(keys_));
}

std::optional<std::string> KeySet::forget_stale() {
    if (keys_.empty() || !confirmed_ns_ || rules_.stale_s_max == 0) return std::nullopt;
    if (clock_.monotonic_ns() - *confirmed_ns_ < rules_.stale_s_max * second_ns) {
        return std::nullopt;
    }
    std::string line = "its keys (" + names_of(keys_) + ") were last confirmed more than " +
                       std::to_string(rules_.stale_s_max) +
                       " s ago and are forgotten; its tokens get 503 until it answers";
    keys_.clear();
    published_.etag.clear();  // "not modified" would leave us without
    return line;
}

}  // namespace coffer::access
