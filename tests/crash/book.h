#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "os/simulated_disk.h"
#include "store_embedded/embedded_store.h"
#include "tests/crash/script.h"
#include "tests/fake_clock.h"

namespace coffer::tests::crash {

using Store = store_embedded::EmbeddedStore;
using OpenedStore = Result<std::unique_ptr<Store>, Fault>;

/// Small segments, no threads, the keys that belong to `seed`. Opening an empty folder twice makes
/// the same book twice.
[[nodiscard]] OpenedStore open_store(os::FileSystem& files, os::Clock& clock);
[[nodiscard]] store_embedded::EmbeddedOptions store_options();

/// A question and the answer that it got, for ever.
struct Kept {
    Ask ask;
    Told told;
};

/// A closed book to begin with, and what is known of it.
struct Book {
    std::string name;
    std::unique_ptr<os::SimulatedDisk> disk;  ///< all of it durable
    Model model;
    Script script;
    std::vector<Kept> kept;  ///< acknowledged, with references: the first, the middle, the last
    std::int64_t rounds = 0;
    bool is_nothing = false;  ///< an empty folder

    [[nodiscard]] std::unique_ptr<os::SimulatedDisk> copy() const { return disk->crash_image(1); }
};

/// The clock says the same at the same round of every repetition.
void set_clock(FakeClock& clock, std::int64_t round);

/// Nothing at all: the store's first start is part of the work.
[[nodiscard]] Book empty_folder();
/// A new book without a wallet.
[[nodiscard]] Book fresh_book();
/// alice and bob have wallets, money and one open hold.
[[nodiscard]] Book book_with_history();
/// Likewise, with a checkpoint in the middle of it.
[[nodiscard]] Book book_with_checkpoint();
/// Likewise, with more, so that the segment is used up by the next round but one.
[[nodiscard]] Book book_at_the_brim();

}  // namespace coffer::tests::crash
