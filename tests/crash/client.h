#pragma once

#include <string>
#include <vector>

#include "engine/store.h"
#include "tests/ask.h"

namespace coffer::tests::crash {

/// What a client keeps of an answer: enough to say whether two answers are the same.
struct Told {
    enum class Kind { nothing, applied, replayed, refused, found, failed };
    Kind kind = Kind::nothing;
    std::string text;  ///< every number of the record or the wallet; of a refusal its reason
    wallet::PublicId wallet;
    wallet::PublicId hold;
    engine::Failed::Kind failed{};

    /// It saw something that is durable: a crash may not take it back.
    [[nodiscard]] bool acknowledged() const {
        return kind != Kind::nothing && kind != Kind::failed;
    }
    [[nodiscard]] bool took_effect() const { return kind == Kind::applied; }
};

/// One round; the answers in the order of the questions. Much lighter than a Teller, and made for
/// stores without threads: what needs a reader is polled for.
[[nodiscard]] std::vector<Told> ask_all(engine::Store& store, const std::vector<Ask>& asks);
[[nodiscard]] Told ask_one(engine::Store& store, const Ask& ask);

/// A poll that waits for nothing.
void poll(engine::Store& store);

}  // namespace coffer::tests::crash
