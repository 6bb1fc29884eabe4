// covers: H11
// The configuration file. The same text has the same answer; what is accepted is printed as TOML
// again and must give the same settings.
#include <sys/mman.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "app/settings_file.h"
#include "base/ensure.h"

namespace coffer::app {
namespace {

/// A file in memory that has a path.
class MemoryFile {
public:
    explicit MemoryFile(std::string_view text) : descriptor_{::memfd_create("settings", 0)} {
        ENSURE(descriptor_ >= 0);
        ENSURE(::write(descriptor_, text.data(), text.size()) == std::ssize(text));
    }
    ~MemoryFile() { ::close(descriptor_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    [[nodiscard]] std::string path() const {
        return "/proc/self/fd/" + std::to_string(descriptor_);
    }

private:
    int descriptor_;
};

std::string describe(const std::vector<std::string>& texts) {
    std::string all;
    for (const auto& text : texts) all += std::to_string(text.size()) + ":" + text;
    return all;
}

// All options as CLI11 would write them, and the issuers.
std::string describe(const CLI::App& command, const Settings& settings) {
    std::string all = command.config_to_str(true);
    for (const auto& issuer : settings.issuers) {
        all += describe({issuer.issuer, issuer.platform ? "platform" : ""}) +
               describe(issuer.audiences) + describe(issuer.tenants);
        for (const auto& key : issuer.keys) all += describe({key.file, key.kid});
    }
    return all;
}

/// What became of the settings, or "" for a refused file.
std::string apply(std::string_view text) {
    const MemoryFile file{text};
    CLI::App command;
    Settings settings;
    add_serve_options(command, settings);
    if (!apply_settings_file(file.path(), command, settings)) return "";
    return describe(command, settings);
}

void one_input(std::string_view text) {
    const std::string settings = apply(text);
    ENSURE(settings == apply(text));
    if (settings.empty()) return;
    std::ostringstream printed;
    printed << toml::parse(text);
    ENSURE(settings == apply(printed.str()));
}

}  // namespace
}  // namespace coffer::app

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    coffer::app::one_input({reinterpret_cast<const char*>(data), size});
    return 0;
}
