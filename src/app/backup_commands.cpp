#include <coffer_version.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "app/commands.h"
#include "app/data_folder.h"
#include "os/clock.h"
#include "os/random.h"
#include "report/copy_book.h"
#include "store_embedded/embedded_store.h"

namespace coffer::app {
namespace {

/// On one line of a terminal, or a line each in a log.
report::OnProgress progress_line(const char* what) {
    const bool terminal = isatty(STDERR_FILENO) != 0;
    return [terminal, what](const report::Progress& progress) {
        std::fprintf(stderr, terminal ? "\r%s: %s  " : "%s: %s\n", what,
                     report::to_text(progress).c_str());
    };
}

void end_progress_line() {
    if (isatty(STDERR_FILENO) != 0) std::fprintf(stderr, "\n");
}

std::string head_text(const report::BookHead& head) {
    return "epoch " + std::to_string(head.epoch) + ", sequence " + std::to_string(head.sequence) +
           ", time " + to_text(head.time) + ", hash " + to_hex(head.hash);
}

void tell_files(const CopiedFiles& files) {
    for (const std::string& name : files.keys) std::printf("key copied: %s\n", name.c_str());
    std::printf("left out: checkpoints and reference runs, which are made again\n");
    for (const std::string& name : files.left_out) {
        std::printf("left out, not of the book: %s\n", name.c_str());
    }
}

std::string backup_text(const report::CopiedBook& copied, Instant begun) {
    const report::BookHead& head = copied.head;
    return "{\n \"format\": \"coffer-backup 1\",\n \"book\": \"" + to_hex(head.book) +
           "\",\n \"epoch\": " + std::to_string(head.epoch) +
           ",\n \"sequence\": " + std::to_string(head.sequence) + ",\n \"time\": \"" +
           to_text(head.time) + "\",\n \"hash\": \"" + to_hex(head.hash) +
           "\",\n \"records\": " + std::to_string(copied.records) + ",\n \"begun_at\": \"" +
           to_text(begun) + "\",\n \"ended_at\": \"" + to_text(os::system_clock().now()) +
           "\",\n \"software\": \"coffer " COFFER_VERSION "\"\n}\n";
}

Result<Ok, Fault> back_up(const std::string& data, const std::string& to) {
    const Instant begun = os::system_clock().now();
    auto from_files = open_book(data);
    if (!from_files) return from_files.error();
    const auto unfinished = (*from_files)->exists(unfinished_name);
    if (!unfinished) return unfinished.error();
    if (*unfinished) return check_startable(**from_files);
    auto to_files = begin_copy(data, to, "a backup");
    if (!to_files) return to_files.error();
    const auto copied = report::copy_book(**from_files, **to_files, {}, progress_line("backup"));
    end_progress_line();
    if (!copied) return copied.error();
    const auto keys = copy_keys(**from_files, data, **to_files, to);
    if (!keys) return keys.error();
    if (auto said = write_whole(**to_files, backup_name, backup_text(*copied, begun)); !said) {
        return said;
    }
    if (auto ended = end_copy(**to_files); !ended) return ended;
    tell_files(*keys);
    std::printf("%llu records in %llu segments (%llu bytes) stand in %s\nhead: %s\n",
                static_cast<unsigned long long>(copied->records),
                static_cast<unsigned long long>(copied->segments),
                static_cast<unsigned long long>(copied->bytes), to.c_str(),
                head_text(copied->head).c_str());
    return Ok{};
}

/// The head that the backup was made with; nothing for a folder that `backup` did not make.
Result<std::optional<report::NotedHead>, Fault> noted_by_backup(os::FileSystem& files) {
    const auto there = files.exists(backup_name);
    if (!there) return there.error();
    if (!*there) return std::optional<report::NotedHead>{};
    const auto text = report::read_whole(files, backup_name, 64 * 1024);
    if (!text) return text.error();
    const auto heads = report::read_noted_heads(*text, backup_name);
    if (!heads) return heads.error();
    return std::optional{heads->front()};
}

/// Opens the copy once, alone: the epoch's record is written, and a checkpoint for the next start.
Result<engine::Epoch, Fault> begin_epoch(os::FileSystem& files) {
    class Nobody final : public engine::Answers {
        void answer(engine::Cookie, const engine::Answer&, const engine::Names&) override {}
    } nobody;
    store_embedded::EmbeddedOptions options;
    options.background = false;
    options.epoch_change = store_embedded::EmbeddedOptions::EpochChange::restored;
    options.log = [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); };
    auto store = store_embedded::EmbeddedStore::open(files, os::system_clock(), os::system_random(),
                                                     options);
    if (!store) return store.error();
    (*store)->checkpoint_now();
    do {
        (*store)->poll(nobody);
    } while ((*store)->busy_between_rounds());
    return (*store)->epoch();
}

struct Restoring {
    std::string from;
    std::string data;
};

/// Verifies before anything is made. Nothing: it does not hold, and has been said so.
Result<std::optional<report::VerifyReport>, Fault> judge_backup(os::FileSystem& files,
                                                                const std::string& from) {
    const auto unfinished = files.exists(unfinished_name);
    if (!unfinished) return unfinished.error();
    if (*unfinished) {
        return Fault{Fault::Kind::configuration,
                     from + " holds a backup that was not finished; take another one"};
    }
    const auto noted = noted_by_backup(files);
    if (!noted) return noted.error();
    report::VerifyOptions options;
    if (*noted) options.noted_heads.push_back(**noted);
    auto verified = report::verify(files, options, progress_line("verify"));
    end_progress_line();
    if (!verified) return verified.error();
    if (!verified->holds()) {
        std::printf("%s", report::to_text(*verified).c_str());
        return std::optional<report::VerifyReport>{};
    }
    if (!*noted) {
        std::fprintf(stderr,
                     "%s was not made by coffer backup: whether its end is missing is not known\n",
                     from.c_str());
    }
    return std::optional{std::move(verified).value()};
}

Result<int, Fault> restore(const Restoring& restoring) {
    auto from_files = open_book(restoring.from);
    if (!from_files) return from_files.error();
    const auto judged = judge_backup(**from_files, restoring.from);
    if (!judged) return judged.error();
    if (!*judged) return exit_findings;
    const report::VerifyReport& verified = **judged;
    auto to_files = begin_copy(restoring.from, restoring.data, "a restore");
    if (!to_files) return to_files.error();
    const auto copied = report::copy_book(**from_files, **to_files, {}, progress_line("copy"));
    end_progress_line();
    if (!copied) return copied.error();
    if (copied->head.sequence != verified.head_sequence ||
        copied->head.hash != verified.head_hash) {
        return Fault{Fault::Kind::configuration,
                     restoring.from + " changed while it was read: a service is writing there"};
    }
    const auto keys = copy_keys(**from_files, restoring.from, **to_files, restoring.data);
    if (!keys) return keys.error();
    const auto epoch = begin_epoch(**to_files);
    if (!epoch) return epoch.error();
    if (auto ended = end_copy(**to_files); !ended) return ended.error();
    tell_files(*keys);
    std::printf(
        "%llu records verified and restored to %s\nhead of the backup: %s\n"
        "answers given after %s are lost\n"
        "epoch %u begins; the book is read-only until coffer serve --open\n",
        static_cast<unsigned long long>(copied->records), restoring.data.c_str(),
        head_text(copied->head).c_str(), to_text(copied->head.time).c_str(), epoch->number);
    return exit_ok;
}

}  // namespace

void add_backup_command(CLI::App& coffer, int& exit_code) {
    struct Options {
        std::string data = "./data";
        std::string to;
    };
    auto options = std::make_shared<Options>();
    CLI::App* command = coffer.add_subcommand(
        "backup", "Copy a book to an empty folder, also while the service writes it");
    command->add_option("--data", options->data, "the folder of the book")
        ->envname("COFFER_DATA")
        ->capture_default_str();
    command->add_option("--to", options->to, "the folder of the backup: absent or empty")
        ->required();
    command->callback([options, &exit_code] {
        const auto done = back_up(options->data, options->to);
        exit_code = done ? exit_ok : fail_with(done.error());
    });
}

void add_restore_command(CLI::App& coffer, int& exit_code) {
    auto options = std::make_shared<Restoring>();
    options->data = "./data";
    CLI::App* command = coffer.add_subcommand(
        "restore", "Verify a backup and make a book of it, read-only until coffer serve --open");
    command->add_option("--from", options->from, "the folder of the backup")->required();
    command->add_option("--data", options->data, "the folder of the new book: absent or empty")
        ->envname("COFFER_DATA")
        ->capture_default_str();
    command->callback([options, &exit_code] {
        const auto done = restore(*options);
        exit_code = done ? *done : fail_with(done.error());
    });
}

}  // namespace coffer::app
