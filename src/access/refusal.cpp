#include "access/refusal.h"

#include "base/ensure.h"

namespace coffer::access {

std::string_view message(TokenRefusal refusal) {
    switch (refusal) {
        using enum TokenRefusal;
        case too_long: return "the token is longer than this service accepts";
        case not_three_parts: return "the token is not a signed JWT in compact form";
        case encoding_invalid: return "a part of the token is not base64url without padding";
        case header_invalid: return "the token header is not a JSON object with unique names";
        case algorithm_not_accepted: return "the signing algorithm is not accepted";
        case extension_not_accepted: return "the token uses an extension that is not supported";
        case key_name_invalid: return "the key id (kid) is not a short string";
        case claims_invalid: return "the token claims are not a JSON object with unique names";
        case issuer_not_accepted: return "the issuer (iss) is not accepted";
        case type_not_accepted: return "the token type (typ) is not accepted";
        case key_unknown: return "no key of the issuer has this key id and algorithm";
        case signature_invalid: return "the signature is not valid";
        case not_an_access_token: return "the token is not an access token";
        case time_invalid: return "exp is required; exp, nbf and iat must be whole seconds";
        case expired: return "the token has expired";
        case not_valid_yet: return "the token is not valid yet";
        case lifetime_too_long: return "the token is valid for longer than this service accepts";
        case audience_not_accepted: return "the audience (aud) does not include this service";
        case subject_invalid: return "the subject (sub) is missing or not acceptable";
        case tenant_invalid: return "the tenant (tenant_id) is missing or not acceptable";
        case tenant_not_of_issuer: return "the issuer may not issue tokens for this tenant";
        case claim_invalid: return "a role, permission or application claim has the wrong type";
    }
    unreachable_value();
}

std::string_view to_text(TokenRefusal refusal) {
    switch (refusal) {
        using enum TokenRefusal;
        case too_long: return "too_long";
        case not_three_parts: return "not_three_parts";
        case encoding_invalid: return "encoding_invalid";
        case header_invalid: return "header_invalid";
        case algorithm_not_accepted: return "algorithm_not_accepted";
        case extension_not_accepted: return "extension_not_accepted";
        case key_name_invalid: return "key_name_invalid";
        case claims_invalid: return "claims_invalid";
        case issuer_not_accepted: return "issuer_not_accepted";
        case type_not_accepted: return "type_not_accepted";
        case key_unknown: return "key_unknown";
        case signature_invalid: return "signature_invalid";
        case not_an_access_token: return "not_an_access_token";
        case time_invalid: return "time_invalid";
        case expired: return "expired";
        case not_valid_yet: return "not_valid_yet";
        case lifetime_too_long: return "lifetime_too_long";
        case audience_not_accepted: return "audience_not_accepted";
        case subject_invalid: return "subject_invalid";
        case tenant_invalid: return "tenant_invalid";
        case tenant_not_of_issuer: return "tenant_not_of_issuer";
        case claim_invalid: return "claim_invalid";
    }
    unreachable_value();
}

}  // namespace coffer::access
