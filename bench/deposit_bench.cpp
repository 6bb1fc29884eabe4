// What a deposit costs the server without system calls: the bytes of a request in, head and body
// parsed, token from the cache, decided, recorded, framed, answer rendered. 256 connections in
// memory, random users, a disk that keeps nothing. For a profile without the kernel's half:
//
//     ninja -C build/release deposit_bench && perf record build/release/deposit_bench
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>

#include "access/sign.h"
#include "api/service.h"
#include "os/memory_network.h"
#include "os/simulated_disk.h"
#include "store_embedded/embedded_store.h"

namespace coffer {
namespace {

constexpr const char* secret = "an-hmac-secret-of-the-benches-0123456789abcd";

/// Keeps what is written plainly and forgets the journal's batches.
class ForgetfulFile final : public os::File {
public:
    explicit ForgetfulFile(std::unique_ptr<os::File> file) : file_{std::move(file)} {}
    Result<std::size_t, Fault> read_at(std::uint64_t at, std::span<std::uint8_t> into) override {
        return file_->read_at(at, into);
    }
    Result<Ok, Fault> write_at(std::uint64_t at, Bytes bytes) override {
        return file_->write_at(at, bytes);
    }
    Result<Ok, Fault> write_durable(std::uint64_t, Bytes) override { return Ok{}; }
    void begin_durable(std::uint64_t, Bytes) override {}
    bool durable_ended() override { return true; }
    Result<Ok, Fault> end_durable() override { return Ok{}; }
    Result<Ok, Fault> sync() override { return Ok{}; }
    Result<std::uint64_t, Fault> size() override { return file_->size(); }

private:
    std::unique_ptr<os::File> file_;
};

class ForgetfulFiles final : public os::FileSystem {
public:
    Result<std::unique_ptr<os::File>, Fault> open(std::string_view path, os::Open how) override {
        auto file = disk_.open(path, how);
        if (!file) return file.error();
        return std::unique_ptr<os::File>{std::make_unique<ForgetfulFile>(std::move(*file))};
    }
    Result<bool, Fault> exists(std::string_view path) override { return disk_.exists(path); }
    Result<std::vector<std::string>, Fault> list(std::string_view folder) override {
        return disk_.list(folder);
    }
    Result<Ok, Fault> make_folder(std::string_view path) override {
        return disk_.make_folder(path);
    }
    Result<Ok, Fault> rename(std::string_view from, std::string_view to) override {
        return disk_.rename(from, to);
    }
    Result<Ok, Fault> remove(std::string_view path) override { return disk_.remove(path); }
    Result<Ok, Fault> sync_folder(std::string_view) override { return Ok{}; }
    Result<std::unique_ptr<os::Lock>, Fault> lock(std::string_view path) override {
        return disk_.lock(path);
    }

private:
    os::SimulatedDisk disk_;
};

struct Bench {
    Bench() {
        folder = std::filesystem::temp_directory_path() / "coffer-deposit-bench";
        std::filesystem::create_directories(folder);
        const std::string path = (folder / "secret").string();
        std::ofstream{path} << secret << '\n';
        std::filesystem::permissions(
            path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        access::VerifierConfig config;
        config.issuers.push_back({.issuer = "", .keys = {{access::Algorithm::hs256, path, "*"}}});
        verifier = std::move(*access::Verifier::create(config, [] {}));
        store_embedded::EmbeddedOptions options;
        options.checkpoint_bytes = std::uint64_t{1} << 40;
        store = std::move(*store_embedded::EmbeddedStore::open(files, os::system_clock(),
                                                               os::system_random(), options));
        service = std::make_unique<api::Service>(*store, *verifier, os::system_clock(),
                                                 api::ServiceOptions{});
        server = std::make_unique<http::Server>(http::ServerOptions{}, os::system_clock(), network,
                                                *service);
        service->serve(*server);
        ENSURE(server->listen(network.listen()).ok());
        access::TokenRequest wanted{.tenant = "tnt_bench", .subject = "svc", .roles = {"admin"}};
        wanted.application = "app_bench";
        token = *access::sign_token(wanted, secret, os::system_clock().now());
        for (int i = 0; i < 256; ++i) wires.push_back(network.connect());
        for (int i = 0; i < 16; ++i) round();  // they are accepted a few at a time
    }
    ~Bench() { std::filesystem::remove_all(folder); }

    void ask(os::MemoryWire& wire) {
        const std::string body = R"({"amount":"10.00","description":"bench","reference_id":"b)" +
                                 std::to_string(1'700'000'000 + ++count) + "\"}";
        wire.to_server.append("POST /wallets/usr_")
            .append(std::to_string(random() % 100'000))
            .append("/deposit HTTP/1.1\r\nHost: 127.0.0.1:18480\r\nAuthorization: Bearer ")
            .append(token)
            .append("\r\nContent-Type: application/json\r\nContent-Length: ")
            .append(std::to_string(body.size()))
            .append("\r\n\r\n")
            .append(body);
    }

    void round() {
        server->poll(0);
        service->run_round();
        server->flush();
    }

    ForgetfulFiles files;
    os::MemoryNetwork network;
    std::filesystem::path folder;
    std::unique_ptr<access::Verifier> verifier;
    std::unique_ptr<store_embedded::EmbeddedStore> store;
    std::unique_ptr<api::Service> service;
    std::unique_ptr<http::Server> server;
    std::string token;
    std::vector<std::shared_ptr<os::MemoryWire>> wires;
    std::uint64_t count = 0;
    std::mt19937 random{1};
};

/// Seconds of server time for `rounds` rounds; what the clients do is not counted.
double serve(Bench& bench, int rounds, std::size_t connections) {
    std::int64_t server_ns = 0;
    for (int round = 0; round < rounds; ++round) {
        for (std::size_t i = 0; i < connections; ++i) bench.ask(*bench.wires[i]);
        const std::int64_t began = os::system_clock().monotonic_ns();
        bench.round();
        server_ns += os::system_clock().monotonic_ns() - began;
        for (std::size_t i = 0; i < connections; ++i) {
            const std::string answer = bench.wires[i]->take();
            if (answer.starts_with("HTTP/1.1 200")) continue;
            std::fprintf(stderr, "refused: %s\n", answer.c_str());
            std::exit(1);
        }
    }
    return static_cast<double>(server_ns) / 1e9;
}

}  // namespace
}  // namespace coffer

// Not Google Benchmark: its repetitions cannot tell the clients' time from the server's.
int main() {
    constexpr int rounds = 1'000;
    constexpr std::size_t connections = 128;
    coffer::Bench bench;
    std::vector<double> us;
    for (int part = 0; part < 21; ++part) {
        const double seconds = coffer::serve(bench, rounds, connections);
        us.push_back(seconds * 1e6 / (rounds * static_cast<double>(connections)));
    }
    us.erase(us.begin());  // fresh memory
    std::ranges::sort(us);
    std::printf("µs a deposit: least %.2f, median %.2f, most %.2f\n", us.front(), us[us.size() / 2],
                us.back());
}
