#pragma once

#include <array>
#include <cstddef>
#include <type_traits>

#include "base/ensure.h"

namespace coffer {

/// A short list with a named bound and no allocation. Elements are trivially copyable values; the
/// unused rest is never touched, so an empty list costs one word. Passing the bound is our bug.
template <class Value, std::size_t capacity_max>
class InlineVector {
    static_assert(std::is_trivially_copyable_v<Value> && std::is_trivially_destructible_v<Value>);

public:
    InlineVector() {}
    InlineVector(const InlineVector& other) { *this = other; }
    InlineVector& operator=(const InlineVector& other) {
        size_ = other.size_;
        for (std::size_t i = 0; i < size_; ++i) values_[i] = other.values_[i];
        return *this;
    }

    void push_back(const Value& value) {
        ENSURE(size_ < capacity_max);
        values_[size_++] = value;
    }
    /// One more element to be filled in place; its content is whatever was there.
    Value& add() {
        ENSURE(size_ < capacity_max);
        return values_[size_++];
    }
    void clear() { size_ = 0; }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] static constexpr std::size_t capacity() { return capacity_max; }
    [[nodiscard]] const Value& operator[](std::size_t i) const {
        ENSURE(i < size_);
        return values_[i];
    }
    [[nodiscard]] Value& operator[](std::size_t i) {
        ENSURE(i < size_);
        return values_[i];
    }
    const Value* begin() const { return values_.data(); }
    const Value* end() const { return values_.data() + size_; }
    Value* begin() { return values_.data(); }
    Value* end() { return values_.data() + size_; }

private:
    std::size_t size_ = 0;
    union {
        std::array<Value, capacity_max> values_;
    };
};

}  // namespace coffer
