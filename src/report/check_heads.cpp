#include <algorithm>

#include "report/check.h"

namespace coffer::report {

HeadChecks::HeadChecks(std::vector<NotedHead> heads) : heads_{std::move(heads)} {
    std::ranges::stable_sort(heads_, {}, &NotedHead::sequence);
}

void HeadChecks::wrong(const NotedHead& head, Findings& findings, const std::string& what,
                       const std::vector<RestoreLine>& restores) {
    findings.at({0, 0, head.sequence, 0});
    std::string message = "the head noted as sequence " + std::to_string(head.sequence) +
                          (head.time ? " of " + to_text(*head.time) : std::string{}) + " " + what;
    for (const RestoreLine& restore : restores) {
        if (restore.sequence > head.sequence) continue;
        message += "; the book was restored from a backup that ends with batch " +
                   std::to_string(restore.sequence - 1) +
                   ": what was noted later may be of the "
                   "lost end";
        break;
    }
    findings.add(Rule::noted_head, "head", message);
}

void HeadChecks::batch_taken(const BatchView& batch, Findings& findings,
                             const std::vector<RestoreLine>& restores) {
    for (; next_ < heads_.size() && heads_[next_].sequence <= batch.sequence; ++next_) {
        const NotedHead& head = heads_[next_];
        if (head.sequence != batch.sequence) {
            wrong(head, findings, "names no batch", restores);
        } else if (head.hash != batch.hash) {
            wrong(head, findings, "has another hash than the book: " + to_hex(batch.hash),
                  restores);
        } else if (head.time && *head.time != batch.time) {
            wrong(head, findings, "has another time than the book: " + to_text(batch.time),
                  restores);
        } else {
            ++found_;
        }
    }
}

void HeadChecks::finish(const BookId& book, std::uint64_t last, bool read_to_end,
                        Findings& findings, const std::vector<RestoreLine>& restores) {
    for (const NotedHead& head : heads_) {
        if (head.book && *head.book != book) {
            wrong(head, findings, "is of another book", {});
        }
        if (!head.signature_fits) {
            wrong(head, findings, "carries a signature that is not one of its values", {});
        }
        if (read_to_end && head.sequence > last) {
            wrong(head, findings,
                  "is behind the end of the book, batch " + std::to_string(last) +
                      ": the end was cut off, or an older backup was restored",
                  restores);
        }
    }
}

}  // namespace coffer::report
