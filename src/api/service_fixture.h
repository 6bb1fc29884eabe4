#pragma once

// What the tests of this layer share: the service over the memory store, behind a real HTTP server
// on a network in memory, with a clock that only the test moves. Included by *_test.cpp only.

#include <gtest/gtest.h>
#include <simdjson.h>

#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/forge_test.h"
#include "access/sign.h"
#include "api/service.h"
#include "engine/memory_store.h"
#include "os/memory_network.h"

namespace coffer::api::testing {

class ManualClock final : public os::Clock {
public:
    Instant now() override { return at; }
    std::int64_t monotonic_ns() override { return ns; }
    void pass_ms(std::int64_t ms) {
        at.unix_ms += ms;
        ns += ms * 1'000'000;
    }
    Instant at{1'760'000'000'000};  // 2025-10-09T08:53:20.000Z
    std::int64_t ns = 5'000'000'000;
};

/// One answer as a client reads it.
struct Response {
    int status = 0;
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;

    [[nodiscard]] std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? "" : found->second;
    }
    /// The value at a JSON pointer: texts as they are, the rest as written; "(none)" if missing.
    [[nodiscard]] std::string at(std::string_view pointer) const {
        simdjson::dom::parser parser;
        simdjson::dom::element document;
        if (parser.parse(body).get(document) != simdjson::SUCCESS) return "(no JSON)";
        simdjson::dom::element value;
        if (document.at_pointer(pointer).get(value) != simdjson::SUCCESS) return "(none)";
        std::string_view text;
        if (value.get(text) == simdjson::SUCCESS) return std::string{text};
        return simdjson::minify(value);
    }
    [[nodiscard]] std::uint32_t code() const {
        const std::string text = at("/code");
        return text.empty() || text[0] == '(' ? 99 : static_cast<std::uint32_t>(std::stoul(text));
    }
    [[nodiscard]] std::string message() const { return at("/message"); }
};

inline std::vector<Response> parse_responses(std::string_view bytes) {
    std::vector<Response> responses;
    while (!bytes.empty()) {
        Response response;
        const auto end = bytes.find("\r\n\r\n");
        if (end == std::string_view::npos) break;
        std::string_view head = bytes.substr(0, end + 2);
        response.status = std::stoi(std::string{head.substr(9, 3)});
        head.remove_prefix(head.find("\r\n") + 2);
        while (!head.empty()) {
            const std::string_view line = head.substr(0, head.find("\r\n"));
            head.remove_prefix(line.size() + 2);
            std::string name{line.substr(0, line.find(':'))};
            for (char& c : name) c = static_cast<char>(std::tolower(c));
            std::string_view value = line.substr(line.find(':') + 1);
            while (value.starts_with(' ')) value.remove_prefix(1);
            response.headers[name] = value;
        }
        const std::string length = response.header("content-length");
        const std::size_t bytes_of_body = length.empty() ? 0 : std::stoul(length);
        response.body = bytes.substr(end + 4, bytes_of_body);
        bytes.remove_prefix(std::min(bytes.size(), end + 4 + bytes_of_body));
        responses.push_back(std::move(response));
    }
    return responses;
}

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Ask {
    std::string method = "GET";
    std::string target = "/";
    std::string token = {};  ///< "" sends none
    std::optional<std::string> body = {};
    Headers headers = {};  ///< besides Host, the token, Content-Length and, for a body, JSON's type
    bool with_content_type = true;
};

inline std::string as_bytes(const Ask& ask) {
    std::string bytes = ask.method + " " + ask.target + " HTTP/1.1\r\nHost: test\r\n";
    if (!ask.token.empty()) bytes += "Authorization: Bearer " + ask.token + "\r\n";
    for (const auto& [name, value] : ask.headers) bytes += name + ": " + value + "\r\n";
    if (ask.body) {
        if (ask.with_content_type) bytes += "Content-Type: application/json\r\n";
        bytes += "Content-Length: " + std::to_string(ask.body->size()) + "\r\n";
    }
    return bytes + "\r\n" + ask.body.value_or("");
}

/// The key of a service that may ask /internal for tnt_a.
inline constexpr const char* internal_key = "a-key-of-the-billing-service";

inline std::shared_ptr<const access::InternalKeys> internal_keys() {
    auto keys = access::InternalKeys::parse(std::string{"billing:tnt_a:"} + internal_key);
    EXPECT_TRUE(keys.ok());
    return std::make_shared<const access::InternalKeys>(std::move(*keys));
}

/// The whole service in one process and one thread.
class Bench {
public:
    explicit Bench(ServiceOptions options = {}, engine::MemoryStore::Options store_options = {}) {
        if (!options.internal_keys) options.internal_keys = internal_keys();
        store_options.now = [this] { return clock.at; };
        if (!store_options.adjust_alone_max) {
            store_options.adjust_alone_max = money::Decimal{100'000, 0};
        }
        store = std::make_unique<engine::MemoryStore>(std::move(store_options));
        access::VerifierConfig config;
        config.issuers.push_back(
            {.issuer = "",
             .keys = {{access::Algorithm::hs256, folder.write("secret", secret), "*"}}});
        make(std::move(options), config);
    }

    /// Other keys than the usual secret.
    void make(ServiceOptions options, const access::VerifierConfig& config) {
        server.reset();
        service.reset();
        auto made = access::Verifier::create(config, [] {});
        EXPECT_TRUE(made.ok()) << (made ? "" : made.error().message);
        verifier = std::move(*made);
        service = std::make_unique<Service>(*store, *verifier, clock, std::move(options));
        http::ServerOptions server_options;
        server_options.error_body = [this](int status, std::string_view reason) {
            return server_error_body(status, reason, clock.at);
        };
        server =
            std::make_unique<http::Server>(std::move(server_options), clock, network, *service);
        service->serve(*server);
        static_cast<void>(server->listen(network.listen()));
    }

    void round() {
        server->poll(0);
        service->run_round();
        server->flush();
    }

    std::shared_ptr<os::MemoryWire> connect(os::Address peer = os::MemoryNetwork::loopback()) {
        auto wire = network.connect(peer);
        round();
        return wire;
    }

    /// Sends raw bytes on a connection of their own.
    std::vector<Response> send_bytes(const std::string& bytes,
                                     os::Address peer = os::MemoryNetwork::loopback()) {
        auto wire = connect(peer);
        wire->to_server = bytes;
        for (int i = 0; i < 4; ++i) round();
        return parse_responses(wire->take());
    }
    Response send(const Ask& ask) {
        auto responses = send_bytes(as_bytes(ask));
        EXPECT_EQ(responses.size(), 1u) << ask.method << ' ' << ask.target;
        return responses.empty() ? Response{} : responses.front();
    }
    Response get(const std::string& target, const std::string& token) {
        return send({.method = "GET", .target = target, .token = token});
    }
    Response post(const std::string& target, const std::string& token, const std::string& body) {
        return send({.method = "POST", .target = target, .token = token, .body = body});
    }
    Response put(const std::string& target, const std::string& token, const std::string& body) {
        return send({.method = "PUT", .target = target, .token = token, .body = body});
    }
    Response remove(const std::string& target, const std::string& token) {
        return send({.method = "DELETE", .target = target, .token = token});
    }

    std::string token(access::TokenRequest request) {
        if (request.application.empty()) request.application = "app_test";
        const auto signed_token = access::sign_token(request, secret, clock.at);
        EXPECT_TRUE(signed_token.ok()) << (signed_token ? "" : signed_token.error().message);
        return signed_token ? *signed_token : "";
    }
    std::string admin(const std::string& tenant = "tnt_a") {
        return token({.tenant = tenant, .subject = "usr_admin", .roles = {"admin"}});
    }
    std::string user(const std::string& id, const std::string& tenant = "tnt_a") {
        return token({.tenant = tenant, .subject = id});
    }

    /// The total, as an administrator reads it.
    std::string balance(const std::string& id = "usr_alice") {
        return get("/wallets/" + id + "/balance", admin()).at("/balance");
    }

    /// A deposit that must succeed.
    Response deposit(const std::string& id, const std::string& amount,
                     const std::string& more = "") {
        const Response response = post("/wallets/" + id + "/deposit", admin(),
                                       R"({"amount":")" + amount + '"' + more + "}");
        EXPECT_EQ(response.status, 200) << response.body;
        return response;
    }

    static constexpr const char* secret = "an-hmac-secret-of-the-tests-0123456789abcdef";

    access::forge::Folder folder;
    ManualClock clock;
    os::MemoryNetwork network;
    std::unique_ptr<engine::MemoryStore> store;
    std::unique_ptr<access::Verifier> verifier;
    std::unique_ptr<Service> service;
    std::unique_ptr<http::Server> server;
};

}  // namespace coffer::api::testing
