#pragma once

// For tests: a small ledger that writes its book as it goes, independent of the engine's.

#include <bit>
#include <map>
#include <string>

#include "report/public_id.h"
#include "report/testing_frames.h"

namespace coffer::report::testing {

/// Plays the engine with as little code as will do. One tenant a call; names are made on first use.
class BookMaker {
public:
    explicit BookMaker(std::vector<std::uint64_t> segment_sizes = {16384, 8192}) {
        for (std::size_t i = 0; i < 16; ++i) framed.book[i] = static_cast<std::uint8_t>(0xb0 + i);
        for (std::size_t i = 0; i < 32; ++i) reference_key[i] = static_cast<std::uint8_t>(i);
        for (std::size_t i = 0; i < 32; ++i) id_key[i] = static_cast<std::uint8_t>(64 + i);
        framed.segment_sizes = std::move(segment_sizes);
    }

    FramedBook framed;
    std::array<std::uint8_t, 32> reference_key{};
    std::array<std::uint8_t, 32> id_key{};
    std::int64_t time = 1'767'225'600'000;  // 2026-01-01T00:00:00Z

    /// Begins a batch; call end() behind its last record.
    void begin(std::int64_t later_ms = 1000) {
        time += later_ms;
        const std::uint64_t sequence = framed.batches.size() + 1;
        FramedBatch batch{segment_, offset_, sequence, time, {}};
        framed.batches.push_back(batch);
    }
    void end() {
        offset_ += FramedBook::sectors(batch()) * 512;
        if (offset_ > framed.segment_sizes[segment_ - 1]) std::abort();
    }
    /// The next batch stands in the next segment.
    void next_segment() {
        ++segment_;
        offset_ = 0;
    }
    [[nodiscard]] FramedBatch& batch() { return framed.batches.back(); }

    enum class Currencies { one, several };
    /// Batch 1: genesis, CNY, perhaps JPY and POINTS2, and settings with CNY as the default.
    void set_up(Currencies currencies = Currencies::several) {
        begin();
        Encoder genesis = start(1);
        genesis.raw(framed.book).raw(reference_key).raw(id_key).text("coffer test");
        add(genesis);
        currency(156, "CNY", 2);
        if (currencies == Currencies::several) {
            currency(392, "JPY", 0);
            currency(10000, "POINTS2", 3);
        }
        add(start(3).varint(1).varint(156).u8(1));
        end();
    }
    void currency(unsigned number, std::string_view code, unsigned decimals) {
        add(start(2).varint(number).text(code).u8(decimals));
    }

    void epoch(unsigned number, unsigned state) { add(start(4).varint(number).u8(state)); }

    struct Wallet {
        unsigned number = 0;
        unsigned owner = 0;
        unsigned application = 0;
        unsigned currency = 0;
        unsigned status = 1;
        Int128 available = 0;
        Int128 held = 0;
        unsigned open_holds = 0;
        unsigned transactions = 0;
        std::array<unsigned, 6> counts{};
        std::vector<std::uint64_t> positions;
        UInt128 id = 0;
    };
    struct Hold {
        UInt128 id = 0;
        unsigned wallet = 0;
        Int128 amount = 0;
        std::int64_t opened_at = 0;
        std::string reason;
    };
    std::vector<Wallet> wallets;
    std::vector<Hold> holds;

    std::string tenant = "acme";
    std::string actor = "clerk";
    std::string application = "shop";

    void open(std::string_view user, unsigned currency = 156) {
        Draft draft{10, user};
        draft.asked = currency;
        draft.opening = &opened(currency);
        draft.line(*draft.opening, 0);
        finish(draft);
    }
    void deposit(std::string_view user, Int128 amount, std::string_view reference = {},
                 std::string_view text = {}, unsigned currency = 156) {
        Draft draft{11, user, reference, text};
        draft.amount = amount;
        if (currency != 156) draft.asked = currency;
        Wallet* wallet = find(user, currency);
        if (wallet == nullptr) wallet = draft.opening = &opened(currency);
        draft.post(1, 0, nullptr);
        draft.post(2, 1, wallet);
        draft.line(*wallet, 1);
        finish(draft);
    }
    void withdraw(std::string_view user, Int128 amount, std::string_view reference = {}) {
        Draft draft{12, user, reference};
        draft.amount = amount;
        draft.asked = 156;
        Wallet& wallet = *find(user, 156);
        draft.post(2, 0, &wallet);
        draft.post(1, 1, nullptr);
        draft.line(wallet, 2);
        finish(draft);
    }
    void transfer(std::string_view payer, std::string_view payee, Int128 amount,
                  std::string_view reference = {}) {
        Draft draft{13, payer, reference, "for lunch"};
        draft.amount = amount;
        draft.payee = payee;
        Wallet& from = *find(payer, 156);
        Wallet& to = *find(payee, 156);
        draft.post(2, 0, &from);
        draft.post(2, 1, &to);
        draft.line(from, 4);
        draft.line(to, 3);
        finish(draft);
    }
    void freeze(std::string_view user, Int128 amount, std::string_view reason) {
        Draft draft{14, user, {}, reason};
        draft.amount = amount;
        Wallet& wallet = *find(user, 156);
        draft.post(2, 0, &wallet);
        draft.post(3, 1, &wallet);
        ++wallet.open_holds;
        draft.line(wallet, 5);
        holds.push_back({id(4), wallet.number, amount, time, std::string{reason}});
        draft.hold = &holds.back();
        finish(draft);
    }
    void unfreeze(std::string_view user, std::size_t hold) {
        Draft draft{15, user};
        Wallet& wallet = *find(user, 156);
        draft.hold = &holds[hold];
        draft.hold_state = 2;
        draft.amount = holds[hold].amount;
        draft.post(3, 0, &wallet);
        draft.post(2, 1, &wallet);
        --wallet.open_holds;
        draft.line(wallet, 6);
        finish(draft);
    }
    void change_status(std::string_view user, unsigned status, unsigned currency = 156) {
        Draft draft{16, user};
        Wallet& wallet = *find(user, currency);
        wallet.status = status;
        draft.line(wallet, 0);
        finish(draft);
    }

    [[nodiscard]] Wallet* find(std::string_view user, unsigned currency) {
        const unsigned owner = known(3, user);
        for (Wallet& wallet : wallets) {
            const bool fits = wallet.owner == owner && wallet.currency == currency;
            if (owner != 0 && fits && wallet.status != 3) return &wallet;
        }
        return nullptr;
    }

private:
    struct Draft {
        unsigned kind;
        std::string_view user;
        std::string_view reference{};
        std::string_view text{};
        std::string_view payee{};
        unsigned asked = 0;
        Int128 amount = 0;
        Wallet* opening = nullptr;
        const Hold* hold = nullptr;
        unsigned hold_state = 1;
        struct Post {
            unsigned account;
            unsigned side;
            Wallet* wallet;
        };
        std::vector<Post> posts{};
        std::vector<std::pair<Wallet*, unsigned>> lines{};

        void post(unsigned account, unsigned side, Wallet* wallet) {
            posts.push_back({account, side, wallet});
        }
        void line(Wallet& wallet, unsigned type) { lines.emplace_back(&wallet, type); }
    };

    Encoder start(unsigned kind) {
        Encoder out;
        out.u8(kind).varint(batch().records.size());
        return out;
    }
    void add(const Encoder& record) { batch().records.push_back(record.bytes); }
    UInt128 id(unsigned place) {
        IdCipher cipher{id_key};
        return cipher.id(time, batch().sequence, batch().records.size(),
                         static_cast<IdPlace>(place));
    }
    unsigned known(unsigned kind, std::string_view text) {
        return names_[{kind, kind == 1 ? "" : tenant, std::string{text}}];
    }
    Wallet& opened(unsigned currency) {
        wallets.reserve(1000);  // drafts point into it
        wallets.push_back({});
        Wallet& wallet = wallets.back();
        wallet.number = static_cast<unsigned>(wallets.size());
        wallet.currency = currency;
        wallet.id = id(0);
        return wallet;
    }

    /// The number of a name; the first time, it is written to `out` as new.
    unsigned number(unsigned kind, std::string_view text, Encoder& out, unsigned& fresh) {
        unsigned& found = names_[{kind, kind == 1 ? "" : tenant, std::string{text}}];
        if (found != 0) return found;
        found = ++counts_[kind];
        out.u8(kind).varint(found);
        if (kind != 3) out.text(text);
        ++fresh;
        return found;
    }

    void finish(const Draft& draft) {
        Encoder names;
        Encoder personal;
        personal.u8(0);
        unsigned fresh = 0;
        const unsigned tenant_number = number(1, tenant, names, fresh);
        const unsigned application_number =
            application.empty() ? 0 : number(2, application, names, fresh);
        const auto subject = [&](std::string_view user) -> unsigned {
            if (user.empty()) return 0;
            const unsigned before = fresh;
            const unsigned found = number(3, user, names, fresh);
            if (fresh != before) personal.text(user);
            return found;
        };
        const unsigned actor_number = subject(actor);
        const unsigned user_number = subject(draft.user);
        const unsigned payee_number = subject(draft.payee);

        Encoder out = start(draft.kind);
        out.u8((draft.reference.empty() ? 0u : 1u) | (payee_number != 0 ? 2u : 0u) |
               (draft.asked != 0 ? 4u : 0u) | (fresh != 0 ? 8u : 0u));
        out.varint(tenant_number).varint(actor_number).varint(application_number);
        out.varint(user_number);
        if (payee_number != 0) out.varint(payee_number);
        if (draft.asked != 0) out.varint(draft.asked);
        out.varint(static_cast<UInt128>(draft.amount));
        if (!draft.reference.empty()) {
            out.raw(fingerprint(draft, tenant_number));
            personal.text(draft.reference);
        }
        if (fresh != 0) out.u8(fresh).raw(names.bytes);
        personal.text(draft.text);
        if (draft.opening != nullptr) {
            draft.opening->owner = user_number;
            draft.opening->application = application_number;
        }
        Encoder postings;
        for (const auto& post : draft.posts) write_posting(postings, draft, post, tenant_number);
        out.u8(static_cast<unsigned>(draft.lines.size()));
        const std::uint64_t position = framed.next_position(batch());
        for (const auto& [wallet, type] : draft.lines) {
            write_line(out, *wallet, type, wallet == draft.opening, position);
        }
        out.u8(static_cast<unsigned>(draft.posts.size())).raw(postings.bytes);
        out.u8(draft.hold == nullptr ? 0 : 1);
        if (draft.hold != nullptr) {
            out.id(draft.hold->id).varint(draft.hold->wallet);
            out.varint(static_cast<UInt128>(draft.hold->amount));
            out.u8(draft.hold_state).u8(1).u8(draft.hold_state).fixed(draft.hold->opened_at);
            personal.text(draft.hold->reason);
        }
        add(out.raw(personal.bytes));
    }

    Octets fingerprint(const Draft& draft, unsigned tenant_number) {
        Encoder all;
        all.raw(reference_key).u8(draft.kind).fixed(std::uint32_t{tenant_number});
        all.u8(static_cast<unsigned>(draft.user.size())).raw(as_bytes(draft.user));
        all.raw(as_bytes(draft.reference));
        const Hash hash = Sha256{}.of(all.bytes);
        return {hash.begin(), hash.begin() + 16};
    }

    void write_posting(Encoder& out, const Draft& draft, const Draft::Post& post,
                       unsigned tenant_number) {
        const unsigned currency = draft.lines[0].first->currency;
        auto& house = houses_[{tenant_number, currency}];
        Int128& balance = post.wallet == nullptr ? house.first
                          : post.account == 2    ? post.wallet->available
                                                 : post.wallet->held;
        const bool grows = (post.account == 1) == (post.side == 0);
        out.u8(post.account).u8(post.side).varint(currency);
        out.varint(post.wallet == nullptr ? 0 : post.wallet->number);
        out.varint(static_cast<UInt128>(draft.amount)).int128(balance);
        balance += grows ? draft.amount : -draft.amount;
        out.int128(balance).varint(post.wallet == nullptr ? ++house.second : 0);
    }

    static void write_line(Encoder& out, Wallet& wallet, unsigned type, bool opens,
                           std::uint64_t position) {
        const std::uint64_t event = wallet.positions.size() + 1;
        if (type != 0) {
            ++wallet.transactions;
            ++wallet.counts[type - 1];
        }
        out.varint(wallet.number).varint(event).varint(wallet.transactions).u8(type);
        out.u8(wallet.status).varint(wallet.currency);
        out.varint(static_cast<UInt128>(wallet.available));
        out.varint(static_cast<UInt128>(wallet.held)).varint(wallet.open_holds);
        unsigned listed = 0;
        for (unsigned i = 0; i < 6; ++i) listed |= (wallet.counts[i] != 0 ? 1u : 0u) << i;
        out.varint(listed);
        for (const unsigned count : wallet.counts) {
            if (count != 0) out.varint(count);
        }
        out.u8(opens ? 1 : 0);
        if (opens) out.id(wallet.id).varint(wallet.owner).varint(wallet.application);
        out.varint(wallet.positions.empty() ? 0 : wallet.positions.back());
        const auto skips = static_cast<unsigned>(std::countr_zero(event));
        out.u8(skips);
        for (unsigned k = 1; k <= skips; ++k) {
            const std::uint64_t back = std::uint64_t{1} << k;
            out.varint(event == back ? 0 : wallet.positions[event - back - 1]);
        }
        wallet.positions.push_back(position);
    }

    std::map<std::tuple<unsigned, std::string, std::string>, unsigned> names_;
    std::array<unsigned, 4> counts_{};
    std::map<std::pair<unsigned, unsigned>, std::pair<Int128, unsigned>> houses_;
    std::uint32_t segment_ = 1;
    std::uint64_t offset_ = 0;
};

/// Every verb, two tenants, two segments, several records a batch, a wallet with many events.
inline BookMaker small_book() {
    BookMaker book;
    book.set_up();
    book.begin();
    book.deposit("alice", 10000, "order-1", "salary; for | May\nand June");
    book.open("bob");
    book.end();
    book.begin();
    for (int i = 0; i < 16; ++i) {
        book.deposit("alice", 100 + i, "loop-" + std::to_string(i));
        book.transfer("alice", "bob", 50 + i, "t-" + std::to_string(i));
    }
    book.end();
    book.begin();
    book.withdraw("bob", 300, "w-1");
    book.freeze("alice", 700, "dispute 1");
    book.freeze("alice", 800, "dispute 2");
    book.end();
    book.next_segment();
    book.begin(0);
    book.unfreeze("alice", 0);
    book.change_status("bob", 2);
    book.change_status("bob", 1);
    book.deposit("carol", 5, {}, {}, 392);
    book.deposit("carol", 7, "p", {}, 10000);
    book.end();
    book.tenant = "beta: ünïcode";
    book.application = "";
    book.actor = "";
    book.begin();
    book.deposit("alice", 1, "order-1");
    book.withdraw("alice", 1, "order-1");
    book.change_status("alice", 3);
    book.deposit("alice", 2, "order-2");
    book.end();
    return book;
}

}  // namespace coffer::report::testing
