// covers: H11
// A request's header section. The first byte says how the rest is cut: the answer must not depend
// on it. What is accepted is printed again from its parts and must read back as the same request.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/ensure.h"
#include "http/head_parser.h"
#include "http/head_scan.h"

namespace coffer::http {
namespace {

struct Judged {
    HeadScan::Found found;
    std::optional<Refusal> refusal;
    std::vector<char> section;  // exactly as long as the head, so that reading on is seen
    std::unique_ptr<Head> head = std::make_unique<Head>();
};

HeadScan::Found scan_in_steps(std::string_view bytes, std::size_t step) {
    HeadScan scan;
    for (std::size_t end = std::min(step, bytes.size());;
         end = std::min(end + step, bytes.size())) {
        const std::vector<char> arrived(bytes.begin(), bytes.begin() + std::ptrdiff_t(end));
        const auto found = scan.scan({arrived.data(), arrived.size()}, Limits{});
        if (found.refusal || found.head_bytes != 0 || end == bytes.size()) return found;
    }
}

Judged judge(std::string_view bytes) {
    Judged judged;
    judged.found = scan_in_steps(bytes, std::max<std::size_t>(bytes.size(), 1));
    judged.refusal = judged.found.refusal;
    if (judged.refusal || judged.found.head_bytes == 0) return judged;
    judged.section.assign(bytes.begin(), bytes.begin() + judged.found.head_bytes);
    judged.refusal = parse_head(judged.section, *judged.head);
    if (!judged.refusal) judged.refusal = judge_head(*judged.head);
    return judged;
}

std::string print(const Head& head) {
    std::string text{head.method_text};
    text.append(" ").append(head.request.target);
    text += head.is_http_1_1 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n";
    for (const Header& header : head.request.headers) {
        text.append(header.name).append(": ").append(header.value).append("\r\n");
    }
    return text + "\r\n";
}

void expect_equal(const Head& a, const Head& b) {
    ENSURE(a.request.method == b.request.method && a.request.target == b.request.target);
    ENSURE(a.request.path == b.request.path && a.request.query == b.request.query);
    ENSURE(a.request.keep_alive == b.request.keep_alive);
    ENSURE(a.request.authorization == b.request.authorization);
    ENSURE(a.request.authorization_count == b.request.authorization_count);
    ENSURE(a.host == b.host && a.chunked == b.chunked);
    ENSURE(a.content_length == b.content_length && a.wants_continue == b.wants_continue);
    ENSURE(a.header_count == b.header_count);
    for (std::size_t i = 0; i < a.header_count; ++i) {
        ENSURE(a.headers[i].name == b.headers[i].name);
        ENSURE(a.headers[i].value == b.headers[i].value);
    }
}

void one_input(std::string_view bytes, std::size_t step) {
    const Judged first = judge(bytes);
    const auto cut = scan_in_steps(bytes, step);
    ENSURE(cut.head_bytes == first.found.head_bytes && cut.refusal == first.found.refusal);
    if (first.found.head_bytes == 0 || first.refusal) return;

    const Head& head = *first.head;
    ENSURE(!head.chunked || head.content_length_count == 0);
    ENSURE(head.content_length_count <= 1 && head.transfer_encoding_count <= 1);
    ENSURE(head.header_count <= Limits{}.headers);
    const Judged again = judge(print(head));
    ENSURE(!again.refusal && again.found.head_bytes != 0);
    expect_equal(head, *again.head);
}

}  // namespace
}  // namespace coffer::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    coffer::http::one_input(bytes, data[0] % 64u + 1);
    return 0;
}
