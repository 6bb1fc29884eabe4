#include "app/settings_issuer.h"

#include "access/keys.h"

namespace coffer::app {
namespace {

using Wrong = std::optional<std::string>;

Wrong read_algorithm(const std::string& text, access::Algorithm& algorithm) {
    const auto known = access::parse_algorithm(text);
    if (!known) {
        return "the algorithm '" + text +
               "' is none of HS256, RS256, PS256, PS384, PS512, ES256, ES384, EdDSA";
    }
    algorithm = *known;
    return std::nullopt;
}

Wrong read_issuer_key(const toml::table& table, access::KeyConfig& key) {
    for (const auto& [name, value] : table) {
        const auto* text = value.as_string();
        if (text == nullptr) return "a [[issuer.keys]] entry takes texts only";
        if (name == "algorithm") {
            if (auto wrong = read_algorithm(text->get(), key.algorithm.emplace())) return wrong;
        } else if (name == "file") {
            key.file = text->get();
        } else if (name == "kid") {
            key.kid = text->get();
        } else {
            return "[[issuer.keys]] takes algorithm, file and kid, not " + std::string{name.str()};
        }
    }
    if (key.file.empty()) return "[[issuer.keys]] needs a file";
    return std::nullopt;
}

Wrong read_tenants(const toml::node& value, std::vector<std::string>& tenants) {
    std::vector<std::string> texts;
    if (!texts_of(value, texts)) return "tenants takes a list of texts, or \"*\" for all";
    if (texts.empty()) return "tenants = [] would be nobody; write \"*\" for all tenants";
    if (texts != std::vector<std::string>{"*"}) tenants = std::move(texts);
    return std::nullopt;
}

Wrong read_algorithms(const toml::node& value, std::vector<access::Algorithm>& algorithms) {
    std::vector<std::string> texts;
    if (!texts_of(value, texts)) return "algorithms takes a list of texts";
    for (const std::string& text : texts) {
        if (auto wrong = read_algorithm(text, algorithms.emplace_back())) return wrong;
    }
    return std::nullopt;
}

Wrong read_keys(const toml::array& entries, std::vector<access::KeyConfig>& keys) {
    for (const auto& entry : entries) {
        if (auto wrong = read_issuer_key(*entry.as_table(), keys.emplace_back())) return wrong;
    }
    return std::nullopt;
}

/// A truth or nothing.
bool read_truth(const toml::node& value, bool& truth) {
    const auto* said = value.as_boolean();
    if (said != nullptr) truth = said->get();
    return said != nullptr;
}

bool read_text(const toml::node& value, std::string& text) {
    const auto* said = value.as_string();
    if (said != nullptr) text = said->get();
    return said != nullptr;
}

Wrong read_member(std::string_view name, const toml::node& value, access::IssuerConfig& issuer) {
    std::string file;
    if (name == "tenants") return read_tenants(value, issuer.tenants);
    if (name == "algorithms") return read_algorithms(value, issuer.algorithms);
    if (name == "keys" && value.is_array_of_tables()) {
        return read_keys(*value.as_array(), issuer.keys);
    }
    if (name == "issuer" && read_text(value, issuer.issuer)) return std::nullopt;
    if (name == "audiences" && texts_of(value, issuer.audiences)) return std::nullopt;
    if (name == "platform" && read_truth(value, issuer.platform)) return std::nullopt;
    if (name == "require_at_jwt" && read_truth(value, issuer.require_at_jwt)) return std::nullopt;
    if (name == "name" && read_text(value, issuer.name)) return std::nullopt;
    if (name == "jwks_url" && read_text(value, issuer.jwks_url)) return std::nullopt;
    if (name == "discovery" && read_truth(value, issuer.discovery)) return std::nullopt;
    if (name == "ca_file" && read_text(value, issuer.ca_file)) return std::nullopt;
    if (name == "insecure_loopback" && read_truth(value, issuer.insecure_loopback)) {
        return std::nullopt;
    }
    if (name == "secret_file" && read_text(value, file)) {
        issuer.keys.push_back({access::Algorithm::hs256, file, "*"});
        return std::nullopt;
    }
    if (name == "public_key_file" && read_text(value, file)) {
        issuer.keys.push_back({std::nullopt, file, "*"});
        return std::nullopt;
    }
    return "unknown or mistyped key '" + std::string{name} + "' in [[issuer]]";
}

}  // namespace

bool texts_of(const toml::node& node, std::vector<std::string>& texts) {
    if (const auto* text = node.as_string()) {
        texts.push_back(text->get());
    } else if (const auto* number = node.as_integer()) {
        texts.push_back(std::to_string(number->get()));
    } else if (const auto* truth = node.as_boolean()) {
        texts.push_back(truth->get() ? "true" : "false");
    } else if (const auto* list = node.as_array()) {
        for (const auto& item : *list) {
            if (item.is_array() || !texts_of(item, texts)) return false;
        }
    } else {
        return false;
    }
    return true;
}

Wrong read_issuer(const toml::table& table, access::IssuerConfig& issuer) {
    for (const auto& [name, value] : table) {
        if (auto wrong = read_member(name.str(), value, issuer)) return wrong;
    }
    return std::nullopt;
}

}  // namespace coffer::app
