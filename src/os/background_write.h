#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.h"

namespace coffer::os {

/// One write at a time that the kernel carries out while the caller goes on: Linux AIO (io_submit),
/// which is in the background only for descriptors with O_DIRECT, and that container runtimes
/// allow where they forbid io_uring. Beginning costs 10 to 15 µs, most of it the device's doorbell.
class BackgroundWrite {
public:
    /// `wake_descriptor`: an eventfd that every end adds to. Null where the kernel has no AIO or
    /// all of it is taken (fs.aio-max-nr).
    [[nodiscard]] static std::unique_ptr<BackgroundWrite> make(int wake_descriptor);
    ~BackgroundWrite();
    BackgroundWrite(const BackgroundWrite&) = delete;
    BackgroundWrite& operator=(const BackgroundWrite&) = delete;

    /// False: nothing was begun. `bytes` must stay until end().
    [[nodiscard]] bool begin(int descriptor, std::uint64_t offset, Bytes bytes);
    [[nodiscard]] bool ended();
    /// Waits. Bytes written, or a negative errno.
    [[nodiscard]] std::int64_t end();

private:
    struct Kernel;
    explicit BackgroundWrite(std::unique_ptr<Kernel> kernel);
    /// Takes the event if it is there; `at_least` 1 waits for it.
    void take(long at_least);

    std::unique_ptr<Kernel> kernel_;
    bool under_way_ = false;
    std::int64_t result_ = 0;
};

}  // namespace coffer::os
