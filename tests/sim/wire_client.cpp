#include "tests/sim/wire_client.h"

#include "base/ensure.h"

namespace coffer::tests::sim {

void WireClient::move_bytes(const Options& options, Chance& chance, Marks& marks) {
    if (!wire_ || wire_->reset) return;
    std::size_t out = unsent_.size();
    if (out > 0 && options.has(Trouble::pieces) && chance.percent(70)) {
        out = chance.below(out + 1);
        if (out < unsent_.size()) marks.note(Mark::request_in_pieces);
    }
    wire_->to_server.append(unsent_, 0, out);
    unsent_.erase(0, out);

    if (options.has(Trouble::slow_readers)) {
        wire_->client_window_bytes = 256;
        if (wire_->to_client.size() == 256) marks.note(Mark::slow_reader);
        if (chance.percent(50)) return;
    }
    std::size_t in = wire_->to_client.size();
    if (in > 0 && options.has(Trouble::pieces) && chance.percent(50)) {
        in = chance.below(in + 1);
        if (in < wire_->to_client.size()) marks.note(Mark::answer_in_pieces);
    }
    received_.append(wire_->to_client, 0, in);
    wire_->to_client.erase(0, in);
}

std::optional<Answer> WireClient::take_answer() {
    const std::size_t head = received_.find("\r\n\r\n");
    if (head == std::string::npos) return std::nullopt;
    const std::size_t length_at = received_.find("Content-Length:");
    ENSURE(length_at < head);
    const std::size_t length = std::stoul(received_.substr(length_at + 15, 20));
    const std::size_t end = head + 4 + length;
    if (received_.size() < end) return std::nullopt;
    const std::string_view headers = std::string_view{received_}.substr(0, head);
    Answer answer{.status = std::stoi(received_.substr(9, 3)),
                  .is_repeat = headers.find("Idempotency-Replayed: true") != headers.npos,
                  .body = received_.substr(head + 4, length)};
    const bool closes = headers.find("Connection: close") != headers.npos;
    received_.erase(0, end);
    // There was one question, so there is one answer.
    ENSURE(received_.empty());
    if (closes) disconnect();
    return answer;
}

}  // namespace coffer::tests::sim
