#include "http/response.h"

#include <gtest/gtest.h>

namespace coffer::http {
namespace {

std::string with_one_blank_after(std::string text, const std::string& name) {
    const auto at = text.find(name) + name.size() + 1;
    text.erase(at, text.find_first_not_of(' ', at) - at);
    return text;
}

TEST(Response, fills_in_the_length_of_what_was_appended) {
    std::string out = "what stood there before";
    const std::size_t before = out.size();
    ResponseWriter response(out, {.status = 201});
    EXPECT_TRUE(response.header("Retry-After", 7));
    response.body() += "{\"code\":";
    response.body() += "0}";
    response.finish();
    EXPECT_EQ(with_one_blank_after(out.substr(before), "Content-Length:"),
              "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 10\r\n"
              "Retry-After: 7\r\n\r\n{\"code\":0}");
}

TEST(Response, says_when_it_closes) {
    std::string out;
    append_response(out, {.status = 429, .content_type = "", .keep_alive = false}, "");
    EXPECT_EQ(with_one_blank_after(out, "Content-Length:"),
              "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

TEST(Response, can_still_say_so_when_its_body_is_there) {
    std::string expected;
    append_response(expected, {.keep_alive = false}, "12345");
    for (const bool early : {false, true}) {
        std::string out;
        ResponseWriter response(out, {});
        if (early) response.close_connection();
        response.body() += "123";
        response.close_connection();
        response.body() += "45";
        response.finish();
        EXPECT_EQ(out, expected);
    }
}

TEST(Response, to_head_has_the_length_but_no_body) {
    std::string out;
    append_response(out, {.head_only = true}, "12345");
    EXPECT_EQ(with_one_blank_after(out, "Content-Length:"),
              "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n");
}

TEST(Response, of_204_and_304_has_neither_length_nor_body) {
    for (const int status : {204, 304}) {
        std::string out;
        append_response(out, {.status = status}, "never sent");
        EXPECT_EQ(out.find("Content-"), std::string::npos);
        EXPECT_TRUE(out.ends_with("\r\n\r\n"));
    }
}

// Row 72: no echoed value can make a header or a second response.
TEST(Response, refuses_headers_that_would_split_it) {
    std::string out;
    ResponseWriter response(out, {});
    const std::string before = out;
    EXPECT_FALSE(response.header("X-Echo", "a\r\nSet-Cookie: b"));
    EXPECT_FALSE(response.header("X-Echo", "a\nb"));
    EXPECT_FALSE(response.header("X-Echo", std::string_view{"a\0b", 3}));
    EXPECT_FALSE(response.header("X Echo", "a"));
    EXPECT_FALSE(response.header("X-Echo:", "a"));
    EXPECT_FALSE(response.header("", "a"));
    EXPECT_EQ(out, before);
    EXPECT_TRUE(response.header("Allow", "GET, HEAD"));
    response.finish();
}

TEST(Response, writes_long_lengths_in_the_same_gap) {
    std::string out;
    append_response(out, {}, std::string(1 << 20, 'x'));
    EXPECT_NE(out.find("Content-Length:    1048576\r\n"), std::string::npos);
}

}  // namespace
}  // namespace coffer::http
