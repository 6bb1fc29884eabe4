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
          places(movements),
          left{movements} {
        text.reserve(movements * usual_bytes);
    }

    /// Movement `index` was declined, or could not be read.
    void declined(std::size_t index, const Problem& problem, bool replayed);
    /// Begins the result of one that took effect; the caller appends its transaction and calls
    /// end() before any other result is begun.
    [[nodiscard]] std::string& begin(std::size_t index, int status, bool replayed);
    void end(std::size_t index);

    /// `,"data":{…}`; once nothing is left.
    void append_to(std::string& out) const;

    Reply reply;
    access::PrincipalRef principal;
    /// The results in the order in which they came, in one piece; and where each begins and ends,
    /// by its movement's place in the request.
    std::string text;
    struct Place {
        std::size_t at = 0;
        std::size_t end = 0;
    };
    std::vector<Place> places;
    std::size_t left;
    std::size_t succeeded = 0;

private:
    static constexpr std::size_t usual_bytes = 512;  // of a transaction with short texts

    void open(std::size_t index, int status, std::uint32_t code);
    void close(std::size_t index);
};

}  // namespace coffer::api
