#pragma once

#include "access/decide_access.h"
#include "api/ask.h"
#include "api/routes.h"

namespace coffer::api {

/// Where a request says whose affairs it is about.
enum class Target : std::uint8_t {
    path_user,    ///< {user_id}
    path_wallet,  ///< {wallet_id} or a freeze's id: nobody's own affair
    body_user,    ///< `user_id`
    body_payer,   ///< `from_user_id`
    caller,       ///< the caller's own
    path_tenant,  ///< {tenant_id}: of that tenant, nobody's own affair
    tenant,       ///< the whole tenant's: nobody's own affair
};

/// Everything about a route that needs a token or a key, in one row.
struct Operation {
    Route route;
    access::Action action;
    Target target;
    bool writes;           ///< when the store fails, its outcome may be unknown
    int status;            ///< of success
    const BodyForm* form;  ///< none: the body is ignored
    Parse parse;
    Render render;
};

/// Of an answer that is the envelope alone.
inline void render_nothing(const Rendering&, const engine::Answer&) {}

[[nodiscard]] bool needs_token(Route route);
/// The body has a list of texts, each of which is a command: service_freezes.cpp.
[[nodiscard]] bool takes_list(Route route);
/// X-API-Key, of a service.
[[nodiscard]] bool needs_key(Route route);

/// Of a route that needs one of them.
[[nodiscard]] const Operation& operation_of(Route route);

}  // namespace coffer::api
