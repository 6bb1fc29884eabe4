#include <curl/curl.h>

#include <charconv>
#include <mutex>
#include <string_view>

#include "access/fetcher.h"

namespace coffer::access {
namespace {

constexpr std::size_t url_bytes_max = 2'048;
constexpr std::size_t etag_bytes_max = 256;
constexpr std::int64_t connect_ms_max = 3'000;

Fault fault(const std::string& what) { return {Fault::Kind::configuration, what}; }

struct FreeCurl {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
    void operator()(char* text) const { curl_free(text); }
};
using Handle = std::unique_ptr<CURL, FreeCurl>;
using Headers = std::unique_ptr<curl_slist, FreeCurl>;
using Url = std::unique_ptr<CURLU, FreeCurl>;
using Text = std::unique_ptr<char, FreeCurl>;

void initialise_once() {
    static std::once_flag once;
    std::call_once(once, [] { ENSURE(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); });
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
    return text;
}

/// The value of the header `name` (in lower case), if this line is one.
std::optional<std::string_view> value_of(std::string_view line, std::string_view name) {
    if (line.size() <= name.size() || line[name.size()] != ':') return std::nullopt;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (lower(line[i]) != name[i]) return std::nullopt;
    }
    return trimmed(line.substr(name.size() + 1));
}

std::optional<std::int64_t> max_age_of(std::string_view cache_control) {
    while (!cache_control.empty()) {
        const std::size_t comma = std::min(cache_control.find(','), cache_control.size());
        const std::string_view directive = trimmed(cache_control.substr(0, comma));
        cache_control.remove_prefix(std::min(comma + 1, cache_control.size()));
        constexpr std::string_view name = "max-age=";
        if (!directive.starts_with(name)) continue;
        const std::string_view digits = directive.substr(name.size());
        std::int64_t seconds = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
        if (error == std::errc{} && seconds >= 0) return seconds;
    }
    return std::nullopt;
}

/// What libcurl calls back into.
struct Receiving {
    FetchAnswer answer;
    const std::stop_token* stop = nullptr;
    bool is_too_long = false;
};

std::size_t on_body(char* data, std::size_t, std::size_t size, void* to) {
    auto& receiving = *static_cast<Receiving*>(to);
    if (receiving.answer.body.size() + size > fetched_bytes_max) {
        receiving.is_too_long = true;
        return 0;
    }
    receiving.answer.body.append(data, size);
    return size;
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* to) {
    FetchAnswer& answer = static_cast<Receiving*>(to)->answer;
    const std::string_view line{data, size};
    if (const auto etag = value_of(line, "etag"); etag && etag->size() <= etag_bytes_max) {
        answer.etag = *etag;
    }
    if (const auto control = value_of(line, "cache-control"))
        answer.max_age_s = max_age_of(*control);
    return size;
}

int on_progress(void* to, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Receiving*>(to)->stop->stop_requested() ? 1 : 0;
}

template <class Value>
void set(const Handle& handle, CURLoption option, Value value) {
    ENSURE(curl_easy_setopt(handle.get(), option, value) == CURLE_OK);
}

class CurlFetcher final : public Fetcher {
public:
    CurlFetcher() { initialise_once(); }

    Result<FetchAnswer, Fault> fetch(const FetchRequest& request,
                                     const std::stop_token& stop) override {
        const Handle handle{curl_easy_init()};
        ENSURE(handle);
        Receiving receiving{.stop = &stop};
        const Headers headers = headers_for(request);
        char reason[CURL_ERROR_SIZE] = {};
        configure(handle, request);
        set(handle, CURLOPT_HTTPHEADER, headers.get());
        set(handle, CURLOPT_ERRORBUFFER, reason);
        set(handle, CURLOPT_WRITEFUNCTION, &on_body);
        set(handle, CURLOPT_WRITEDATA, &receiving);
        set(handle, CURLOPT_HEADERFUNCTION, &on_header);
        set(handle, CURLOPT_HEADERDATA, &receiving);
        set(handle, CURLOPT_XFERINFOFUNCTION, &on_progress);
        set(handle, CURLOPT_XFERINFODATA, &receiving);
        const CURLcode code = curl_easy_perform(handle.get());
        if (receiving.is_too_long) return fault(request.url + ": the answer is over 256 KiB");
        if (code != CURLE_OK) {
            return fault(request.url + ": " +
                         (reason[0] != '\0' ? reason : curl_easy_strerror(code)));
        }
        long status = 0;
        curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
        receiving.answer.status = static_cast<int>(status);
        if (status >= 300 && status < 400 && status != 304) {
            return fault(request.url + ": it redirects elsewhere, which is not followed");
        }
        if (status != 200 && status != 304) {
            return fault(request.url + ": it answers " + std::to_string(status));
        }
        return std::move(receiving.answer);
    }

private:
    static Headers headers_for(const FetchRequest& request) {
        Headers headers{curl_slist_append(nullptr, "Accept: application/json")};
        ENSURE(headers);
        if (!request.etag.empty()) {
            const std::string line = "If-None-Match: " + request.etag;
            ENSURE(curl_slist_append(headers.get(), line.c_str()) != nullptr);
        }
        return headers;
    }

    static void configure(const Handle& handle, const FetchRequest& request) {
        const bool is_plain = request.url.starts_with("http:");
        set(handle, CURLOPT_URL, request.url.c_str());
        set(handle, CURLOPT_PROTOCOLS_STR, is_plain ? "http" : "https");
        set(handle, CURLOPT_FOLLOWLOCATION, 0L);
        set(handle, CURLOPT_NOSIGNAL, 1L);
        set(handle, CURLOPT_NOPROGRESS, 0L);
        // A name server that does not answer would hold up the next issuer, and a stop.
        set(handle, CURLOPT_QUICK_EXIT, 1L);
        set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout_ms));
        set(handle, CURLOPT_CONNECTTIMEOUT_MS,
            static_cast<long>(std::min(request.timeout_ms, connect_ms_max)));
        set(handle, CURLOPT_MAXFILESIZE, static_cast<long>(fetched_bytes_max));
        set(handle, CURLOPT_USERAGENT, "coffer");
        set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        // Plain HTTP is for this machine alone: not even a proxy may stand between.
        if (is_plain) set(handle, CURLOPT_NOPROXY, "*");
        if (!request.ca_file.empty()) set(handle, CURLOPT_CAINFO, request.ca_file.c_str());
    }
};

Text part_of(const Url& url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url.get(), part, &text, 0) != CURLUE_OK) return nullptr;
    return Text{text};
}

bool is_loopback(std::string_view host) {
    return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

}  // namespace

std::unique_ptr<Fetcher> make_curl_fetcher() { return std::make_unique<CurlFetcher>(); }

// Judged by the parser that will be used: two parsers could see two hosts in one text.
std::optional<std::string> reason_to_refuse_url(const std::string& text,
                                                LoopbackHttp loopback_http) {
    if (text.size() > url_bytes_max) return "it is over 2048 bytes";
    for (const char c : text) {
        if (c <= ' ' || c > '~' || c == '\\') return "it has characters that no URL has";
    }
    const Url url{curl_url()};
    ENSURE(url);
    if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) {
        return "it is no URL";
    }
    const Text scheme = part_of(url, CURLUPART_SCHEME);
    const Text host = part_of(url, CURLUPART_HOST);
    if (!scheme || !host) return "it has no scheme or no host";
    if (part_of(url, CURLUPART_USER) || part_of(url, CURLUPART_PASSWORD)) {
        return "it has a user or a password";
    }
    if (part_of(url, CURLUPART_FRAGMENT)) return "it has a fragment";
    const std::string_view name{scheme.get()};
    if (name == "https" && text.starts_with("https://")) return std::nullopt;
    if (name != "http" || !text.starts_with("http://")) return "it is not https";
    if (loopback_http == LoopbackHttp::accepted && is_loopback(host.get())) return std::nullopt;
    return "it is not https; plain http is only for this machine (127.0.0.1, [::1], localhost) "
           "with insecure_loopback = true";
}

}  // namespace coffer::access
