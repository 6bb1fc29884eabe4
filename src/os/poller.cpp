#include "os/poller.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <string>

#include "base/ensure.h"

namespace coffer::os {
namespace {

constexpr std::uint64_t wake_token = ~std::uint64_t{0};
constexpr std::size_t events_max = 512;

std::uint32_t epoll_events(Interest interest) {
    std::uint32_t events = 0;
    if (interest == Interest::read || interest == Interest::read_write) events |= EPOLLIN;
    if (interest == Interest::write || interest == Interest::read_write) events |= EPOLLOUT;
    return events;
}

class EpollPoller final : public Poller {
public:
    EpollPoller(int epoll, int event) : epoll_{epoll}, event_{event} {}
    ~EpollPoller() override {
        ::close(event_);
        ::close(epoll_);
    }

    Result<Ok, Fault> add(int descriptor, std::uint64_t token, Interest interest) override {
        epoll_event event{.events = epoll_events(interest), .data = {.u64 = token}};
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0) return Ok{};
        return Fault{Fault::Kind::busy,
                     std::string("cannot wait for a descriptor: ") + ::strerror(errno)};
    }

    void change(int descriptor, std::uint64_t token, Interest interest) override {
        epoll_event event{.events = epoll_events(interest), .data = {.u64 = token}};
        ENSURE(::epoll_ctl(epoll_, EPOLL_CTL_MOD, descriptor, &event) == 0);
    }

    void remove(int descriptor) override {
        epoll_event event{};
        ENSURE(::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, &event) == 0);
    }

    std::span<Ready> wait(std::int64_t timeout_ns, std::span<Ready> into) override {
        constexpr std::int64_t ns_in_ms = 1'000'000;
        constexpr std::int64_t timeout_ms_max = 3'600'000;
        const int timeout_ms = timeout_ns < 0
                                   ? -1
                                   : static_cast<int>(std::min(
                                         timeout_ms_max, (timeout_ns + ns_in_ms - 1) / ns_in_ms));
        const auto room = static_cast<int>(std::min(into.size(), events_max));
        const int count = ::epoll_wait(epoll_, events_.data(), room, timeout_ms);
        ENSURE(count >= 0 || errno == EINTR);

        std::size_t filled = 0;
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = events_[static_cast<std::size_t>(i)];
            if (event.data.u64 == wake_token) {
                take_wake();
                continue;
            }
            const bool broken = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
            into[filled++] = {.token = event.data.u64,
                              .readable = broken || (event.events & EPOLLIN) != 0,
                              .writable = (event.events & EPOLLOUT) != 0,
                              .broken = broken};
        }
        return into.first(filled);
    }

    int wake_descriptor() const override { return event_; }

    void wake() override {
        // One write for any number of calls between two waits.
        if (woken_.exchange(true, std::memory_order_acq_rel)) return;
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(event_, &one, sizeof one);
    }

private:
    void take_wake() {
        // Read before clearing: a wake() in between is seen by the caller of this wait, who looks
        // for work after it; one that comes later writes again.
        std::uint64_t count = 0;
        [[maybe_unused]] const auto taken = ::read(event_, &count, sizeof count);
        woken_.store(false, std::memory_order_release);
    }

    int epoll_;
    int event_;
    std::atomic<bool> woken_{false};
    std::array<epoll_event, events_max> events_{};
};

}  // namespace

Result<std::unique_ptr<Poller>, Fault> make_poller() {
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    const int event = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (epoll < 0 || event < 0) {
        const std::string reason = ::strerror(errno);
        if (epoll >= 0) ::close(epoll);
        if (event >= 0) ::close(event);
        return Fault{Fault::Kind::busy,
                     "cannot make an event loop: " + reason + "; raise the limit of open files"};
    }
    auto poller = std::make_unique<EpollPoller>(epoll, event);
    if (auto added = poller->add(event, wake_token, Interest::read); !added) return added.error();
    return std::unique_ptr<Poller>{std::move(poller)};
}

}  // namespace coffer::os
