// covers: H11
// Bearer tokens. Two kinds of inputs: one with a line break is a header and claims that we sign, so
// that the readers behind the signature are reached; any other is a token as it comes, and none of
// those is accepted unless its code is right.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "access/forge_test.h"
#include "access/token_judge.h"
#include "base/ensure.h"

namespace coffer::access {
namespace {

// Made once: the key files of a run lie in a folder of their own.
TokenJudge& judge() {
    static forge::Folder folder;
    static const std::string file = folder.write("secret", forge::secret);
    static TokenJudge made = [] {
        auto trust = Trust::load(
            {forge::strict_issuer({{.algorithm = Algorithm::hs256, .file = file, .kid = "*"}})});
        ENSURE(trust.ok());
        return TokenJudge{*trust, {}};
    }();
    return made;
}

bool equal(const TokenJudge::Judgement& a, const TokenJudge::Judgement& b) {
    if (a.index() != b.index()) return false;
    if (const auto* refusal = std::get_if<TokenRefusal>(&a)) {
        return *refusal == std::get<TokenRefusal>(b);
    }
    const auto* one = std::get_if<Principal>(&a);
    if (one == nullptr) return true;
    const auto& other = std::get<Principal>(b);
    return one->tenant == other.tenant && one->subject == other.subject &&
           one->application == other.application && one->permissions == other.permissions &&
           one->roles == other.roles && one->is_admin == other.is_admin &&
           one->crosses_tenants == other.crosses_tenants && one->expires_at == other.expires_at;
}

void expect_sane(const Principal& who, std::string_view token) {
    ENSURE(!who.tenant.empty() && who.tenant.size() <= 128);
    ENSURE(!who.subject.empty() && who.subject.size() <= 128);
    ENSURE(who.tenant == "t1" || who.tenant == "t2");
    ENSURE(!who.crosses_tenants);
    const auto end = token.rfind('.');
    ENSURE(forge::with_hmac(std::string{token.substr(0, end)}) == token);
}

void one_token(const std::string& token) {
    const auto judgement = judge().judge(token, forge::now, TokenJudge::Dear::checked);
    ENSURE(equal(judgement, judge().judge(token, forge::now, TokenJudge::Dear::checked)));
    if (const auto* who = std::get_if<Principal>(&judgement)) {
        expect_sane(*who, token);
        std::string changed = token;
        changed.back() = changed.back() == 'A' ? 'Q' : 'A';
        ENSURE(!std::holds_alternative<Principal>(
            judge().judge(changed, forge::now, TokenJudge::Dear::checked)));
    }
}

}  // namespace
}  // namespace coffer::access

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace coffer::access;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto line = text.find('\n');
    if (line == std::string_view::npos) {
        one_token(std::string{text});
    } else {
        one_token(
            forge::hs256(std::string{text.substr(0, line)}, std::string{text.substr(line + 1)}));
    }
    return 0;
}
