#pragma once

#include <optional>
#include <string_view>

#include "access/principal.h"
#include "api/body_reader.h"
#include "api/cursor.h"
#include "api/problem.h"
#include "api/query_values.h"
#include "api/wording.h"
#include "engine/batch.h"
#include "engine/store.h"

namespace coffer::api {

/// One request as its route sees it: authenticated, its query and body taken apart.
struct Ask {
    const access::Principal& principal;
    std::string_view id;      ///< the path's {user_id} or {wallet_id}, decoded; lives in `texts`
    std::string_view part;    ///< the path's {freeze_id} behind a {user_id}, likewise
    std::string_view tenant;  ///< the path's {tenant_id}, else the caller's; in `texts`
    const wallet::Policy& policy;  ///< of the caller's application
    const QueryValues& query;
    const BodyReader& body;
    const money::CurrencyTable& currencies;
    Cursors& cursors;
    Sha256& sha256;
    engine::Arena& texts;  ///< of the batch: what an item points to is copied here
    /// Whose request it is, where that outlives the item: it is named then, and not copied.
    const wallet::Caller* caller = nullptr;
};

/// What an answer must know of its request, besides how it is sent.
struct Remembered {
    ListPlace place;
    ListBinding binding{};
    Balances payee = Balances::told;
};

/// One answer on its way out: the envelope is open, the route appends `,"data":…` or its items.
struct Rendering {
    std::string& out;
    const Wording& wording;
    const Remembered& remembered;
    Cursors& cursors;
};

/// Every route is two functions: a request to an item for the store, the store's answer to JSON.
using Parse = std::optional<Problem> (*)(const Ask& ask, engine::Item& item,
                                         Remembered& remembered);
using Render = void (*)(const Rendering& rendering, const engine::Answer& answer);

[[nodiscard]] wallet::Caller caller_of(const Ask& ask);

/// The `currency` of the body or the query, which may both name it if they agree.
[[nodiscard]] std::optional<Problem> read_currency(const Ask& ask, money::Currency& currency);
/// `dry_run` of the query: true, false, or not sent.
[[nodiscard]] std::optional<Problem> read_dry_run(const QueryValues& query, bool& dry_run);
[[nodiscard]] std::optional<Problem> read_amount(const Ask& ask, money::Decimal& amount);
/// A free text of the body, such as a reason; lives in `ask.texts`.
[[nodiscard]] std::optional<Problem> read_text(const Ask& ask, Field field, std::string_view& into);
/// The body's `reference_id`; likewise.
[[nodiscard]] std::optional<Problem> read_reference(const Ask& ask, std::string_view& into);

}  // namespace coffer::api
