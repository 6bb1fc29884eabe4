#include "api/router.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <set>

#include "api/openapi.h"

namespace coffer::api {
namespace {

using http::Method;

TEST(Router, finds_every_row_of_its_table) {
    std::set<Route> seen;
    for (const RouteRow& row : route_table()) {
        std::string path{row.path};
        const std::size_t tenant = path.find("{tenant_id}");
        const bool has_tenant = tenant != std::string::npos;
        if (has_tenant) path.replace(tenant, path.find('}') - tenant + 1, "a%20tenant");
        const std::size_t open = path.find('{');
        const bool has_id = open != std::string::npos;
        if (has_id) path.replace(open, path.find('}') - open + 1, "an%20id");
        const Match match = match_route(row.method, path);
        EXPECT_EQ(match.how, Match::How::found) << row.path;
        EXPECT_EQ(match.route, row.route) << row.path;
        EXPECT_EQ(match.id, has_id ? "an%20id" : "") << row.path;
        EXPECT_EQ(match.tenant, has_tenant ? "a%20tenant" : "") << row.path;
        // Two routes are also served as older documents spell them.
        const bool older =
            row.path == "/admin/wallets/{user_id}/adjust" || row.path == "/internal/wallets/refund";
        EXPECT_EQ(seen.insert(row.route).second, !older) << row.path;
    }
    EXPECT_EQ(seen.size() + 2, route_count) << "options and none have no row";
}

TEST(Router, serves_the_api_under_every_base_and_the_system_at_the_root_only) {
    for (const std::string_view base : base_paths()) {
        const std::string prefix{base};
        EXPECT_EQ(match_route(Method::post, prefix + "/wallets/u/deposit").route, Route::deposit);
        EXPECT_EQ(match_route(Method::get, prefix + "/livez").how, Match::How::no_path);
        EXPECT_EQ(match_route(Method::get, prefix).how, Match::How::no_path);
        EXPECT_EQ(match_route(Method::get, prefix + prefix + "/wallets/u").how,
                  Match::How::no_path);
    }
}

TEST(Router, prefers_literals_to_user_ids) {
    EXPECT_EQ(match_route(Method::post, "/wallets/transfer").route, Route::transfer);
    const Match read = match_route(Method::get, "/wallets/transfer");
    EXPECT_EQ(read.how, Match::How::no_method);
    EXPECT_EQ(read.path, "/wallets/transfer");
    EXPECT_EQ(match_route(Method::get, "/wallets/transfer/balance").id, "transfer");
}

TEST(Router, knows_no_other_paths) {
    for (const std::string_view path : {"/",
                                        "",
                                        "//",
                                        "/wallets/",
                                        "/wallets//balance",
                                        "/wallets/u/",
                                        "/wallets/u/balance/",
                                        "/Wallets/u",
                                        "/wallets/u/Balance",
                                        "/wallets/u/nothing",
                                        "/wallets/./u/balance",
                                        "/admin/wallets/",
                                        "/admin",
                                        "/api/v1",
                                        "/api/v1/",
                                        "/metricsx",
                                        "/livez/",
                                        "*",
                                        "/wallets/u/deposit/x",
                                        "wallets/u",
                                        "/api/v1wallets/u"}) {
        EXPECT_EQ(match_route(Method::get, path).how, Match::How::no_path) << path;
    }
}

TEST(Router, names_the_methods_of_a_path) {
    EXPECT_EQ(allowed_methods("/admin/wallets/{wallet_id}"), "PUT, DELETE, OPTIONS");
    EXPECT_EQ(allowed_methods("/wallets/{user_id}"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(match_route(Method::patch, "/wallets/u").how, Match::How::no_method);
    EXPECT_EQ(match_route(Method::put, "/wallets").how, Match::How::no_method);
    EXPECT_EQ(match_route(Method::head, "/wallets/u").route, Route::read_wallet);
    EXPECT_EQ(match_route(Method::head, "/wallets/u/deposit").how, Match::How::no_method);
    EXPECT_EQ(match_route(Method::options, "/wallets/u").how, Match::How::options);
    EXPECT_EQ(match_route(Method::options, "*").how, Match::How::options);
    EXPECT_EQ(match_route(Method::options, "/nowhere").how, Match::How::no_path);
}

TEST(Router, is_what_openapi_describes_and_nothing_else) {
    simdjson::dom::parser parser;
    simdjson::dom::object paths;
    ASSERT_EQ(parser.parse(std::string{openapi_json()})["paths"].get(paths), simdjson::SUCCESS);
    std::set<std::string> described;
    for (const auto path : paths) {
        simdjson::dom::object operations;
        ASSERT_EQ(path.value.get(operations), simdjson::SUCCESS);
        for (const auto operation : operations) {
            std::string_view id;
            ASSERT_EQ(operation.value["operationId"].get(id), simdjson::SUCCESS) << path.key;
            // An older spelling of the path has a name of its own there.
            id = id.substr(0, id.find("_as_before"));
            described.insert(std::string{operation.key} + ' ' + std::string{path.key} + ' ' +
                             std::string{id});
        }
    }
    std::set<std::string> routed;
    for (const RouteRow& row : route_table()) {
        std::string method{http::to_text(row.method)};
        for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
        routed.insert(method + ' ' + std::string{row.path} + ' ' + std::string{to_text(row.route)});
    }
    EXPECT_EQ(described, routed);
}

}  // namespace
}  // namespace coffer::api
