#include <cstdio>

#include "app/commands.h"

namespace coffer::app {

int fail_with(const Fault& fault) {
    std::fprintf(stderr, "coffer: %s\n", fault.message.c_str());
    switch (fault.kind) {
        using enum Fault::Kind;
        case configuration:
        case busy: return exit_usage;
        case storage_unavailable:
        case storage_full:
        case storage_corrupt: return exit_storage;
    }
    return exit_storage;
}

}  // namespace coffer::app
