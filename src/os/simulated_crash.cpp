// What SimulatedDisk does to itself on request: power cuts, troubles, images and damage.
#include <algorithm>

#include "base/ensure.h"
#include "os/simulated_disk.h"
#include "os/simulated_state.h"

namespace coffer::os {
namespace {

/// Decides, unsynced thing by unsynced thing, what is kept. Besides coins of several weights there
/// are the patterns that find most: nothing, everything, a beginning, an end.
class Survivors {
public:
    Survivors(std::uint64_t seed, std::uint64_t things) : state_{seed} {
        if (seed < 2) {
            pattern_ = seed == 0 ? Pattern::nothing : Pattern::everything;
            return;
        }
        constexpr Pattern patterns[] = {Pattern::half, Pattern::few,       Pattern::most,
                                        Pattern::half, Pattern::beginning, Pattern::end};
        pattern_ = patterns[random() % std::size(patterns)];
        cut_ = things == 0 ? 0 : random() % (things + 1);
    }

    bool keep() {
        const std::uint64_t number = seen_++;
        switch (pattern_) {
            case Pattern::nothing: return false;
            case Pattern::everything: return true;
            case Pattern::half: return random() % 2 == 0;
            case Pattern::few: return random() % 8 == 0;
            case Pattern::most: return random() % 8 != 0;
            case Pattern::beginning: return number < cut_;
            case Pattern::end: return number >= cut_;
        }
        return false;
    }

private:
    enum class Pattern { nothing, everything, half, few, most, beginning, end };

    std::uint64_t random() {  // splitmix64
        std::uint64_t z = state_ += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    Pattern pattern_ = Pattern::nothing;
    std::uint64_t state_;
    std::uint64_t cut_ = 0;
    std::uint64_t seen_ = 0;
};

/// Visits each sector (or part of one) that a write touched.
template <class Visit>
void for_each_tear(const UnsyncedWrite& write, Visit visit) {
    std::uint64_t at = write.offset;
    const std::uint64_t end = write.offset + write.count;
    while (at < end) {
        const std::uint64_t next = std::min(end, (at / tear_bytes + 1) * tear_bytes);
        visit(at, next - at);
        at = next;
    }
}

std::uint64_t tears_in(const SimulatedNode& node) {
    std::uint64_t count = node.lost_pages.size() * (SparseBytes::block_bytes / tear_bytes);
    for (const UnsyncedWrite& write : node.unsynced) count += write.count / tear_bytes + 1;
    return count;
}

/// The file as the power cut leaves it. Its length is the durable one or any that a kept write
/// needs.
SparseBytes survivor(const SimulatedNode& node, Survivors& survivors) {
    SparseBytes left = node.durable;
    const auto room_for = [&](std::uint64_t end) {
        if (left.size() < end) left.resize(end);
    };
    for (const std::uint64_t page : node.lost_pages) {
        const std::uint64_t at = page * SparseBytes::block_bytes;
        for (std::uint64_t i = 0; i < SparseBytes::block_bytes; i += tear_bytes) {
            if (at + i >= node.readable.size() || !survivors.keep()) continue;
            const std::uint64_t count =
                std::min<std::uint64_t>(tear_bytes, node.readable.size() - at - i);
            room_for(at + i + count);
            left.copy_from(node.readable, at + i, count);
        }
    }
    static constexpr std::uint8_t zeros[tear_bytes] = {};
    for (const UnsyncedWrite& write : node.unsynced) {
        for_each_tear(write, [&](std::uint64_t at, std::uint64_t count) {
            if (!survivors.keep()) return;
            room_for(at + count);
            left.write(at, write.bytes.empty()
                               ? Bytes{zeros, count}
                               : Bytes{write.bytes}.subspan(at - write.offset, count));
        });
    }
    return left;
}

/// Copies nodes so that two names of one file stay two names of one file.
class NodeCopies {
public:
    template <class Make>
    NodePointer of(const NodePointer& node, Make make) {
        if (!node) return nullptr;
        for (const auto& [original, copy] : made_) {
            if (original == node.get()) return copy;
        }
        made_.emplace_back(node.get(), make(*node));
        return made_.back().second;
    }

private:
    std::vector<std::pair<const SimulatedNode*, NodePointer>> made_;
};

void drop_names_without_folder(Names& names) {
    std::erase_if(names, [&](const auto& name) {
        const std::string_view folder = folder_of(name.first);
        return !folder.empty() && names.find(folder) == names.end();
    });
}

}  // namespace

std::unique_ptr<SimulatedDisk> SimulatedDisk::crash_image(std::uint64_t seed) const {
    std::lock_guard hold{state_->mutex};
    std::uint64_t things = state_->unsynced.size();
    for (const auto& [path, node] : state_->readable) things += tears_in(*node);
    Survivors survivors{seed, things};

    Names names = state_->durable;
    for (const UnsyncedName& change : state_->unsynced) {
        if (survivors.keep()) apply_change(names, change);
    }
    drop_names_without_folder(names);

    auto image = std::make_shared<State>();
    NodeCopies copies;
    for (auto& [path, node] : names) {
        node = copies.of(node, [&](const SimulatedNode& original) {
            auto copy = std::make_shared<SimulatedNode>();
            copy->is_folder = original.is_folder;
            copy->durable = survivor(original, survivors);
            copy->readable = copy->durable;
            return copy;
        });
    }
    image->readable = names;
    image->durable = std::move(names);
    return std::unique_ptr<SimulatedDisk>{new SimulatedDisk{std::move(image)}};
}

std::unique_ptr<SimulatedDisk> SimulatedDisk::after_process_death() const {
    std::lock_guard hold{state_->mutex};
    auto next = std::make_shared<State>();
    NodeCopies copies;
    const auto copy = [&](const NodePointer& node) {
        return copies.of(node, [](const SimulatedNode& original) {
            return std::make_shared<SimulatedNode>(original);
        });
    };
    for (const auto& [path, node] : state_->readable) next->readable[path] = copy(node);
    for (const auto& [path, node] : state_->durable) next->durable[path] = copy(node);
    for (const UnsyncedName& change : state_->unsynced) {
        next->unsynced.push_back({change.removed, change.added, copy(change.node)});
    }
    return std::unique_ptr<SimulatedDisk>{new SimulatedDisk{std::move(next)}};
}

std::uint64_t SimulatedDisk::steps() const {
    std::lock_guard hold{state_->mutex};
    return state_->steps;
}

void SimulatedDisk::lose_power_at(std::uint64_t step) {
    std::lock_guard hold{state_->mutex};
    state_->power_lost_at = step;
}

bool SimulatedDisk::has_power() const {
    std::lock_guard hold{state_->mutex};
    return state_->has_power;
}

void SimulatedDisk::fail_at(std::uint64_t step, Trouble trouble, Lasting lasting) {
    std::lock_guard hold{state_->mutex};
    state_->trouble = trouble;
    state_->trouble_from = step;
    state_->trouble_to = lasting == Lasting::once ? step : UINT64_MAX;
}

void SimulatedDisk::heal() {
    std::lock_guard hold{state_->mutex};
    state_->trouble_from = state_->trouble_to = 0;
    state_->reads_fail = state_->is_full = false;
}

void SimulatedDisk::set_full(bool full) {
    std::lock_guard hold{state_->mutex};
    state_->is_full = full;
}

void SimulatedDisk::fail_reads(bool fail) {
    std::lock_guard hold{state_->mutex};
    state_->reads_fail = fail;
}

namespace {

template <class Change>
void change_both(const NodePointer& node, Change change) {
    ENSURE(node && !node->is_folder);
    change(node->readable);
    if (node->durable.size() == node->readable.size()) {
        change(node->durable);
    } else {
        node->durable = node->readable;
    }
}

}  // namespace

void SimulatedDisk::flip_bit(std::string_view path, std::uint64_t bit) {
    std::lock_guard hold{state_->mutex};
    change_both(state_->find(path), [&](SparseBytes& bytes) {
        std::uint8_t byte = 0;
        ENSURE(bytes.read(bit / 8, {&byte, 1}) == 1);
        byte = static_cast<std::uint8_t>(byte ^ (1U << (bit % 8)));
        bytes.write(bit / 8, {&byte, 1});
    });
}

void SimulatedDisk::overwrite(std::string_view path, std::uint64_t offset, Bytes bytes) {
    std::lock_guard hold{state_->mutex};
    change_both(state_->find(path), [&](SparseBytes& into) {
        if (into.size() < offset + bytes.size()) into.resize(offset + bytes.size());
        into.write(offset, bytes);
    });
}

void SimulatedDisk::copy_within(std::string_view path, std::uint64_t from, std::uint64_t to,
                                std::uint64_t count) {
    const std::vector<std::uint8_t> all = content(path);
    overwrite(path, to, Bytes{all}.subspan(from, count));
}

void SimulatedDisk::truncate(std::string_view path, std::uint64_t size) {
    std::lock_guard hold{state_->mutex};
    const NodePointer node = state_->find(path);
    ENSURE(node && !node->is_folder);
    node->readable.resize(size);
    node->durable = node->readable;
    node->unsynced.clear();
    node->lost_pages.clear();
}

void SimulatedDisk::delete_file(std::string_view path) {
    std::lock_guard hold{state_->mutex};
    ENSURE(state_->find(path));
    state_->readable.erase(state_->readable.find(path));
    if (const auto found = state_->durable.find(path); found != state_->durable.end()) {
        state_->durable.erase(found);
    }
}

void SimulatedDisk::rename_file(std::string_view from, std::string_view to) {
    std::lock_guard hold{state_->mutex};
    const NodePointer node = state_->find(from);
    ENSURE(node);
    for (Names* names : {&state_->readable, &state_->durable}) {
        apply_change(*names, {std::string{from}, std::string{to}, node});
    }
}

void SimulatedDisk::put_file(std::string_view path, Bytes bytes) {
    std::lock_guard hold{state_->mutex};
    auto node = std::make_shared<SimulatedNode>();
    node->readable.resize(bytes.size());
    node->readable.write(0, bytes);
    node->durable = node->readable;
    state_->readable[std::string{path}] = node;
    state_->durable[std::string{path}] = node;
}

std::vector<std::uint8_t> SimulatedDisk::content(std::string_view path) const {
    std::lock_guard hold{state_->mutex};
    const NodePointer node = state_->find(path);
    ENSURE(node && !node->is_folder);
    std::vector<std::uint8_t> bytes(node->readable.size());
    node->readable.read(0, bytes);
    return bytes;
}

}  // namespace coffer::os
