#include "http/io_thread.h"

#include <string_view>

namespace coffer::http {

void Inbox::leave(std::unique_ptr<Round> round) {
    {
        const std::lock_guard lock(mutex_);
        rounds_.push_back(std::move(round));
    }
    bell.ring();
}

void Inbox::take(std::vector<std::unique_ptr<Round>>& into) {
    const std::lock_guard lock(mutex_);
    for (auto& round : rounds_) into.push_back(std::move(round));
    rounds_.clear();
}

IoThread::IoThread(const ServerOptions& options, os::Clock& clock,
                   std::unique_ptr<os::Poller> poller, Handler& handler,
                   std::shared_ptr<Admission> admission, Inbox& inbox, std::uint16_t index)
    : handler_{handler},
      inbox_{inbox},
      index_{index},
      poller_{std::move(poller)},
      bell_{*poller_},
      loop_{options, clock, *poller_, *this, std::move(admission), std::uint64_t{index} << 48},
      thread_{[this] { run(); }} {}

IoThread::~IoThread() {
    {
        const std::lock_guard lock(mutex_);
        mail_.stop = true;
    }
    bell_.ring();
    thread_.join();
}

void IoThread::take_connection(os::Accepted accepted, std::uint8_t tag) {
    ++connections_given_;
    {
        const std::lock_guard lock(mutex_);
        mail_.connections.emplace_back(std::move(accepted), tag);
    }
    bell_.ring();
}

void IoThread::take_answers(std::unique_ptr<AnswerPack>& answers) {
    {
        const std::lock_guard lock(mutex_);
        mail_.answers.push_back(std::move(answers));
        if (!spare_answers_.empty()) {
            answers = std::move(spare_answers_.back());
            spare_answers_.pop_back();
        }
    }
    bell_.ring();
    if (answers == nullptr) answers = std::make_unique<AnswerPack>();
}

// No bell: it is needed only when more comes.
void IoThread::give_back(std::unique_ptr<Round> round) {
    const std::lock_guard lock(mutex_);
    mail_.spare_rounds.push_back(std::move(round));
}

void IoThread::begin_drain() {
    {
        const std::lock_guard lock(mutex_);
        mail_.drain = true;
    }
    bell_.ring();
}

Counters IoThread::counters() const {
    const std::lock_guard lock(mutex_);
    return published_;
}

void IoThread::on_request(const Request& request, Exchange exchange) {
    exchange.thread = index_;
    round_->add(request, exchange);
}

// The one who could say is on another thread. Going on is always allowed (RFC 9110 10.1.1), and
// what a client may send is bounded either way.
bool IoThread::may_continue(const Request&, Exchange) { return true; }

std::size_t IoThread::body_bytes_max(const Request& head, std::size_t usual) {
    return handler_.body_bytes_max(head, usual);
}

void IoThread::run() {
    for (;;) {
        loop_.poll(bell_.may_sleep() ? -1 : 0);
        bell_.awake();
        // First of all, so that the answering thread can begin while this one sends.
        hand_over();
        if (!open_mail()) return;
        loop_.flush();
        publish();
    }
}

void IoThread::hand_over() {
    if (round_->empty()) return;
    // What came behind a request decides whether its answer may leave the connection open.
    for (Round::Entry& entry : round_->seal()) {
        entry.exchange.keep_alive = loop_.keep_alive(entry.exchange);
    }
    inbox_.leave(std::move(round_));
    if (spare_rounds_.empty()) {
        round_ = std::make_unique<Round>();
    } else {
        round_ = std::move(spare_rounds_.back());
        spare_rounds_.pop_back();
    }
}

bool IoThread::open_mail() {
    {
        const std::lock_guard lock(mutex_);
        std::swap(mail_, opened_);
    }
    if (opened_.stop) return false;
    for (auto& [accepted, tag] : opened_.connections) {
        // Out of memory for the poller: the client finds the connection closed.
        if (!loop_.adopt(std::move(accepted), tag)) ++connections_lost_;
    }
    for (auto& pack : opened_.answers) {
        std::size_t at = 0;
        for (const AnswerPack::End& end : pack->ends) {
            loop_.begin_answer(end.exchange).append(pack->bytes, at, end.at - at);
            loop_.end_answer(end.exchange);
            at = end.at;
        }
        pack->clear();
    }
    for (auto& round : opened_.spare_rounds) {
        round->clear();
        spare_rounds_.push_back(std::move(round));
    }
    if (opened_.drain) loop_.begin_drain();
    opened_.connections.clear();
    opened_.spare_rounds.clear();
    opened_.drain = false;
    return true;
}

void IoThread::publish() {
    {
        const std::lock_guard lock(mutex_);
        published_ = loop_.counters();
        for (auto& pack : opened_.answers) spare_answers_.push_back(std::move(pack));
    }
    opened_.answers.clear();
    connections_gone_ =
        connections_lost_ + published_.connections_accepted - published_.connections_open;
    if (loop_.drained() && !drained_.exchange(true)) inbox_.bell.ring();
}

}  // namespace coffer::http
