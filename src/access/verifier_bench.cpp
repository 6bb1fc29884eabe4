// What a token costs. On the engine's thread: cached and hs256; on a worker's: rs256.
#include <benchmark/benchmark.h>

#include "access/forge_test.h"
#include "access/sign.h"
#include "access/token_judge.h"

namespace coffer::access {
namespace {

struct Setting {
    forge::Folder folder;
    forge::KeyPair rsa = forge::make_rsa();
    VerifierConfig config{
        .issuers = {forge::strict_issuer(
            {{.file = folder.write("secret", forge::secret)},
             {.algorithm = Algorithm::rs256,
              .file = folder.write("public.pem", forge::public_pem(rsa), 0644)}})}};
    std::string hs256 = forge::hs256(forge::hs256_header.text(), forge::alice.text());
    std::string rs256 = forge::rs256(forge::rs256_header.text(), forge::alice.text(), rsa);
};

Setting& setting() {
    static Setting made;
    return made;
}

/// `range(0)` users take turns, so that the cache is as cold as it is with that many.
void cached(benchmark::State& state) {
    auto verifier = Verifier::create(setting().config, [] {});
    std::vector<std::string> tokens;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        const auto claims = forge::alice.with("sub", "\"user-" + std::to_string(i) + "\"");
        tokens.push_back(forge::hs256(forge::hs256_header.text(), claims.text()));
        benchmark::DoNotOptimize((*verifier)->check(tokens.back(), forge::now));
    }
    std::size_t next = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize((*verifier)->check(tokens[next], forge::now));
        if (++next == tokens.size()) next = 0;
    }
}
BENCHMARK(cached)->Arg(1)->Arg(1'000)->Arg(100'000);

void judge_token(benchmark::State& state, const std::string& token) {
    TokenJudge judge{*Trust::load(setting().config.issuers), {}};
    for (auto _ : state) {
        benchmark::DoNotOptimize(judge.judge(token, forge::now, TokenJudge::Dear::checked));
    }
}
void hs256(benchmark::State& state) { judge_token(state, setting().hs256); }
void rs256(benchmark::State& state) { judge_token(state, setting().rs256); }
BENCHMARK(hs256);
BENCHMARK(rs256);

void hmac_alone(benchmark::State& state) {
    const auto check = make_hmac_sha256_check(forge::secret);
    const std::string& token = setting().hs256;
    const std::string_view input = std::string_view{token}.substr(0, token.rfind('.'));
    const auto code = hmac_sha256(forge::secret, input);
    for (auto _ : state) benchmark::DoNotOptimize(check->matches(input, code));
}
BENCHMARK(hmac_alone);

void sign(benchmark::State& state) {
    const TokenRequest request{.tenant = "t1", .subject = "alice"};
    for (auto _ : state) {
        benchmark::DoNotOptimize(sign_token(request, forge::secret, forge::now));
    }
}
BENCHMARK(sign);

}  // namespace
}  // namespace coffer::access
