#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "http/server.h"

namespace coffer::http {

/// The requests that one thread has read between two waits, copied, on their way to the thread that
/// answers them. Reused: in a steady state it allocates nothing.
class Round {
public:
    struct Entry {
        Request request;  ///< its views point into this round
        Exchange exchange;
    };

    void add(const Request& request, Exchange exchange);
    /// Once, when all are in: from now on the entries may be read.
    std::span<Entry> seal();
    [[nodiscard]] std::span<const Entry> entries() const { return entries_; }
    [[nodiscard]] bool empty() const { return entries_.empty(); }
    void clear();

private:
    struct Block {
        std::unique_ptr<char[]> bytes;
        std::size_t size = 0;
    };
    [[nodiscard]] char* room_for(std::size_t bytes);

    std::vector<Entry> entries_;
    std::vector<Header> headers_;  // of all entries, one after the other
    std::vector<Block> blocks_;
    std::size_t block_ = 0;     // the one that is being filled
    std::size_t block_at_ = 0;  // how far
};

/// Responses on their way back to the thread that has the connections.
struct AnswerPack {
    struct End {
        Exchange exchange;
        std::size_t at = 0;  ///< in `bytes`, behind its response
    };
    std::string bytes;
    std::vector<End> ends;

    void clear();
};

}  // namespace coffer::http
