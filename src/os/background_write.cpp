#include "os/background_write.h"

#include <cerrno>

#include <libaio.h>

#include "base/ensure.h"

namespace coffer::os {

struct BackgroundWrite::Kernel {
    Kernel() = default;
    Kernel(const Kernel&) = delete;
    Kernel& operator=(const Kernel&) = delete;
    ~Kernel() {
        if (context != nullptr) ::io_destroy(context);  // waits for what is under way
    }

    io_context_t context = nullptr;
    int wake_descriptor = -1;
    iocb control{};
};

std::unique_ptr<BackgroundWrite> BackgroundWrite::make(int wake_descriptor) {
    auto kernel = std::make_unique<Kernel>();
    kernel->wake_descriptor = wake_descriptor;
    if (::io_setup(1, &kernel->context) != 0) {
        kernel->context = nullptr;
        return nullptr;
    }
    return std::unique_ptr<BackgroundWrite>{new BackgroundWrite{std::move(kernel)}};
}

BackgroundWrite::BackgroundWrite(std::unique_ptr<Kernel> kernel) : kernel_{std::move(kernel)} {}

BackgroundWrite::~BackgroundWrite() = default;

bool BackgroundWrite::begin(int descriptor, std::uint64_t offset, Bytes bytes) {
    ENSURE(!under_way_);
    iocb& control = kernel_->control;
    // libaio takes a pointer to mutable memory for both directions.
    ::io_prep_pwrite(&control, descriptor, const_cast<std::uint8_t*>(bytes.data()), bytes.size(),
                     static_cast<long long>(offset));
    ::io_set_eventfd(&control, kernel_->wake_descriptor);
    iocb* controls[] = {&control};
    under_way_ = ::io_submit(kernel_->context, 1, controls) == 1;
    return under_way_;
}

void BackgroundWrite::take(long at_least) {
    io_event event{};
    int got = 0;
    do {
        timespec at_once{};
        got = ::io_getevents(kernel_->context, at_least, 1, &event,
                             at_least == 0 ? &at_once : nullptr);
    } while (got == -EINTR);
    ENSURE(got == 0 || got == 1);
    if (got == 0) return;
    under_way_ = false;
    // The kernel's signed answer in libaio's unsigned field.
    result_ = static_cast<std::int64_t>(event.res);
}

bool BackgroundWrite::ended() {
    if (under_way_) take(0);
    return !under_way_;
}

std::int64_t BackgroundWrite::end() {
    if (under_way_) take(1);
    ENSURE(!under_way_);
    return result_;
}

}  // namespace coffer::os
