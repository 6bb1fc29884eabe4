#include "money/amount.h"
#include "report/check.h"

namespace coffer::report {
namespace {

inline constexpr std::uint8_t settlement = 1;
inline constexpr std::uint8_t available = 2;
inline constexpr std::uint8_t frozen = 3;
inline constexpr std::uint8_t adjustment_expense = 5;
inline constexpr std::uint8_t adjustment_income = 6;
inline constexpr std::uint8_t no_line = 255;

enum class Opens : std::uint8_t { never, may, must };

/// What a record of a kind holds: section 5 of docs/journal-format.md as a table.
struct Shape {
    std::uint8_t debit = 0;  ///< account; 0: no postings
    std::uint8_t credit = 0;
    std::size_t lines = 1;
    std::uint8_t debit_line = no_line;  ///< whose wallet it is
    std::uint8_t credit_line = no_line;
    std::array<RowType, 2> rows{RowType::none, RowType::none};
    Opens opens = Opens::never;
    std::size_t holds = 0;
    HoldState hold_state = HoldState::open;
    bool asks = false;  ///< has an amount all the same, which nothing moves yet
};

/// A correction goes up against the expense or down against the income.
constexpr Shape shape_of_adjustment(bool up) {
    constexpr std::array rows{RowType::adjustment, RowType::none};
    if (up) {
        return {.debit = adjustment_expense, .credit = available, .credit_line = 0, .rows = rows};
    }
    return {.debit = available, .credit = adjustment_income, .debit_line = 0, .rows = rows};
}

/// Out of a hold to the house, or to another user.
constexpr Shape shape_of_capture(std::size_t lines) {
    const bool to_user = lines == 2;
    return {.debit = frozen,
            .credit = to_user ? available : settlement,
            .lines = to_user ? std::size_t{2} : std::size_t{1},
            .debit_line = 0,
            .credit_line = to_user ? std::uint8_t{1} : no_line,
            .rows = {RowType::payment, to_user ? RowType::transfer_in : RowType::none},
            .holds = 1};
}

/// The original's entry the other way round. The first line is of the side that was asked for.
constexpr Shape shape_of_refund(RowType original, std::size_t lines) {
    const bool transfer = original == RowType::transfer_in || original == RowType::transfer_out ||
                          (original == RowType::payment && lines == 2);
    const bool came_in = original == RowType::deposit || original == RowType::transfer_in;
    const std::uint8_t other = transfer ? 1 : no_line;
    const std::uint8_t other_account = transfer ? available : settlement;
    return {.debit = came_in ? available : other_account,
            .credit = came_in ? other_account : available,
            .lines = transfer ? std::size_t{2} : std::size_t{1},
            .debit_line = came_in ? std::uint8_t{0} : other,
            .credit_line = came_in ? other : std::uint8_t{0},
            .rows = {RowType::refund, transfer ? RowType::refund : RowType::none}};
}

constexpr Shape shape_of(Kind kind) {
    switch (kind) {
        using enum Kind;
        case deposit:
            return {.debit = settlement,
                    .credit = available,
                    .credit_line = 0,
                    .rows = {RowType::deposit, RowType::none},
                    .opens = Opens::may};
        case withdraw:
            return {.debit = available,
                    .credit = settlement,
                    .debit_line = 0,
                    .rows = {RowType::withdraw, RowType::none}};
        case transfer:
            return {.debit = available,
                    .credit = available,
                    .lines = 2,
                    .debit_line = 0,
                    .credit_line = 1,
                    .rows = {RowType::transfer_out, RowType::transfer_in}};
        case freeze:
            return {.debit = available,
                    .credit = frozen,
                    .debit_line = 0,
                    .credit_line = 0,
                    .rows = {RowType::freeze, RowType::none},
                    .holds = 1};
        case unfreeze:
            return {.debit = frozen,
                    .credit = available,
                    .debit_line = 0,
                    .credit_line = 0,
                    .rows = {RowType::unfreeze, RowType::none},
                    .holds = 1,
                    .hold_state = HoldState::released};
        case expire_freeze:
            return {.debit = frozen,
                    .credit = available,
                    .debit_line = 0,
                    .credit_line = 0,
                    .rows = {RowType::unfreeze, RowType::none},
                    .holds = 1,
                    .hold_state = HoldState::expired};
        case request_withdrawal:
            return {.debit = available,
                    .credit = frozen,
                    .debit_line = 0,
                    .credit_line = 0,
                    .rows = {RowType::withdrawal_hold, RowType::none}};
        case auto_withdrawal:
            return {.debit = available,
                    .credit = settlement,
                    .debit_line = 0,
                    .rows = {RowType::withdraw, RowType::none}};
        case pay_withdrawal:
            return {.debit = frozen,
                    .credit = settlement,
                    .debit_line = 0,
                    .rows = {RowType::withdraw, RowType::none}};
        case release_withdrawal:
            return {.debit = frozen,
                    .credit = available,
                    .debit_line = 0,
                    .credit_line = 0,
                    .rows = {RowType::withdrawal_release, RowType::none}};
        case propose_adjustment:
        case reject_adjustment: return {.asks = true};
        case open_wallet: return {.opens = Opens::must};
        case policy:
        case refused: return {.lines = 0};
        case change_status:
        case adjust:  // by what its entry says: see below
        case approve_adjustment:
        case refund:
        case capture:
        case genesis:
        case currency:
        case settings:
        case default_policy:
        case epoch: return {};
    }
    return {};
}

Shape shape_of(const Record& record) {
    const Movement& movement = record.movement;
    if (record.kind == Kind::adjust || record.kind == Kind::approve_adjustment) {
        return shape_of_adjustment(!movement.postings.empty() &&
                                   movement.postings[0].account == adjustment_expense);
    }
    if (record.kind == Kind::refund) {
        return shape_of_refund(movement.refund.rows[0].type, movement.lines.size());
    }
    if (record.kind == Kind::capture) {
        Shape shape = shape_of_capture(movement.lines.size());
        const bool all =
            !movement.holds.empty() && movement.holds[0].captured == movement.holds[0].amount;
        shape.hold_state = all ? HoldState::captured : HoldState::open;
        return shape;
    }
    return shape_of(record.kind);
}

void check_posting(const Judged& judged, std::size_t index, PostingSide side, std::uint8_t account,
                   std::uint8_t line) {
    const Movement& movement = judged.movement();
    const PostingLine& posting = movement.postings[index];
    const auto at = [index](std::string_view field) { return FieldName{"posting", index, field}; };
    judged.demand(posting.side == side, Rule::shape, at("side"), "is the wrong side");
    judged.demand_equal<unsigned>(posting.account, account, Rule::shape, at("account"));
    if (line == no_line) {
        judged.demand_equal<std::uint64_t>(posting.wallet, 0, Rule::shape, at("wallet"));
    } else if (line < movement.lines.size()) {
        judged.demand_equal(posting.wallet, movement.lines[line].wallet, Rule::shape, at("wallet"));
    }
}

/// The request and its postings name one amount; where one of them differs, that one is named.
void check_amounts(const Judged& judged) {
    const Movement& movement = judged.movement();
    const auto& postings = movement.postings;
    if (postings.empty()) return;
    const bool agree = postings.size() == 2 && postings[0].amount == postings[1].amount;
    if (agree)
        return judged.demand_equal(movement.amount, postings[0].amount, Rule::amount, "amount");
    for (std::size_t i = 0; i < postings.size(); ++i) {
        judged.demand_equal(postings[i].amount, movement.amount, Rule::amount,
                            {"posting", i, "amount"});
    }
}

/// Likewise one currency: the first line's and that of every posting.
void check_currencies(const Judged& judged) {
    const Movement& movement = judged.movement();
    const auto& postings = movement.postings;
    if (postings.empty() || movement.lines.empty()) return;
    const std::uint64_t currency = movement.lines[0].currency;
    if (postings.size() == 2 && postings[0].currency == postings[1].currency) {
        return judged.demand_equal(currency, postings[0].currency, Rule::shape,
                                   {"wallet line", 0, "currency"});
    }
    for (std::size_t i = 0; i < postings.size(); ++i) {
        judged.demand_equal(postings[i].currency, currency, Rule::shape,
                            {"posting", i, "currency"});
    }
}

/// Debits equal credits per currency: asked of every record, whatever its kind.
void check_balanced(const Judged& judged) {
    const auto& postings = judged.movement().postings;
    for (std::size_t i = 0; i < postings.size(); ++i) {
        bool first = true;
        for (std::size_t j = 0; j < i; ++j) first &= postings[j].currency != postings[i].currency;
        if (!first) continue;
        UInt128 debits = 0;
        UInt128 credits = 0;
        for (const PostingLine& posting : postings) {
            if (posting.currency != postings[i].currency) continue;
            (posting.side == PostingSide::debit ? debits : credits) += posting.amount;
        }
        judged.demand_equal(credits, debits, Rule::balanced, {"posting", i, "amount"});
    }
}

void check_lines(const Judged& judged, const Shape& shape) {
    const Movement& movement = judged.movement();
    for (std::size_t i = 0; i < movement.lines.size() && i < shape.lines; ++i) {
        const Line& line = movement.lines[i];
        const auto at = [i](std::string_view field) { return FieldName{"wallet line", i, field}; };
        judged.demand(line.type == shape.rows[i], Rule::shape, at("type"),
                      "is not the row that such a record makes");
        judged.demand(shape.opens == Opens::may || line.opens == (shape.opens == Opens::must),
                      Rule::shape, at("opens"), "does not fit the kind of record");
    }
    if (movement.lines.empty()) return;
    if (movement.has_currency_asked) {
        judged.demand_equal(movement.currency_asked, movement.lines[0].currency, Rule::shape,
                            "currency asked");
    }
}

void check_refusal(const Judged& judged) {
    const Movement& movement = judged.movement();
    judged.demand(movement.has_key && !movement.has_reference && !movement.has_currency_asked,
                  Rule::shape, "flags",
                  "are not those of a refusal, which is kept for its Idempotency-Key alone");
    judged.demand_equal<std::uint64_t>(movement.user, 0, Rule::shape, "user");
    judged.demand(
        movement.refusal_currency == 0 || judged.state.currencies.knows(movement.refusal_currency),
        Rule::currency, "currency of the refusal", "is not introduced");
}

}  // namespace

void check_shape(const Judged& judged) {
    const Movement& movement = judged.movement();
    const Shape shape = shape_of(judged.record);
    const bool two_sides = shape.lines == 2;
    judged.demand_equal(movement.lines.size(), shape.lines, Rule::shape, "wallet lines");
    judged.demand_equal<std::size_t>(movement.postings.size(), shape.debit == 0 ? 0 : 2,
                                     Rule::shape, "postings");
    judged.demand_equal(movement.holds.size(), shape.holds, Rule::shape, "hold lines");
    judged.demand(movement.has_counterparty == two_sides, Rule::shape, "counterparty",
                  "stands where a record moves money between two users, and only there");
    if (shape.debit == 0 && !shape.asks) {
        judged.demand_equal<UInt128>(movement.amount, 0, Rule::amount, "amount");
    } else {
        judged.demand(movement.amount >= 1 &&
                          movement.amount <= static_cast<UInt128>(money::amount_minor_units_max),
                      Rule::amount, "amount", "is not between 1 and 10^30 minor units");
    }
    if (judged.record.kind == Kind::refused) check_refusal(judged);
    if (judged.record.kind == Kind::policy) {
        judged.demand(!movement.has_reference && !movement.has_currency_asked, Rule::shape, "flags",
                      "are not those of a policy");
        judged.demand_equal<std::uint64_t>(movement.user, 0, Rule::shape, "user");
    }
    check_lines(judged, shape);
    if (movement.postings.size() == 2 && shape.debit != 0) {
        check_posting(judged, 0, PostingSide::debit, shape.debit, shape.debit_line);
        check_posting(judged, 1, PostingSide::credit, shape.credit, shape.credit_line);
    }
    check_amounts(judged);
    check_currencies(judged);
    check_balanced(judged);
    for (const Hold& hold : movement.holds) {
        judged.demand(hold.state == shape.hold_state, Rule::shape, {"hold line", 0, "state"},
                      "does not fit the kind of record");
    }
}

}  // namespace coffer::report
