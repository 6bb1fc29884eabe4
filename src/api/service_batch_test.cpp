// POST /wallets/batch: many movements, each by itself.
#include <gtest/gtest.h>

#include "api/service_fixture.h"

namespace coffer::api::testing {
namespace {

Response send(Bench& bench, const std::string& movements, const std::string& token = "",
              const Headers& headers = {}) {
    return bench.send({.method = "POST",
                       .target = "/wallets/batch",
                       .token = token.empty() ? bench.admin() : token,
                       .body = R"({"movements":[)" + movements + "]}",
                       .headers = headers});
}

std::string in(const std::string& user, const std::string& amount, const std::string& more = "") {
    return R"({"type":"deposit","user_id":")" + user + R"(","amount":")" + amount + '"' + more +
           "}";
}

TEST(Batch, decides_each_movement_by_itself_and_in_order) {
    Bench bench;
    const Response response =
        send(bench, in("usr_a", "10.00") + ',' +
                        R"({"type":"withdraw","user_id":"usr_a","amount":"11.00"},)" +
                        R"({"type":"transfer","from_user_id":"usr_a","to_user_id":"usr_b",)" +
                        R"("amount":"4.00"},)" + in("usr_b", "1.00") + ',' +
                        R"({"type":"transfer","from_user_id":"usr_a","to_user_id":"usr_b",)" +
                        R"("amount":"4.00","description":"rent"})");
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(response.at("/data/succeeded"), "3");
    EXPECT_EQ(response.at("/data/failed"), "2");
    EXPECT_EQ(response.at("/data/results/0/status"), "200");
    EXPECT_EQ(response.at("/data/results/0/transaction/balance_after"), "10.00");
    EXPECT_EQ(response.at("/data/results/1/status"), "409");
    EXPECT_EQ(response.at("/data/results/1/code"), "61060201");
    EXPECT_EQ(response.at("/data/results/2/status"), "404") << "usr_b came later";
    EXPECT_EQ(response.at("/data/results/4/transaction/type"), "transfer_out");
    EXPECT_EQ(response.at("/data/results/4/transaction/description"), "rent");
    EXPECT_EQ(response.at("/data/results/4/index"), "4");
    EXPECT_EQ(bench.balance("usr_a"), "6.00");
    EXPECT_EQ(bench.balance("usr_b"), "5.00");
}

// The answer to the first is rendered and forgotten before that to the second.
TEST(Batch, a_repeat_in_the_same_round_tells_what_the_first_did) {
    Bench bench;
    const std::string texts = R"(,"reference_id":"a-reference-of-some-length",)"
                              R"("description":"a description that no small string holds")";
    const std::string bytes = as_bytes({.method = "POST",
                                        .target = "/wallets/batch",
                                        .token = bench.admin(),
                                        .body = R"({"movements":[)" + in("usr_a", "1.00", texts) +
                                                ',' + in("usr_b", "2.00", texts) + "]}"});
    std::vector<std::shared_ptr<os::MemoryWire>> wires;
    for (int i = 0; i < 3; ++i) {
        wires.push_back(bench.connect());
        wires.back()->to_server = bytes;
    }
    for (int i = 0; i < 10; ++i) bench.round();
    std::vector<Response> responses;
    for (const auto& wire : wires) {
        const auto parsed = parse_responses(wire->take());
        ASSERT_EQ(parsed.size(), 1u);
        responses.push_back(parsed.front());
    }
    for (const std::string place : {"/data/results/0", "/data/results/1"}) {
        EXPECT_EQ(responses[0].at(place + "/replayed"), "false");
        EXPECT_EQ(responses[0].at(place + "/transaction/reference_id"),
                  "a-reference-of-some-length");
        for (const Response& again : {responses[1], responses[2]}) {
            EXPECT_EQ(again.at(place + "/replayed"), "true");
            for (const std::string field : {"id", "reference_id", "description", "balance_after"}) {
                EXPECT_EQ(again.at(place + "/transaction/" + field),
                          responses[0].at(place + "/transaction/" + field));
            }
        }
    }
    EXPECT_EQ(bench.balance("usr_b"), "2.00");
}

TEST(Batch, names_what_is_wrong_with_one_and_does_the_others) {
    Bench bench;
    const Response response =
        send(bench, in("usr_a", "x") + ',' + in("usr_a", "0.001") + ',' + in("", "1") + ',' +
                        in("usr_a", "1", R"(,"colour":"red")") + ',' +
                        R"({"type":"gift","user_id":"usr_a","amount":"1"},)" +
                        R"({"type":"transfer","user_id":"usr_a","amount":"1"},)" +
                        in("usr_a", "1", R"(,"to_user_id":"usr_b")") + ',' + in("usr_a", "5.00"));
    ASSERT_EQ(response.status, 200) << response.body;
    const char* statuses[] = {"422", "422", "400", "400", "400", "400", "400", "200"};
    for (std::size_t i = 0; i < std::size(statuses); ++i) {
        EXPECT_EQ(response.at("/data/results/" + std::to_string(i) + "/status"), statuses[i]) << i;
    }
    EXPECT_EQ(bench.balance("usr_a"), "5.00");
}

// A movement that is not read to its end is passed over; the next begins where it should.
TEST(Batch, reads_on_behind_a_movement_that_it_gave_up) {
    Bench bench;
    const struct {
        std::string movement;
        const char* code;
    } rows[] = {
        {R"({"colour":{"a":[1,{"b":"}"}],"type":"deposit"},"type":"deposit"})", "61060006"},
        {in("usr_a", "1.00"), "0"},
        {R"({"type":{"type":"deposit"},"amount":"1"})", "61060008"},
        {R"({"amount":[],"user_id":"usr_a"})", "61060009"},
        {R"({"type":"deposit","user_id":"usr_a","amount":99999999999999999999})", "61060009"},
        {R"({"amount":1e999})", "61060009"},
        {R"({"type":"deposit","user_id":"usr_\q","amount":"1"})", "61060004"},
        {"{}", "61060010"},
        {R"({"type":"deposit","type":"deposit"})", "61060007"},
        {R"({"amount":nonsense})", "61060009"},
        {R"({"colour": "a":[1,{"b":"}"}],"type":"deposit"})", "61060006"},
        {R"({"colour":})", "61060006"},
        {R"({"type":"deposit","user_id":"usr_\u0061","amount":"4.00"})", "0"},
    };
    std::string movements;
    for (const auto& row : rows) movements += (movements.empty() ? "" : ",") + row.movement;
    const Response response = send(bench, movements);
    ASSERT_EQ(response.status, 200) << response.body;
    for (std::size_t i = 0; i < std::size(rows); ++i) {
        const std::string place = "/data/results/" + std::to_string(i);
        EXPECT_EQ(response.at(place + "/code"), rows[i].code) << rows[i].movement;
    }
    EXPECT_EQ(bench.balance("usr_a"), "5.00");
}

// Whatever stands before the place where the body stops to be JSON is not done either.
TEST(Batch, that_is_not_json_to_its_end_does_nothing) {
    Bench bench;
    bench.deposit("usr_a", "1.00");
    const std::string good = R"({"movements":[)" + in("usr_a", "1.00");
    const std::string ends[] = {"",
                                "]",
                                "]},",
                                ",",
                                ",]}",
                                ",{]}",
                                "]}{}",
                                "]]}",
                                "}",
                                ",1]}",
                                R"(],"more":1})",
                                R"(],"movements":[]})",
                                ",[{}]]}",
                                " {}]}",
                                ":1]}",
                                R"(,{"type":"deposit" "amount"}]})",
                                R"(,{"type" "deposit"}]})",
                                R"(,{"type":"deposit}]})",
                                R"(,{"colour":}]]})",
                                R"(,{"colour":},{}]]})",
                                R"(,{"colour":},{}],{}]})",
                                R"(,{"colour":"a":[1,{"b":"}"}]},"type":"deposit"},{}]})",
                                R"(,{"type":"","":},{""[{""}]},"":""""}]})"};
    for (const std::string& end : ends) {
        const Response response = bench.post("/wallets/batch", bench.admin(), good + end);
        EXPECT_EQ(response.status, 400) << end << ' ' << response.body;
        EXPECT_EQ(bench.balance("usr_a"), "1.00") << end;
    }
    EXPECT_EQ(bench.post("/wallets/batch", bench.admin(), good + "]}").status, 200);
}

TEST(Batch, has_a_form) {
    Bench bench;
    const auto post = [&](const std::string& body) {
        return bench.post("/wallets/batch", bench.admin(), body);
    };
    EXPECT_EQ(post("").status, 400);
    EXPECT_EQ(post("[]").status, 400);
    EXPECT_EQ(post("{}").code(), 61060036u);
    EXPECT_EQ(post(R"({"movements":{}})").code(), 61060036u);
    EXPECT_EQ(post(R"({"movements":[1]})").code(), 61060036u);
    EXPECT_EQ(post(R"({"movements":[{]})").status, 400);
    EXPECT_EQ(post(R"({"movements":[],"movements":[]})").status, 400);
    EXPECT_EQ(post(R"({"movements":[{}],"more":1})").status, 400);
    EXPECT_EQ(post(R"({"movements":[{"type":"deposit"}]} x)").status, 400);
    std::string many = in("usr_a", "1");
    for (int i = 1; i < 1'000; ++i) many += ',' + in("usr_a", "1");
    EXPECT_EQ(send(bench, many).at("/data/succeeded"), "1000");
    EXPECT_EQ(send(bench, many + ',' + in("usr_a", "1")).code(), 61060036u);
    EXPECT_EQ(bench.balance("usr_a"), "1000.00");
    EXPECT_EQ(bench.get("/wallets/batch", bench.admin()).status, 405);
}

TEST(Batch, asks_for_the_rights_of_each_movement) {
    Bench bench;
    bench.deposit("usr_a", "10.00");
    bench.deposit("usr_b", "10.00");
    const Response response = send(bench,
                                   R"({"type":"withdraw","user_id":"usr_a","amount":"1"},)"
                                   R"({"type":"withdraw","user_id":"usr_b","amount":"1"},)" +
                                       in("usr_a", "1"),
                                   bench.user("usr_a"));
    EXPECT_EQ(response.at("/data/results/0/status"), "200");
    EXPECT_EQ(response.at("/data/results/1/status"), "403");
    EXPECT_EQ(response.at("/data/results/2/status"), "403");
    EXPECT_EQ(send(bench, in("usr_a", "1"), "no-token").status, 401);
    EXPECT_EQ(bench.balance("usr_b"), "10.00");
}

// covers: D19
TEST(Batch, is_guarded_by_references_and_by_a_key) {
    Bench bench;
    const std::string referenced = in("usr_a", "1", R"(,"reference_id":"r")");
    const Response twins = send(bench, referenced + ',' + referenced);
    EXPECT_EQ(twins.at("/data/results/0/replayed"), "false");
    EXPECT_EQ(twins.at("/data/results/1/replayed"), "true");
    EXPECT_EQ(twins.at("/data/results/1/transaction/id"),
              twins.at("/data/results/0/transaction/id"));

    const std::string plain = in("usr_a", "1") + ',' + in("usr_a", "1");
    const Headers key{{"Idempotency-Key", "k"}};
    EXPECT_EQ(send(bench, plain, "", key).at("/data/results/1/replayed"), "false");
    const Response again = send(bench, plain, "", key);
    EXPECT_EQ(again.at("/data/results/0/replayed"), "true");
    EXPECT_EQ(again.at("/data/results/1/replayed"), "true");
    EXPECT_EQ(send(bench, in("usr_a", "2"), "", key).at("/data/results/0/status"), "422");
    EXPECT_EQ(bench.balance("usr_a"), "3.00");
}

TEST(Batch, that_fails_with_the_store_says_so_of_each) {
    Bench bench;
    bench.store->refuse_writes_with(engine::Failed::Kind::storage_full);
    const Response response = send(bench, in("usr_a", "1") + ',' + in("usr_b", "1"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.at("/data/results/0/status"), "503");
    EXPECT_EQ(response.at("/data/results/1/code"), "61060905");
    EXPECT_EQ(response.at("/data/failed"), "2");
}

}  // namespace
}  // namespace coffer::api::testing
