#include "http/acceptor.h"

#include <utility>

#include "http/tokens.h"

namespace coffer::http {
namespace {

constexpr std::int64_t ns_in_ms = 1'000'000;
constexpr std::size_t accepts_a_round = 64;

}  // namespace

Result<Ok, Fault> Acceptor::listen(std::unique_ptr<os::Listener> listener, std::uint8_t tag) {
    const std::uint64_t token = own_bit | listener_bit | listeners_.size();
    auto added = poller_.add(listener->descriptor(), token, os::Interest::read);
    if (added) listeners_.push_back({std::move(listener), tag});
    return added;
}

void Acceptor::close() {
    again_at_ = never;
    for (auto& listening : listeners_) poller_.remove(listening.listener->descriptor());
    listeners_.clear();
}

void Acceptor::on_event(std::uint64_t token, std::int64_t now) {
    const auto index = static_cast<std::uint32_t>(token);
    for (std::size_t i = 0; i < accepts_a_round; ++i) {
        if (index >= listeners_.size()) return;  // closed since
        os::Accepted accepted = listeners_[index].listener->accept();
        switch (accepted.how) {
            case os::Accepted::How::none: return;
            case os::Accepted::How::exhausted: return pause(now);
            case os::Accepted::How::connection:
                if (!take_(std::move(accepted), listeners_[index].tag)) return pause(now);
                break;
        }
    }
}

void Acceptor::look(std::int64_t now) {
    if (now < again_at_) return;
    again_at_ = never;
    set_interest(os::Interest::read);
}

void Acceptor::pause(std::int64_t now) {
    if (again_at_ == never) {
        ++pauses_;
        set_interest(os::Interest::none);
    }
    again_at_ = now + pause_ms_ * ns_in_ms;
}

void Acceptor::set_interest(os::Interest interest) {
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
        poller_.change(listeners_[i].listener->descriptor(), own_bit | listener_bit | i, interest);
    }
}

}  // namespace coffer::http
