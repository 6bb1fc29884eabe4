#include "os/simulated_disk.h"

#include <algorithm>

#include "base/ensure.h"
#include "os/simulated_state.h"

namespace coffer::os {

using State = SimulatedDisk::State;
using Step = State::Step;

namespace {

std::uint64_t page_of(std::uint64_t offset) { return offset / SparseBytes::block_bytes; }

template <class Visit>
void for_each_page(const UnsyncedWrite& write, Visit visit) {
    for (std::uint64_t page = page_of(write.offset);
         page * SparseBytes::block_bytes < write.offset + write.count; ++page) {
        visit(page);
    }
}

}  // namespace

void SimulatedNode::write(std::uint64_t offset, Bytes bytes) {
    if (bytes.empty()) return;
    if (readable.size() < offset + bytes.size()) readable.resize(offset + bytes.size());
    readable.write(offset, bytes);
    UnsyncedWrite write{offset, bytes.size(), {}};
    const bool zero =
        bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
    if (!zero) write.bytes.assign(bytes.begin(), bytes.end());
    unsynced.push_back(std::move(write));
}

void SimulatedNode::sync() {
    if (lost_pages.empty()) {
        durable = readable;
    } else {
        if (durable.size() != readable.size()) durable.resize(readable.size());
        for (const UnsyncedWrite& write : unsynced) {
            for_each_page(write, [&](std::uint64_t page) {
                // A page that was written again is dirty again, all of it.
                const std::uint64_t at = page * SparseBytes::block_bytes;
                durable.copy_from(
                    readable, at,
                    std::min<std::uint64_t>(SparseBytes::block_bytes, readable.size() - at));
                lost_pages.erase(page);
            });
        }
    }
    unsynced.clear();
}

void SimulatedNode::fail_sync() {
    for (const UnsyncedWrite& write : unsynced) {
        for_each_page(write, [&](std::uint64_t page) { lost_pages.insert(page); });
    }
    unsynced.clear();
}

std::string_view folder_of(std::string_view path) {
    const std::size_t slash = path.find_last_of('/');
    return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

void apply_change(Names& names, const UnsyncedName& change) {
    if (!change.removed.empty()) names.erase(change.removed);
    if (!change.added.empty()) names[change.added] = change.node;
}

Step State::next_step() {
    if (!has_power) return Step::power_lost;
    ++steps;
    if (steps == power_lost_at) {
        has_power = false;
        return Step::power_lost;
    }
    return steps >= trouble_from && steps <= trouble_to ? Step::fails : Step::proceed;
}

Fault State::fault(std::string_view what, std::string_view path) const {
    const std::string where = "cannot " + std::string{what} + " " + std::string{path} + ": ";
    if (!has_power) return {Fault::Kind::storage_unavailable, where + "no power"};
    const bool full = trouble == Trouble::full && what != "sync" && what != "write durably";
    if (trouble == Trouble::full) {
        return {full ? Fault::Kind::storage_full : Fault::Kind::storage_unavailable,
                where + "No space left on device"};
    }
    return {Fault::Kind::storage_unavailable, where + "Input/output error"};
}

NodePointer State::find(std::string_view path) const {
    const auto found = readable.find(path);
    return found == readable.end() ? nullptr : found->second;
}

void State::change_name(UnsyncedName change) {
    apply_change(readable, change);
    unsynced.push_back(std::move(change));
}

namespace {

Fault missing(std::string_view what, std::string_view path) {
    return {
        Fault::Kind::storage_unavailable,
        "cannot " + std::string{what} + " " + std::string{path} + ": No such file or directory"};
}

Fault no_room(std::string_view what, std::string_view path) {
    return {Fault::Kind::storage_full,
            "cannot " + std::string{what} + " " + std::string{path} + ": No space left on device"};
}

class SimulatedFile final : public File {
public:
    SimulatedFile(std::shared_ptr<State> state, NodePointer node, std::string path)
        : state_{std::move(state)}, node_{std::move(node)}, path_{std::move(path)} {}

    Result<std::size_t, Fault> read_at(std::uint64_t offset,
                                       std::span<std::uint8_t> into) override {
        std::lock_guard hold{state_->mutex};
        if (!state_->has_power) return state_->fault("read", path_);
        if (state_->reads_fail) {
            return Fault{Fault::Kind::storage_unavailable,
                         "cannot read " + path_ + ": Input/output error"};
        }
        return node_->readable.read(offset, into);
    }

    Result<Ok, Fault> write_at(std::uint64_t offset, Bytes bytes) override {
        std::lock_guard hold{state_->mutex};
        return write(offset, bytes, "write");
    }

    Result<Ok, Fault> write_durable(std::uint64_t offset, Bytes bytes) override {
        std::lock_guard hold{state_->mutex};
        if (auto wrote = write(offset, bytes, "write durably"); !wrote) return wrote;
        return sync_now();
    }

    void begin_durable(std::uint64_t offset, Bytes bytes) override {
        std::lock_guard hold{state_->mutex};
        begun_ = write(offset, bytes, "write durably");
    }
    bool durable_ended() override { return true; }
    Result<Ok, Fault> end_durable() override {
        std::lock_guard hold{state_->mutex};
        return begun_ ? sync_now() : begun_;
    }

    Result<Ok, Fault> sync() override {
        std::lock_guard hold{state_->mutex};
        return sync_now();
    }

    Result<std::uint64_t, Fault> size() override {
        std::lock_guard hold{state_->mutex};
        if (!state_->has_power) return state_->fault("examine", path_);
        return node_->readable.size();
    }

private:
    Result<Ok, Fault> write(std::uint64_t offset, Bytes bytes, std::string_view what) {
        const bool had_power = state_->has_power;
        switch (state_->next_step()) {
            case Step::proceed:
                if (state_->is_full && offset + bytes.size() > node_->readable.size()) {
                    return no_room(what, path_);
                }
                node_->write(offset, bytes);
                return Ok{};
            case Step::fails: {
                // Half of it got through, which is no multiple of a sector and need not be.
                node_->write(offset, bytes.first(bytes.size() / 2));
                if (state_->trouble == SimulatedDisk::Trouble::io_error) node_->fail_sync();
                break;
            }
            case Step::power_lost:
                if (had_power) node_->write(offset, bytes);
                break;
        }
        return state_->fault(what, path_);
    }

    Result<Ok, Fault> sync_now() {
        switch (state_->next_step()) {
            case Step::proceed: node_->sync(); return Ok{};
            case Step::fails: node_->fail_sync(); break;
            case Step::power_lost: break;
        }
        return state_->fault("sync", path_);
    }

    const std::shared_ptr<State> state_;
    const NodePointer node_;
    const std::string path_;
    Result<Ok, Fault> begun_ = Ok{};
};

class SimulatedLock final : public Lock {
public:
    SimulatedLock(std::shared_ptr<State> state, std::string path)
        : state_{std::move(state)}, path_{std::move(path)} {}
    ~SimulatedLock() override {
        std::lock_guard hold{state_->mutex};
        state_->locked.erase(path_);
    }

private:
    const std::shared_ptr<State> state_;
    const std::string path_;
};

/// A change of names, which is done, refused, or done with the power going.
Result<Ok, Fault> change_names(State& state, std::string_view what, UnsyncedName change) {
    const std::string path = change.added.empty() ? change.removed : change.added;
    const bool had_power = state.has_power;
    const Step step = state.next_step();
    if (state.is_full && !change.added.empty() && step == Step::proceed) return no_room(what, path);
    if (step == Step::proceed || (step == Step::power_lost && had_power)) {
        state.change_name(std::move(change));
    }
    if (step == Step::proceed) return Ok{};
    return state.fault(what, path);
}

}  // namespace

SimulatedDisk::SimulatedDisk() : state_{std::make_shared<State>()} {}
SimulatedDisk::SimulatedDisk(std::shared_ptr<State> state) : state_{std::move(state)} {}
SimulatedDisk::~SimulatedDisk() = default;

Result<std::unique_ptr<File>, Fault> SimulatedDisk::open(std::string_view path, Open how) {
    std::lock_guard hold{state_->mutex};
    if (!state_->has_power) return state_->fault("open", path);
    NodePointer node = state_->find(path);
    if (how == Open::create_new) {
        const std::string_view folder = folder_of(path);
        if (!folder.empty() && !state_->find(folder)) return missing("open", path);
        if (node) {
            return Fault{Fault::Kind::storage_unavailable,
                         "cannot open " + std::string{path} + ": File exists"};
        }
        node = std::make_shared<SimulatedNode>();
        if (auto made = change_names(*state_, "open", {"", std::string{path}, node}); !made) {
            return made.error();
        }
    }
    if (!node || node->is_folder) return missing("open", path);
    return std::unique_ptr<File>{
        std::make_unique<SimulatedFile>(state_, std::move(node), std::string{path})};
}

Result<bool, Fault> SimulatedDisk::exists(std::string_view path) {
    std::lock_guard hold{state_->mutex};
    if (!state_->has_power) return state_->fault("examine", path);
    return state_->find(path) != nullptr;
}

Result<std::vector<std::string>, Fault> SimulatedDisk::list(std::string_view folder) {
    std::lock_guard hold{state_->mutex};
    if (!state_->has_power) return state_->fault("list", folder);
    if (!folder.empty() && !state_->find(folder)) return missing("list", folder);
    std::vector<std::string> names;
    for (const auto& [path, node] : state_->readable) {
        if (folder_of(path) != folder) continue;
        names.push_back(path.substr(folder.empty() ? 0 : folder.size() + 1));
    }
    return names;
}

Result<Ok, Fault> SimulatedDisk::make_folder(std::string_view path) {
    std::lock_guard hold{state_->mutex};
    if (state_->find(path)) {
        return Fault{Fault::Kind::storage_unavailable,
                     "cannot make the folder " + std::string{path} + ": File exists"};
    }
    auto node = std::make_shared<SimulatedNode>();
    node->is_folder = true;
    return change_names(*state_, "make the folder", {"", std::string{path}, std::move(node)});
}

Result<Ok, Fault> SimulatedDisk::rename(std::string_view from, std::string_view to) {
    std::lock_guard hold{state_->mutex};
    ENSURE(folder_of(from) == folder_of(to));  // all our renames are, and all that is modelled
    NodePointer node = state_->find(from);
    if (!node) return missing("rename", from);
    return change_names(*state_, "rename", {std::string{from}, std::string{to}, std::move(node)});
}

Result<Ok, Fault> SimulatedDisk::remove(std::string_view path) {
    std::lock_guard hold{state_->mutex};
    if (!state_->find(path)) return missing("remove", path);
    return change_names(*state_, "remove", {std::string{path}, "", nullptr});
}

Result<Ok, Fault> SimulatedDisk::sync_folder(std::string_view folder) {
    std::lock_guard hold{state_->mutex};
    if (state_->next_step() != Step::proceed) return state_->fault("sync", folder);
    std::erase_if(state_->unsynced, [&](const UnsyncedName& change) {
        const std::string& path = change.added.empty() ? change.removed : change.added;
        if (folder_of(path) != folder) return false;
        apply_change(state_->durable, change);
        return true;
    });
    return Ok{};
}

Result<std::unique_ptr<Lock>, Fault> SimulatedDisk::lock(std::string_view path) {
    std::lock_guard hold{state_->mutex};
    if (!state_->has_power) return state_->fault("lock", path);
    if (!state_->locked.insert(std::string{path}).second) {
        return Fault{Fault::Kind::busy,
                     "another process is using this folder (it holds " + std::string{path} + ")"};
    }
    return std::unique_ptr<Lock>{std::make_unique<SimulatedLock>(state_, std::string{path})};
}

}  // namespace coffer::os
