#include "api/wallet_list_routes.h"

#include "access/decide_access.h"
#include "api/list_query.h"
#include "api/wallet_dto.h"

namespace coffer::api {
namespace {

std::optional<Problem> parse(const Ask& ask, std::string_view route, std::string_view user,
                             engine::Item& item, Remembered& remembered) {
    engine::ListWallets list{.tenant = ask.texts.copy(ask.principal.tenant),
                             .user = ask.texts.copy(user)};
    if (const std::string_view text = ask.query[Parameter::status]; !text.empty()) {
        list.status = wallet::parse_wallet_status(text);
        if (!list.status) {
            return Problem{Error::choice_invalid,
                           {{"field", "status"}, {"allowed", "active, frozen, closed"}}};
        }
    }
    BindingBuilder binding{ask.sha256};
    binding.add(list.tenant).add(list.user).add(route);
    binding.add(list.status ? static_cast<std::int64_t>(*list.status) : 0);
    remembered.binding = binding.finish();
    if (auto problem = read_place(ask, remembered)) return problem;
    const ListPlace& place = remembered.place;
    list.before = static_cast<std::uint32_t>(place.before_seq);
    list.skip = place.before_seq == 0 ? place.rows_before : 0;
    list.rows_max = place.page_size;
    item = list;
    return std::nullopt;
}

}  // namespace

std::optional<Problem> parse_list_wallets(const Ask& ask, engine::Item& item,
                                          Remembered& remembered) {
    const auto of_tenant = access::decide_access(ask.principal, access::Action::read_tenant, "");
    const bool all = of_tenant == access::Access::allowed;
    return parse(ask, "wallets", all ? std::string_view{} : std::string_view{ask.principal.subject},
                 item, remembered);
}

std::optional<Problem> parse_list_tenant_wallets(const Ask& ask, engine::Item& item,
                                                 Remembered& remembered) {
    return parse(ask, "admin/wallets", {}, item, remembered);
}

void render_wallets(const Rendering& rendering, const engine::Answer& answer) {
    const auto& page = std::get<engine::WalletPage>(answer);
    std::string& out = rendering.out;
    out += R"(,"items":[)";
    for (std::size_t i = 0; i < page.rows.size(); ++i) {
        if (i > 0) out += ',';
        append_wallet(out, page.rows[i], rendering.wording);
    }
    ListPlace next = rendering.remembered.place;
    next.rows_before += page.rows.size();
    if (!page.rows.empty()) next.before_seq = page.rows.back().number.value;
    append_list_end(rendering, page.total, page.more && !page.rows.empty() ? &next : nullptr);
}

}  // namespace coffer::api
