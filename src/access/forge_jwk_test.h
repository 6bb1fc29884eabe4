#pragma once

#include <openssl/core_names.h>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "access/fetcher.h"
#include "access/forge_test.h"
#include "os/clock.h"

/// Key sets, and issuers that publish them. For tests only.
namespace coffer::access::forge {

inline std::string number_of(const KeyPair& pair, const char* name, int size = 0) {
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(pair.get(), name, &number);
    std::string bytes(static_cast<std::size_t>(size == 0 ? BN_num_bytes(number) : size), '\0');
    BN_bn2binpad(number, reinterpret_cast<std::uint8_t*>(bytes.data()),
                 static_cast<int>(bytes.size()));
    BN_free(number);
    return bytes;
}

inline std::string quoted(const std::string& text) { return "\"" + text + "\""; }

/// The members that a key must have, and no other.
inline Json bare_jwk(const KeyPair& pair) {
    if (EVP_PKEY_is_a(pair.get(), "RSA") == 1) {
        return Json{{"kty", R"("RSA")"},
                    {"n", quoted(encode(number_of(pair, OSSL_PKEY_PARAM_RSA_N)))},
                    {"e", quoted(encode(number_of(pair, OSSL_PKEY_PARAM_RSA_E)))}};
    }
    if (EVP_PKEY_is_a(pair.get(), "ED25519") == 1) {
        std::string bytes(32, '\0');
        std::size_t length = bytes.size();
        EVP_PKEY_get_raw_public_key(pair.get(), reinterpret_cast<std::uint8_t*>(bytes.data()),
                                    &length);
        return Json{{"kty", R"("OKP")"}, {"crv", R"("Ed25519")"}, {"x", quoted(encode(bytes))}};
    }
    const int bits = EVP_PKEY_get_bits(pair.get());
    const int size = (bits + 7) / 8;
    return Json{{"kty", R"("EC")"},
                {"crv", quoted("P-" + std::to_string(bits))},
                {"x", quoted(encode(number_of(pair, OSSL_PKEY_PARAM_EC_PUB_X, size)))},
                {"y", quoted(encode(number_of(pair, OSSL_PKEY_PARAM_EC_PUB_Y, size)))}};
}

inline Json jwk(const KeyPair& pair, const std::string& kid) {
    return bare_jwk(pair).with("kid", quoted(kid)).with("use", R"("sig")");
}

inline std::string jwk_set(const std::vector<Json>& keys) {
    std::string text = R"({"keys":[)";
    for (std::size_t i = 0; i < keys.size(); ++i) text += (i > 0 ? "," : "") + keys[i].text();
    return text + "]}";
}

/// Answers as it is told, and remembers what it was asked. Any thread.
class FakeWeb final : public Fetcher {
public:
    struct Page {
        std::string body;
        std::string etag;
        std::optional<std::int64_t> max_age_s;
        bool always_304 = false;
    };

    void publish(const std::string& url, Page page) {
        const std::lock_guard lock{mutex_};
        pages_[url] = std::move(page);
    }
    void take_down() {
        const std::lock_guard lock{mutex_};
        pages_.clear();
    }
    /// Called before each answer, without the lock.
    void on_fetch(std::function<void()> call) {
        const std::lock_guard lock{mutex_};
        on_fetch_ = std::move(call);
    }
    [[nodiscard]] std::vector<FetchRequest> asked() const {
        const std::lock_guard lock{mutex_};
        return asked_;
    }

    Result<FetchAnswer, Fault> fetch(const FetchRequest& request, const std::stop_token&) override {
        std::function<void()> call;
        {
            const std::lock_guard lock{mutex_};
            call = on_fetch_;
        }
        if (call) call();
        const std::lock_guard lock{mutex_};
        asked_.push_back(request);
        const auto page = pages_.find(request.url);
        if (page == pages_.end()) {
            return Fault{Fault::Kind::configuration, request.url + ": nobody is there"};
        }
        const bool is_known =
            page->second.always_304 || (!request.etag.empty() && request.etag == page->second.etag);
        return FetchAnswer{.status = is_known ? 304 : 200,
                           .body = is_known ? "" : page->second.body,
                           .etag = page->second.etag,
                           .max_age_s = page->second.max_age_s};
    }

private:
    mutable std::mutex mutex_;
    std::map<std::string, Page> pages_;
    std::vector<FetchRequest> asked_;
    std::function<void()> on_fetch_;
};

/// Moves when the test says so. Any thread.
class FakeTime final : public os::Clock {
public:
    Instant now() override { return forge::now; }
    std::int64_t monotonic_ns() override { return ns_.load(); }
    void pass_s(std::int64_t seconds) { ns_ += seconds * 1'000'000'000; }

private:
    std::atomic<std::int64_t> ns_{1'000'000'000'000};
};

inline const std::string keys_url = "https://iam.example/keys";
inline const std::string description_url = "https://iam.example/.well-known/openid-configuration";

/// The issuer of `alice`, with keys that it publishes.
inline IssuerConfig publishing_issuer() {
    IssuerConfig issuer = strict_issuer({});
    issuer.jwks_url = keys_url;
    return issuer;
}

/// Alice's token of a key of that name, for another user of that name if wanted.
inline std::string token_of(Algorithm algorithm, const std::string& kid, const KeyPair& pair,
                            const std::string& user = "alice") {
    const Json header{{"alg", quoted(std::string{to_text(algorithm)})}, {"kid", quoted(kid)}};
    return signed_token(algorithm, header.text(), alice.with("sub", quoted(user)).text(), pair);
}

}  // namespace coffer::access::forge
