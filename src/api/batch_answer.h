#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "api/many_answer.h"
#include "api/movement_dto.h"
#include "engine/batch.h"

namespace coffer::api {

/// The answer to POST /wallets/batch while its movements come in, in any order. What they came to
/// is kept as rows and becomes JSON in one go at the end, on whatever thread.
class BatchAnswer final : public ManyAnswer {
public:
    BatchAnswer(const Reply& its_reply, access::PrincipalRef its_principal, std::size_t movements)
        : ManyAnswer{its_reply, std::move(its_principal), movements},
          texts{std::max<std::size_t>(4096, movements * usual_text_bytes)},
          outcomes_(movements) {
        rows_.reserve(movements);
    }

    void declined(std::size_t index, const Problem& problem, bool replayed) override;
    void applied(std::size_t index, const engine::Applied& applied,
                 const Wording& wording) override;
    [[nodiscard]] bool keep(std::size_t index, const wallet::Record& record,
                            const Wording& wording) override;
    void settled(std::size_t index) override;
    void append_to(std::string& out) const override;

    /// What the commands' texts are copied to. They are named until the answer is given.
    engine::Arena texts;

private:
    static constexpr std::size_t usual_text_bytes = 256;  // of a command and its row

    /// Apart from the rows, which are large and not looked at again until they are rendered.
    struct Outcome {
        enum class What : std::uint8_t { none, kept, succeeded, replayed, declined };
        What what = What::none;
        std::uint32_t at = 0;  // in rows_, or in declined_
    };

    std::vector<Outcome> outcomes_;  // by place in the request
    std::vector<TransactionRow> rows_;
    std::vector<std::string_view> declined_;  // JSON
    std::size_t succeeded_ = 0;
    std::string scratch_;
};

}  // namespace coffer::api
