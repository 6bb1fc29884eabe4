#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/many_answer.h"

namespace coffer::api {

/// BatchFreezeResult or BatchUnfreezeResult, by the route; `texts` are the list of the request.
[[nodiscard]] std::shared_ptr<ManyAnswer> make_list_answer(const Reply& reply,
                                                           access::PrincipalRef principal,
                                                           std::span<const std::string_view> texts);

}  // namespace coffer::api
