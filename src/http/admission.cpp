#include "http/admission.h"

namespace coffer::http {

bool Admission::enter(const os::Address& peer) {
    const bool in_all = open_++ < limits_.connections;
    if (limits_.connections_per_address == 0) return in_all;
    const std::lock_guard lock(mutex_);
    return ++per_address_[peer.ip] <= limits_.connections_per_address && in_all;
}

void Admission::leave(const os::Address& peer) {
    --open_;
    if (limits_.connections_per_address == 0) return;
    const std::lock_guard lock(mutex_);
    const auto found = per_address_.find(peer.ip);
    if (--found->second == 0) per_address_.erase(found);
}

}  // namespace coffer::http
