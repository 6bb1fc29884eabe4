#include "tests/crash/book.h"

#include "tests/crash/seeded_random.h"

namespace coffer::tests::crash {

store_embedded::EmbeddedOptions store_options() {
    store_embedded::EmbeddedOptions options;
    options.segment_bytes = store_embedded::segment_bytes_min;
    options.background = false;
    return options;
}

OpenedStore open_store(os::FileSystem& files, os::Clock& clock) {
    SeededRandom random{seed()};
    return Store::open(files, clock, random, store_options());
}

void set_clock(FakeClock& clock, std::int64_t round) {
    clock.wall_ms = 1'760'000'000'000 + round * 7;
    clock.monotonic_ms = 5'000 + round * 7;
}

namespace {

/// Somebody who makes history.
class Author {
public:
    explicit Author(std::string name) {
        book_.name = std::move(name);
        book_.disk = std::make_unique<os::SimulatedDisk>();
        set_clock(clock_, 0);
        auto opened = open_store(*book_.disk, clock_);
        ENSURE(opened.ok());
        store_ = std::move(*opened);
    }

    void write(const Ask& ask) {
        set_clock(clock_, ++book_.rounds);
        const Told told = ask_one(*store_, ask);
        ENSURE(told.took_effect());
        book_.model.enter(ask, told);
        book_.script.learn(ask, told);
        if (!ask.reference.empty()) book_.kept.push_back({ask, told});
    }

    void history() {
        write(open_wallet("bob"));
        write(deposit("alice", "100.00").ref("before-1").saying("the first money"));
        write(deposit("bob", "20.00").ref("before-2"));
        write(freeze("alice", "10.00").ref("before-3").saying("until it is clear"));
        write(withdraw("alice", "5.00").ref("before-4"));
    }

    void checkpoint() {
        store_->checkpoint_now();
        while (store_->figures().checkpoints == 0) poll(*store_);
    }

    void fill_to_the_brim() {
        std::unique_ptr<os::SimulatedDisk> before;
        Book book;
        for (int i = 0;; ++i) {
            before = book_.disk->crash_image(1);
            book = Book{book_.name, nullptr, book_.model, book_.script, book_.kept, book_.rounds};
            write(deposit("alice", "1.00")
                      .ref("fill-" + std::to_string(i))
                      .saying(std::string(300, 'x')));
            if (store_->journal().next_batch_position() % store_options().segment_bytes == 0) break;
        }
        store_.reset();
        book_ = std::move(book);
        book_.disk = std::move(before);
    }

    Book done() {
        store_.reset();
        if (book_.kept.size() > 3) {
            book_.kept = {book_.kept.front(), book_.kept[book_.kept.size() / 2], book_.kept.back()};
        }
        return std::move(book_);
    }

private:
    Book book_;
    FakeClock clock_;
    std::unique_ptr<Store> store_;
};

}  // namespace

Book empty_folder() {
    Book book;
    book.name = "an empty folder";
    book.is_nothing = true;
    book.disk = std::make_unique<os::SimulatedDisk>();
    return book;
}

Book fresh_book() { return Author{"a new book"}.done(); }

Book book_with_history() {
    Author author{"a book with history"};
    author.history();
    return author.done();
}

Book book_with_checkpoint() {
    Author author{"a book with a checkpoint"};
    author.history();
    author.checkpoint();
    author.write(deposit("alice", "3.00").ref("after-the-checkpoint"));
    author.write(freeze("alice", "2.00"));
    return author.done();
}

Book book_at_the_brim() {
    Author author{"a book at the end of a segment"};
    author.history();
    author.fill_to_the_brim();
    return author.done();
}

}  // namespace coffer::tests::crash
