#include "app/signals.h"

#include <pthread.h>
#include <time.h>

#include <cerrno>
#include <utility>

namespace coffer::app {

Signals::Signals(Hangup hangup) {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    if (hangup == Hangup::taken) {
        sigaddset(&set_, SIGHUP);
        ::signal(SIGHUP, SIG_DFL);  // nohup has it ignored, and what is ignored is not waited for
    }
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
}

void Signals::watch(Actions actions) {
    actions_ = std::move(actions);
    thread_ = std::thread{[this] { run(); }};
}

void Signals::unwatch() {
    if (!thread_.joinable()) return;
    done_.store(true);
    pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
}

void Signals::run() {
    const timespec day{.tv_sec = 86'400};
    for (;;) {
        const int number = ::sigtimedwait(&set_, nullptr, &day);
        if (done_.load()) return;
        if (number == SIGHUP) {
            actions_.on_reload();
        } else if (number > 0) {
            asked_.store(true);
            actions_.on_stop();
        } else if (errno == EAGAIN) {
            actions_.on_day();
        }
    }
}

}  // namespace coffer::app
