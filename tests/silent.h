#pragma once

#include "engine/store.h"

namespace coffer::tests {

/// For whoever polls a store and waits for no answer.
class Silent final : public engine::Answers {
public:
    void answer(engine::Cookie, const engine::Answer&, const engine::Names&) override {}
};

}  // namespace coffer::tests
