#include "engine/batch.h"

namespace coffer::engine {

std::string_view Arena::copy(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > block_bytes / 4) {
        oversized_.push_back(std::make_unique<char[]>(text.size()));
        std::memcpy(oversized_.back().get(), text.data(), text.size());
        return {oversized_.back().get(), text.size()};
    }
    if (blocks_.empty()) blocks_.push_back(std::make_unique<char[]>(block_bytes));
    if (used_ + text.size() > block_bytes) {
        used_ = 0;
        if (++block_ == blocks_.size()) blocks_.push_back(std::make_unique<char[]>(block_bytes));
    }
    char* at = blocks_[block_].get() + used_;
    std::memcpy(at, text.data(), text.size());
    used_ += text.size();
    return {at, text.size()};
}

void Arena::clear() {
    block_ = 0;
    used_ = 0;
    oversized_.clear();
}

}  // namespace coffer::engine
