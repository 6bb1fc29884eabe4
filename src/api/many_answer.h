#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "access/principal.h"
#include "api/reply.h"
#include "api/wording.h"
#include "engine/store.h"

namespace coffer::api {

/// The answer to a request that is many commands, while theirs come in, in any order.
class ManyAnswer {
public:
    ManyAnswer(const Reply& its_reply, access::PrincipalRef its_principal, std::size_t commands)
        : reply{its_reply},
          principal{std::move(its_principal)},
          left{commands},
          commands_{commands} {}
    virtual ~ManyAnswer() = default;
    ManyAnswer(const ManyAnswer&) = delete;
    ManyAnswer& operator=(const ManyAnswer&) = delete;

    /// Command `index` was declined, or could not be read. Of this and applied() one call a
    /// command.
    virtual void declined(std::size_t index, const Problem& problem, bool replayed) = 0;
    virtual void applied(std::size_t index, const engine::Applied& applied,
                         const Wording& wording) = 0;
    /// See engine::Answers::keep(): if true, settled() or declined() comes instead of applied().
    [[nodiscard]] virtual bool keep(std::size_t /*index*/, const wallet::Record& /*record*/,
                                    const Wording& /*wording*/) {
        return false;
    }
    virtual void settled(std::size_t /*index*/) { unreachable_value(); }
    /// `,"data":{…}`; once nothing is left. Needs nothing but itself, so any thread may call it.
    virtual void append_to(std::string& out) const = 0;

    [[nodiscard]] std::size_t commands() const { return commands_; }

    Reply reply;
    access::PrincipalRef principal;
    std::size_t left;  ///< commands without an outcome

    // Of an answer that another thread renders: what it appends to.
    std::optional<Replier::Open> ahead;
    std::string rendered;

private:
    std::size_t commands_;
};

}  // namespace coffer::api
