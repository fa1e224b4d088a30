#include "schedule/stock.hpp"

#include "schedule/guided.hpp"

#include "mtc/error.hpp"

#include <algorithm>

namespace mtc::schedule {

namespace {

constexpr std::size_t most_pieces = 2048; ///< of a block: an assignment stays a message of some 32 kB

void append(std::vector<UnitRange>& ranges, UnitRange units)
{
    if (!ranges.empty() && ranges.back().end() == units.first)
        ranges.back().count += units.count;
    else
        ranges.push_back(units);
}

/// Not only the longest of `n_done` units lasted longer than expected.
bool others_surprise(const Ended& ended, std::uint64_t n_done, double expected_s)
{
    const double expected_others_s = expected_s * static_cast<double>(n_done - 1);
    return n_done == 1 || ended.duration_s - ended.max_unit_s > Surprises::others * expected_others_s;
}

} // namespace

Stock::Stock(std::span<const Parcel> parcels, std::span<const CostClassInfo> classes,
             std::span<const std::uint32_t> pool_of_block, std::size_t n_pools, int n_computing,
             double n_remembered, std::span<const std::uint32_t> tile_of)
    : pool_of_block_(pool_of_block.begin(), pool_of_block.end())
    , ledger_{parcels, tile_of}
    , strands_{ledger_.parcels()}
    , cost_{classes, strands_.size(), n_remembered, n_computing}
    , backlog_{n_pools, classes.size(), strands_.class_of()}
    , queues_(n_pools * classes.size())
    , started_(classes.size(), false)
{
    for (std::size_t i = 0; i < ledger_.parcels().size(); ++i) {
        const ParcelId id{static_cast<std::uint32_t>(i)};
        const Parcel& parcel = ledger_.parcel(id);
        if (parcel.cost_class.value() >= classes.size())
            throw ComputeError(text("cost class ", parcel.cost_class.value(), " of source ",
                                    parcel.source.value(), " (the stage has ", classes.size(), " classes)"));
        if (!pool_of_block_.empty() && parcel.block.value() >= pool_of_block_.size())
            throw ComputeError(text("block ", parcel.block.value(), " of source ", parcel.source.value(),
                                    " (", pool_of_block_.size(), " blocks have owners)"));
        const Address at = address(id);
        backlog_.add(at, {parcel.units.count, parcel.weight});
        queue(at.pool, at.cost_class).push(id);
    }
    for (Queue& queue : queues_)
        queue.sort(ledger_, n_pools == 1 ? n_computing : 1);
    if (n_pools == 1)
        surprises_.emplace(ledger_, strands_, cost_, n_computing);
}

const Block* Stock::take(const Wish& wish, TaskId task)
{
    const Chosen& chosen = choose(wish.pool, wish.end, wish.block);
    if (!chosen.choice)
        return nullptr;
    chosen_.valid = false;
    const bool untried = chosen.choice->untried;
    const CostClass cost_class = chosen.choice->cost_class;
    started_[cost_class.value()] = true;
    const Limits most = limits(chosen, wish);
    Queue& from = queue(wish.pool, cost_class);
    Block& block = taken_;
    block.renew();
    block.parent = chosen.choice->offer.parent;
    block.cost_class = cost_class;
    block.whole = chosen.outlook.whole;
    double one_unit_s = chosen.outlook.unit_s;
    for (std::optional<Offer> offer = chosen.choice->offer; offer && offer->parent == block.parent;
         offer = from.offer(wish.end, wish.block, ledger_)) {
        if (!block.pieces.empty())
            one_unit_s = unit_s(offer->piece.parcel);
        const std::uint64_t n = n_fitting(*offer, one_unit_s, block, most);
        if (n == 0)
            break;
        enter(block, {offer->piece.parcel, {offer->piece.units.first, n}}, one_unit_s);
        if (n == ledger_.parcel(offer->piece.parcel).units.count)
            from.skip(wish.end, offer->piece.parcel);
        if (untried)
            surprises_->take();
        if (untried || block.estimated_s >= std::max(most.seconds, most.least_s))
            break;
    }
    if (block.pieces.size() > 1)
        std::ranges::sort(block.pieces, {}, [](const Piece& piece) { return piece.units.first; });
    ledger_.assign(task, block.pieces);
    return &block;
}

bool Stock::settle(const Ended& ended)
{
    chosen_.valid = false;
    const auto book = [&](Ledger::Fate fate, const Piece& piece, Amount amount) {
        if (fate == Ledger::Fate::returned)
            return return_to_queue(piece, ended.task);
        backlog_.finish(address(piece.parcel), amount);
        if (fate == Ledger::Fate::done && ended.done != nullptr)
            append(*ended.done, piece.units);
    };
    const Amount done = ledger_.settle(ended.task, ended.n_done, ended.failed, book);
    if (ended.failed)
        return false; // its time holds a part of a unit that no weight stands for
    const bool was_known = cost_.known(ended.cost_class);
    const double expected_s = expected_unit_s(ended, done);
    const bool moved =
        cost_.observe({ended.cost_class, ended.strand, done.weight, done.units, ended.duration_s});
    if (ended.strand.is_none())
        return moved;
    backlog_.correct(ended.strand, cost_.correction(ended.strand));
    // A unit that is odd among many teaches nothing about the others.
    if (was_known && surprises_ &&
        ended.max_unit_s > std::max(Surprises::factor * expected_s, ended.notable_s) &&
        others_surprise(ended, done.units, expected_s) &&
        expected_unit_s(ended, done) > Surprises::lesson * expected_s)
        surprises_->add(ended.strand);
    return moved;
}

void Stock::learn(const Ended& so_far)
{
    if (so_far.strand.is_none())
        return;
    chosen_.valid = false;
    Amount held;
    for (const Piece& piece : ledger_.held(so_far.task))
        held.add(ledger_.amount(piece));
    const double share = static_cast<double>(so_far.n_done) / static_cast<double>(held.units);
    cost_.observe_strand(
        {so_far.cost_class, so_far.strand, held.weight * share, so_far.n_done, so_far.duration_s});
    backlog_.correct(so_far.strand, cost_.correction(so_far.strand));
}

void Stock::put_back(TaskId task, std::uint64_t n_units)
{
    for (const Piece& piece : ledger_.shorten(task, n_units))
        return_to_queue(piece, task);
}

void Stock::undo(UnitRange units)
{
    chosen_.valid = false;
    for (const Piece& piece : ledger_.undo(units)) {
        const Address at = address(piece.parcel);
        backlog_.add(at, ledger_.amount(piece));
        queue(at.pool, at.cost_class).put_back(piece, TaskId::none(), ledger_);
    }
}

void Stock::return_to_queue(const Piece& piece, TaskId parent)
{
    chosen_.valid = false;
    const Address at = address(piece.parcel);
    backlog_.give_back(at, ledger_.amount(piece));
    queue(at.pool, at.cost_class).put_back(piece, parent, ledger_);
}

Load Stock::load(TaskId task) const
{
    Load load;
    for (const Piece& piece : ledger_.held(task)) {
        load.n_units += piece.units.count;
        load.corrected_weight += cost_.correction(strands_.of(piece.parcel)) * ledger_.amount(piece).weight;
        load.longest_unit_s = std::max(load.longest_unit_s, unit_s(piece.parcel));
    }
    return load;
}

/// [s] expected, as far as learned, of a unit like those that ended; 0 when they were of several sources.
double Stock::expected_unit_s(const Ended& ended, Amount done) const
{
    if (ended.strand.is_none() || done.units == 0)
        return 0.0;
    return cost_.rate(ended.cost_class) * cost_.correction(ended.strand) * done.weight /
           static_cast<double>(done.units);
}

void Stock::skip(UnitRange units)
{
    chosen_.valid = false;
    for (const Piece& piece : ledger_.mark_done(units))
        backlog_.skip(address(piece.parcel), ledger_.amount(piece));
}

Address Stock::address(ParcelId id) const
{
    const Parcel& parcel = ledger_.parcel(id);
    return {pool_of_block_.empty() ? 0 : pool_of_block_[parcel.block.value()], parcel.cost_class,
            strands_.of(id)};
}

const Stock::Chosen& Stock::choose(std::uint32_t pool, End end, BlockId block)
{
    const bool kept = end == End::heavy && block.is_none();
    Chosen& chosen = kept ? chosen_ : asked_;
    if (kept && chosen.valid && chosen.pool == pool)
        return chosen;
    look_for(pool, end, block, chosen.choice);
    if (chosen.choice)
        chosen.outlook = outlook(*chosen.choice);
    chosen.pool = pool;
    chosen.valid = true;
    return chosen;
}

Outlook Stock::outlook(const Choice& choice) const
{
    const Parcel& parcel = ledger_.parcel(choice.offer.piece.parcel);
    return {.unit_s = unit_s(choice.offer.piece.parcel),
            .scatter = cost_.scatter(choice.cost_class),
            .known = cost_.known(choice.cost_class),
            .tried = cost_.tried(choice.cost_class),
            .trusted = cost_.trusted(choice.cost_class),
            .whole = parcel.units.count == 1 && parcel.block.is_none()};
}

/// The next units of a pool over all its classes, of the first tile at the heavy end and the last one at the
/// light end. At the heavy end a class of which nothing was ever taken
/// comes first: until it is measured nobody knows how much of the whole it is. Then what may be a surprise.
void Stock::look_for(std::uint32_t pool, End end, BlockId block, std::optional<Choice>& best)
{
    std::optional<Surprises::Next> surprise;
    if (end == End::heavy && surprises_ && surprises_->any())
        surprise = surprises_->next(ledger_, strands_);
    best.reset();
    std::optional<Urgency> most; // of best, once there is another
    const auto urgency_of = [&](const Choice& choice) {
        return Urgency::of(ledger_, choice.offer.piece.parcel, cost_.rate(choice.cost_class));
    };
    for (std::size_t c = 0; c < cost_.n_classes(); ++c) {
        const CostClass cost_class{static_cast<std::uint32_t>(c)};
        const auto offer = queue(pool, cost_class).offer(end, block, ledger_);
        if (!offer)
            continue;
        if (end == End::heavy && !started_[c]) {
            best = Choice{cost_class, *offer};
            return;
        }
        if (!best) {
            best = Choice{cost_class, *offer};
            continue;
        }
        const Choice other{cost_class, *offer};
        const Urgency urgency = urgency_of(other);
        if (!most)
            most = urgency_of(*best);
        if (end == End::heavy ? urgency > *most : urgency < *most) {
            most = urgency;
            best = other;
        }
    }
    if (surprise && best && ledger_.tile(surprise->parcel) <= ledger_.tile(best->offer.piece.parcel)) {
        const CostClass cost_class = ledger_.parcel(surprise->parcel).cost_class;
        best = Choice{cost_class, queue(pool, cost_class).offer_of(surprise->parcel, ledger_).value(),
                      surprise->untried};
    }
}

double Stock::unit_s(ParcelId id) const
{
    const Parcel& parcel = ledger_.parcel(id);
    return cost_.rate(parcel.cost_class) * cost_.correction(strands_.of(id)) * parcel.weight /
           static_cast<double>(parcel.units.count);
}

Stock::Limits Stock::limits(const Chosen& chosen, const Wish& wish) const
{
    const bool untried = chosen.choice->untried;
    if (!chosen.outlook.known) {
        const std::uint64_t n_probe =
            std::max<std::uint64_t>(1, units_that_fit(probe_s, chosen.outlook.unit_s, probe_units));
        return {.seconds = wish.seconds, .units = untried ? 1 : n_probe};
    }
    const CostClass cost_class = chosen.choice->cost_class;
    const double weight = block_growth * cost_.heaviest_block(cost_class);
    if (untried)
        return {.seconds = std::min(wish.seconds, wish.try_s), .weight = weight};
    // What cannot be cut and may last much longer than expected holds up all that is in its block.
    const bool may_last = chosen.outlook.unit_s >= wish.try_s || !chosen.outlook.tried;
    if (chosen.outlook.whole && !chosen.outlook.trusted && may_last)
        return {.seconds = wish.seconds, .units = 1};
    // By weight and by number: of what weighs too little, whole sources would go together near the end.
    constexpr auto any = std::numeric_limits<std::uint64_t>::max();
    return {.seconds = wish.seconds,
            .weight = weight,
            .least_s = wish.least_s,
            .least_units = units_that_fit(wish.least_s, cost_.unit_s(cost_class), any)};
}

/// Units of an offer that still fit into a block; at least one into an empty block.
std::uint64_t Stock::n_fitting(const Offer& offer, double one_unit_s, const Block& block,
                               const Limits& limits) const
{
    if (block.pieces.size() >= most_pieces)
        return 0;
    std::uint64_t n = std::min(offer.piece.units.count, limits.units - block.amount.units);
    if (n == 1 && block.pieces.empty())
        return 1;
    const double unit_weight = ledger_.amount({offer.piece.parcel, {offer.piece.units.first, 1}}).weight;
    const std::uint64_t n_least =
        units_that_fit(limits.least_s - block.estimated_s, one_unit_s,
                       std::min(n, limits.least_units - std::min(limits.least_units, block.amount.units)));
    n = std::max(n_least, units_that_fit(limits.seconds - block.estimated_s, one_unit_s, n));
    n = units_that_fit(limits.weight - block.amount.weight, unit_weight, n);
    return block.pieces.empty() ? std::max<std::uint64_t>(n, 1) : n;
}

/// Units of one parcel join a block and wait no longer.
void Stock::enter(Block& block, const Piece& piece, double one_unit_s)
{
    const Amount amount = ledger_.amount(piece);
    ledger_.take_out(piece, amount);
    backlog_.start(address(piece.parcel), amount);
    block.pieces.push_back(piece);
    block.amount.add(amount);
    block.corrected_weight += cost_.correction(strands_.of(piece.parcel)) * amount.weight;
    block.estimated_s += one_unit_s * static_cast<double>(piece.units.count);
    block.longest_unit_s = std::max(block.longest_unit_s, one_unit_s);
}

} // namespace mtc::schedule
