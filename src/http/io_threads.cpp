#include "http/io_threads.h"

#include <algorithm>
#include <utility>

#include "http/tokens.h"

namespace coffer::http {

IoThreads::IoThreads(ServerOptions options, os::Clock& clock, os::Poller& poller, Handler& handler)
    : options_{std::move(options)},
      clock_{clock},
      poller_{poller},
      handler_{handler},
      admission_{std::make_shared<Admission>(options_.limits)},
      inbox_{poller},
      acceptor_{poller, options_.limits.accept_pause_ms,
                [this](os::Accepted accepted, std::uint8_t tag) {
                    return take(std::move(accepted), tag);
                }} {}

Result<Ok, Fault> IoThreads::start_threads() {
    while (threads_.size() < options_.io_threads) {
        auto poller = os::make_poller();
        if (!poller) return poller.error();
        threads_.push_back({.io = std::make_unique<IoThread>(
                                options_, clock_, std::move(*poller), handler_, admission_, inbox_,
                                static_cast<std::uint16_t>(threads_.size()))});
    }
    return Ok{};
}

Result<Ok, Fault> IoThreads::listen(std::unique_ptr<os::Listener> listener, std::uint8_t tag) {
    if (const auto started = start_threads(); !started) return started;
    return acceptor_.listen(std::move(listener), tag);
}

bool IoThreads::take(os::Accepted accepted, std::uint8_t tag) {
    const auto by_load = [](const Thread& a, const Thread& b) {
        return a.io->load() < b.io->load();
    };
    std::min_element(threads_.begin(), threads_.end(), by_load)
        ->io->take_connection(std::move(accepted), tag);
    return !admission_->full();
}

std::size_t IoThreads::poll(std::int64_t timeout_ns) {
    if (acceptor_.next_at() != Acceptor::never) {
        const std::int64_t left =
            std::max<std::int64_t>(0, acceptor_.next_at() - clock_.monotonic_ns());
        timeout_ns = timeout_ns < 0 ? left : std::min(timeout_ns, left);
    }
    const auto ready = poller_.wait(inbox_.bell.may_sleep() ? timeout_ns : 0, events_);
    inbox_.bell.awake();
    ++polls_;
    for (const os::Ready& event : ready) {
        if ((event.token & own_bit) == 0) {
            handler_.on_ready(event);
        } else {
            acceptor_.on_event(event.token, clock_.monotonic_ns());
        }
    }
    if (acceptor_.next_at() != Acceptor::never) acceptor_.look(clock_.monotonic_ns());

    std::size_t requests = 0;
    inbox_.take(rounds_);
    for (auto& round : rounds_) {
        for (const Round::Entry& entry : round->entries()) {
            ++requests;
            handler_.on_request(entry.request, entry.exchange);
        }
        const std::uint16_t thread = round->entries().front().exchange.thread;
        threads_[thread].io->give_back(std::move(round));
    }
    rounds_.clear();
    return requests;
}

void IoThreads::flush() {
    for (Thread& thread : threads_) {
        if (!thread.answers->ends.empty()) thread.io->take_answers(thread.answers);
    }
}

std::string& IoThreads::begin_answer(Exchange exchange) {
    return threads_[exchange.thread].answers->bytes;
}

void IoThreads::end_answer(Exchange exchange) {
    AnswerPack& answers = *threads_[exchange.thread].answers;
    answers.ends.push_back({exchange, answers.bytes.size()});
}

void IoThreads::begin_drain() {
    if (draining_) return;
    draining_ = true;
    acceptor_.close();
    for (Thread& thread : threads_) thread.io->begin_drain();
}

bool IoThreads::drained() const {
    return draining_ && std::all_of(threads_.begin(), threads_.end(),
                                    [](const Thread& thread) { return thread.io->drained(); });
}

const Counters& IoThreads::counters() {
    counters_ = Counters{};
    for (const Thread& thread : threads_) counters_ += thread.io->counters();
    counters_.rounds = polls_;
    counters_.accept_pauses += acceptor_.pauses();
    return counters_;
}

}  // namespace coffer::http
