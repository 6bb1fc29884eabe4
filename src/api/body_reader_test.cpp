#include "api/body_reader.h"

#include <gtest/gtest.h>

#include "api/envelope.h"
#include "api/movement_routes.h"

namespace coffer::api {
namespace {

TEST(BodyReader, reads_every_field_of_its_form) {
    BodyReader body;
    ASSERT_FALSE(body.read(R"( {"amount" : "1.00", "description":"a\"b\u00e9\ud83d\ude00",
                             "reference_id":"r","curr\u0065ncy":"CNY"} )",
                           movement_form));
    EXPECT_EQ(body[Field::amount], "1.00");
    EXPECT_EQ(body[Field::description], "a\"bé😀");
    EXPECT_EQ(body[Field::reference_id], "r");
    EXPECT_EQ(body[Field::currency], "CNY");
    EXPECT_EQ(body[Field::status], "");
    ASSERT_FALSE(body.read(R"({"amount":"2"})", movement_form));
    EXPECT_EQ(body[Field::description], "") << "left over from the request before";
}

TEST(BodyReader, an_amount_that_may_be_left_out_is_never_empty) {
    const BodyForm form{{Field::amount, Field::reason}, {}, "amount, reason"};
    BodyReader body;
    ASSERT_FALSE(body.read(R"({"reason":""})", form));
    EXPECT_EQ(body[Field::amount], "");
    const auto problem = body.read(R"({"amount":""})", form);
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->error, Error::field_missing);
}

TEST(BodyReader, refuses_everything_else_and_says_why) {
    const struct {
        std::string_view body;
        Error error;
        std::string_view field;  // which the message must name
    } rows[] = {
        {"", Error::body_empty, "amount"},
        {" \r\n\t", Error::body_empty, ""},
        {"{}", Error::field_missing, "amount"},
        {R"({"amount":""})", Error::field_missing, "amount"},
        {"[]", Error::body_not_an_object, ""},
        {R"("amount")", Error::body_not_an_object, ""},
        {"null", Error::body_not_an_object, ""},
        {"12", Error::body_not_an_object, ""},
        {R"([{"amount":"1"}])", Error::body_not_an_object, ""},
        {R"({"amount":"1"} x)", Error::body_malformed, ""},
        {R"({"amount":"1"}{})", Error::body_not_an_object, ""},
        {R"({"amount":"1"}{"amount":"2"})", Error::body_not_an_object, ""},
        {R"({"amount":"1"},)", Error::body_malformed, ""},
        {R"({"amount":"1")", Error::body_malformed, ""},
        {R"({"amount":"1)", Error::body_malformed, ""},
        {R"({"amount":"1",})", Error::body_malformed, ""},
        {R"({"amount" "1"})", Error::body_malformed, ""},
        {R"({amount:"1"})", Error::body_malformed, ""},
        {R"({'amount':'1'})", Error::body_malformed, ""},
        {R"({"amount":"1" /* x */})", Error::body_malformed, ""},
        {R"({"amount":NaN})", Error::body_malformed, ""},
        {"\xEF\xBB\xBF{\"amount\":\"1\"}", Error::body_not_an_object, ""},
        {"{\"amount\":\"1\",\"description\":\"\xff\"}", Error::body_malformed, "UTF-8"},
        {"{\"amount\":\"1\",\"description\":\"\xC0\xAF\"}", Error::body_malformed, "UTF-8"},
        {R"({"amount":"1","description":"\ud800"})", Error::body_malformed, ""},
        {R"({"amount":"1","description":"\x41"})", Error::body_malformed, ""},
        {"{\"amount\":\"1\",\"description\":\"a\nb\"}", Error::body_malformed, ""},
        {R"({"amount":"1","amount":"2"})", Error::field_repeated, "amount"},
        {R"({"amount":"1","\u0061mount":"2"})", Error::field_repeated, "amount"},
        {R"({"amount":"1","balance":"9"})", Error::field_unknown, "balance"},
        {R"({"amount":"1","":"9"})", Error::field_unknown, "''"},
        {R"({"amount":"1","status":"closed"})", Error::field_unknown, "status"},
        {R"({"Amount":"1"})", Error::field_unknown, "Amount"},
        {R"({"amount":1})", Error::amount_not_text, "send a decimal string"},
        {R"({"amount":1e3})", Error::amount_not_text, "amount"},
        {R"({"amount":null})", Error::amount_not_text, "amount"},
        {R"({"amount":["1"]})", Error::amount_not_text, "amount"},
        {R"({"amount":{"a":{"b":{}}}})", Error::amount_not_text, "amount"},
        {R"({"amount":"1","description":7})", Error::field_not_text, "description"},
        {R"({"amount":"1","reference_id":true})", Error::field_not_text, "reference_id"},
    };
    BodyReader body;
    for (const auto& row : rows) {
        const auto problem = body.read(row.body, movement_form);
        ASSERT_TRUE(problem.has_value()) << row.body;
        EXPECT_EQ(row_of(problem->error).name, row_of(row.error).name) << row.body;
        const std::string message = message_of(*problem, Language::english);
        EXPECT_NE(message.find(row.field), std::string::npos) << row.body << " -> " << message;
    }
}

// covers: H09
TEST(BodyReader, survives_depth_and_length) {
    BodyReader body;
    const std::string deep(60'000, '[');
    EXPECT_TRUE(body.read(deep, movement_form));
    EXPECT_TRUE(body.read(R"({"amount":)" + deep, movement_form));
    std::string many = "{";
    for (int i = 0; i < 5'000; ++i) many += "\"k" + std::to_string(i) + "\":1,";
    EXPECT_TRUE(body.read(many + R"("amount":"1"})", movement_form));
    const std::string long_text(60'000, 'x');
    ASSERT_FALSE(body.read(R"({"amount":"1","description":")" + long_text + "\"}", movement_form));
    EXPECT_EQ(body[Field::description].size(), 60'000u);
}

}  // namespace
}  // namespace coffer::api
