#pragma once

#include <string>
#include <vector>

#include "api/many_answer.h"

namespace coffer::api {

/// The answer to POST /wallets/batch while its movements come in, in any order.
class BatchAnswer final : public ManyAnswer {
public:
    BatchAnswer(const Reply& its_reply, access::PrincipalRef its_principal, std::size_t movements)
        : ManyAnswer{its_reply, std::move(its_principal), movements}, places_(movements) {
        text_.reserve(movements * usual_bytes);
    }

    void declined(std::size_t index, const Problem& problem, bool replayed) override;
    void applied(std::size_t index, const engine::Applied& applied,
                 const Wording& wording) override;
    void append_to(std::string& out) const override;

private:
    static constexpr std::size_t usual_bytes = 512;  // of a transaction with short texts
    struct Place {
        std::size_t at = 0;
        std::size_t end = 0;
    };

    void open(std::size_t index, int status, std::uint32_t code);
    void close(std::size_t index);

    /// The results in the order in which they came, in one piece; and where each begins and ends,
    /// by its movement's place in the request.
    std::string text_;
    std::vector<Place> places_;
    std::size_t succeeded_ = 0;
};

}  // namespace coffer::api
