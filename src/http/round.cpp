#include "http/round.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/ensure.h"

namespace coffer::http {
namespace {

constexpr std::size_t block_bytes = 64 << 10;
constexpr std::size_t blocks_kept = 16;

using Text = std::string_view Request::*;
constexpr std::array<Text, 15> texts{&Request::target,
                                     &Request::path,
                                     &Request::query,
                                     &Request::body,
                                     &Request::authorization,
                                     &Request::content_type,
                                     &Request::content_encoding,
                                     &Request::accept,
                                     &Request::accept_language,
                                     &Request::idempotency_key,
                                     &Request::x_idempotency_key,
                                     &Request::x_tenant_id,
                                     &Request::x_api_key,
                                     &Request::traceparent,
                                     &Request::expect};

/// From one copy of the bytes to another.
struct Move {
    std::string_view from;
    const char* to;

    [[nodiscard]] std::string_view operator()(std::string_view text) const {
        if (text.data() == nullptr) return text;  // not sent
        if (text.empty()) return {to, 0};
        ENSURE(text.data() >= from.data() &&
               text.data() + text.size() <= from.data() + from.size());
        return {to + (text.data() - from.data()), text.size()};
    }
};

}  // namespace

void Round::add(const Request& request, Exchange exchange) {
    char* const at = room_for(request.bytes.size());
    std::memcpy(at, request.bytes.data(), request.bytes.size());
    const Move moved{request.bytes, at};
    Entry& entry = entries_.emplace_back(Entry{request, exchange});
    entry.request.bytes = {at, request.bytes.size()};
    for (const Text text : texts) entry.request.*text = moved(request.*text);
    for (const Header& header : request.headers) {
        headers_.push_back({moved(header.name), moved(header.value)});
    }
}

std::span<Round::Entry> Round::seal() {
    std::size_t at = 0;
    for (Entry& entry : entries_) {
        const std::size_t count = entry.request.headers.size();
        entry.request.headers = std::span{headers_}.subspan(at, count);
        at += count;
    }
    return entries_;
}

char* Round::room_for(std::size_t bytes) {
    while (block_ < blocks_.size() && blocks_[block_].size - block_at_ < bytes) {
        ++block_;
        block_at_ = 0;
    }
    if (block_ == blocks_.size()) {
        const std::size_t size = std::max(bytes, block_bytes);
        blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
    }
    char* const at = blocks_[block_].bytes.get() + block_at_;
    block_at_ += bytes;
    return at;
}

void Round::clear() {
    entries_.clear();
    headers_.clear();
    // A large body once must not be held for ever.
    std::erase_if(blocks_, [](const Block& block) { return block.size > block_bytes; });
    if (blocks_.size() > blocks_kept) blocks_.resize(blocks_kept);
    block_ = 0;
    block_at_ = 0;
}

void AnswerPack::clear() {
    constexpr std::size_t keep_bytes = 1 << 20;
    bytes.clear();
    if (bytes.capacity() > keep_bytes) bytes.shrink_to_fit();
    ends.clear();
}

}  // namespace coffer::http
