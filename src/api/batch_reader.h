#pragma once

#include "api/batch_request.h"
#include "api/body_reader.h"
#include "api/movement_reader.h"

namespace coffer::api {

/// Turns the bodies of POST /wallets/batch into commands. One thread; keeps its memory from one
/// body to the next.
class BatchReader {
public:
    /// `currencies`: the book's, which know all there are from the start on.
    BatchReader(const money::CurrencyTable& currencies, const Hash& cursor_key)
        : currencies_{currencies}, cursors_{cursor_key} {}

    void read(BatchRequest& request);

private:
    [[nodiscard]] std::optional<Problem> read_movement(JsonObject& movement,
                                                       const BatchRequest& request,
                                                       engine::Arena& texts, engine::Item& item);
    /// Whether it could be read; if not, its outcome is in the answer.
    bool read_next(JsonObject& movement, BatchRequest& request, BatchAnswer& answer,
                   std::uint32_t place);

    const money::CurrencyTable& currencies_;
    MovementReader movements_;
    BodyReader body_;
    Sha256 sha256_;
    Cursors cursors_;
};

}  // namespace coffer::api
