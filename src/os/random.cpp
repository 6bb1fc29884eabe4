#include "os/random.h"

#include <sys/random.h>

#include <cerrno>

namespace coffer::os {
namespace {

class SystemRandom final : public Random {
public:
    Result<Ok, Fault> fill(std::span<std::uint8_t> into) override {
        std::size_t done = 0;
        while (done < into.size()) {
            const ssize_t got = getrandom(into.data() + done, into.size() - done, 0);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) {
                return Fault{Fault::Kind::configuration,
                             "the kernel gives no random bytes (getrandom failed)"};
            }
            done += static_cast<std::size_t>(got);
        }
        return Ok{};
    }
};

}  // namespace

Random& system_random() {
    static SystemRandom random;
    return random;
}

}  // namespace coffer::os
