#pragma once

#include <cstdint>
#include <vector>

namespace coffer::api {

/// Rows that come and go in places that are used again. The generation of a place tells who was
/// there before from who is there now: it counts up whenever a row goes. Nothing is allocated once
/// it has grown; a row keeps its memory for the next one.
template <class Row>
class Slots {
public:
    struct Name {
        std::uint32_t place;
        std::uint32_t generation;
    };

    /// The generation begins anew behind `generation_max`, which is all ones.
    explicit Slots(std::uint32_t generation_max) : generation_max_{generation_max} {}

    /// As many as were ever taken at once, so the number of the next place that add() would make.
    [[nodiscard]] std::uint32_t places() const { return static_cast<std::uint32_t>(slots_.size()); }
    [[nodiscard]] bool grows() const { return free_.empty(); }

    /// A row as the one before has left it.
    [[nodiscard]] Name add() {
        if (free_.empty()) {
            free_.push_back(places());
            slots_.emplace_back();
        }
        const std::uint32_t place = free_.back();
        free_.pop_back();
        slots_[place].taken = true;
        return {place, slots_[place].generation};
    }

    /// Null: it is not there any more, or never was.
    [[nodiscard]] Row* find(Name name) {
        if (name.place >= slots_.size()) return nullptr;
        Slot& slot = slots_[name.place];
        return slot.taken && slot.generation == name.generation ? &slot.row : nullptr;
    }

    void remove(std::uint32_t place) {
        Slot& slot = slots_[place];
        slot.taken = false;
        slot.generation = (slot.generation + 1) & generation_max_;
        free_.push_back(place);
    }

    /// Of all that are there, in the order of their places; it may remove the row it is shown.
    template <class Visit>
    void visit(Visit visit) {
        for (std::uint32_t place = 0; place < places(); ++place) {
            if (slots_[place].taken)
                visit(Name{place, slots_[place].generation}, slots_[place].row);
        }
    }

private:
    struct Slot {
        Row row;
        std::uint32_t generation = 0;
        bool taken = false;
    };

    std::uint32_t generation_max_;
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_;
};

}  // namespace coffer::api
