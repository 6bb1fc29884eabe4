// Any bytes, cut anywhere: no crash, no hang, and the same answers as in one piece. The first two
// bytes say where to cut.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ensure.h"
#include "http/server_fixture.h"

namespace {

using namespace coffer::http::testing;

std::string converse(std::string_view bytes, std::size_t cut) {
    Bench bench;
    auto wire = bench.connect();
    wire->to_server = bytes.substr(0, cut);
    bench.rounds(3);
    wire->to_server += bytes.substr(cut);
    wire->client_finished = true;
    std::string received;
    for (int i = 0; i < 2'000 && !wire->closed; ++i) bench.round();
    ENSURE(wire->closed);
    received = wire->take();
    // 100 Continue is owed only while the body has not come, so it depends on the cut.
    const std::string_view interim = "HTTP/1.1 100 Continue\r\n\r\n";
    for (auto at = received.find(interim); at != std::string::npos; at = received.find(interim))
        received.erase(at, interim.size());
    return received;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 2, size - 2};
    const std::size_t cut = bytes.empty() ? 0 : (data[0] * 256u + data[1]) % bytes.size();
    ENSURE(converse(bytes, bytes.size()) == converse(bytes, cut));
    return 0;
}
