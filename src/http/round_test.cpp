#include "http/round.h"

#include <gtest/gtest.h>

#include <string>

#include "http/server_fixture.h"

namespace coffer::http::testing {
namespace {

/// What a request says, independent of where its bytes lie.
std::string told(const Request& request) {
    std::string text;
    for (const auto view :
         {request.target, request.path, request.query, request.body, request.authorization,
          request.content_type, request.content_encoding, request.accept, request.accept_language,
          request.idempotency_key, request.x_idempotency_key, request.x_tenant_id,
          request.x_api_key, request.traceparent, request.expect}) {
        text += view.data() == nullptr ? "-" : "[" + std::string(view) + "]";
    }
    for (const Header& header : request.headers)
        text += std::string(header.name) + "=" + std::string(header.value) + ";";
    return text;
}

const std::string all_headers =
    "POST /a/b?c=d HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer x\r\nContent-Type: text/plain\r\n"
    "Content-Encoding: identity\r\nAccept: */*\r\nAccept-Language: zh\r\nIdempotency-Key: k\r\n"
    "X-Idempotency-Key: l\r\nX-Tenant-Id: t\r\nX-Api-Key:\r\ntraceparent: 00-1\r\nOther: o\r\n"
    "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";

TEST(Round, holds_everything_of_a_request_after_its_bytes_are_gone) {
    Bench bench;
    Round round;
    std::vector<std::string> wanted;
    for (int turn = 0; turn < 3; ++turn) {
        bench.handler.on_each = [&](const Request& request) {
            round.add(request, bench.handler.seen.back().exchange);
            wanted.push_back(told(request));
        };
        for (const std::string& bytes :
             {all_headers, get_request("/"), post_head(60'000) + std::string(60'000, 'z'),
              post_head(9) + "123456789"}) {
            auto wire = bench.connect();
            wire->to_server = bytes;
            bench.rounds();
            wire->to_server.assign(wire->to_server.size(), '#');
        }
        ASSERT_EQ(wanted.size(), 4u);
        ASSERT_EQ(round.seal().size(), 4u);
        for (std::size_t i = 0; i < wanted.size(); ++i)
            EXPECT_EQ(told(round.entries()[i].request), wanted[i]);
        EXPECT_NE(wanted[0].find("[abcde]"), std::string::npos);
        EXPECT_EQ(wanted[1].find("[Bearer"), std::string::npos);
        round.clear();
        wanted.clear();
        EXPECT_TRUE(round.empty());
    }
}

}  // namespace
}  // namespace coffer::http::testing
