#pragma once

#include <string>
#include <vector>

#include "access/principal.h"
#include "api/envelope.h"
#include "api/reply.h"

namespace coffer::api {

/// The answer to POST /wallets/batch while its movements come in, in any order.
struct BatchAnswer {
    BatchAnswer(const Reply& its_reply, access::PrincipalRef its_principal, std::size_t movements)
        : reply{its_reply},
          principal{std::move(its_principal)},
          results(movements),
          left{movements} {}

    /// Movement `index` was declined, or could not be read.
    void declined(std::size_t index, const Problem& problem, bool replayed);
    /// Begins the result of one that took effect; the caller appends its transaction and calls
    /// end(). The text lives as long as this.
    [[nodiscard]] std::string& begin(std::size_t index, int status, bool replayed);
    void end(std::size_t index);

    /// `,"data":{…}`; once nothing is left.
    void append_to(std::string& out) const;

    Reply reply;
    access::PrincipalRef principal;
    std::vector<std::string> results;  ///< by place in the request
    std::size_t left;
    std::size_t succeeded = 0;
};

}  // namespace coffer::api
