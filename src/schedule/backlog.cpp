#include "schedule/backlog.hpp"

#include <algorithm>

namespace mtc::schedule {

Backlog::Backlog(std::size_t n_pools, std::size_t n_classes, std::span<const CostClass> class_of)
    : n_classes_{n_classes}
    , strands_(class_of.size())
    , class_of_(class_of.begin(), class_of.end())
    , classes_(n_classes)
    , by_pool_(n_pools * n_classes)
{}

void Backlog::add(const Address& at, Amount amount)
{
    Class& cost = classes_[at.cost_class.value()];
    Strand& strand = strands_[at.strand.value()];
    by_pool_[at.pool * n_classes_ + at.cost_class.value()].add(amount);
    cost.waiting.add(amount);
    cost.corrected_waiting += strand.correction * amount.weight;
    strand.waiting += amount.weight;
}

void Backlog::start(const Address& at, Amount amount)
{
    remove_waiting(at, amount);
    add_under_way(at, amount);
}

void Backlog::give_back(const Address& at, Amount amount)
{
    remove_under_way(at, amount);
    add(at, amount);
}

void Backlog::finish(const Address& at, Amount amount)
{
    remove_under_way(at, amount);
}

void Backlog::skip(const Address& at, Amount amount)
{
    remove_waiting(at, amount);
}

void Backlog::correct(StrandId id, double correction)
{
    Strand& strand = strands_[id.value()];
    const CostClass cost_class = class_of_[id.value()];
    Class& cost = classes_[cost_class.value()];
    const double change = correction - strand.correction;
    strand.correction = correction;
    // Rounding may have left a trace of weight on a strand that has no units any more.
    if (cost.waiting.units > 0)
        cost.corrected_waiting = std::max(0.0, cost.corrected_waiting + change * strand.waiting);
    if (cost.under_way.units > 0)
        cost.corrected_under_way = std::max(0.0, cost.corrected_under_way + change * strand.under_way);
}

bool Backlog::waits(std::uint32_t pool) const
{
    for (std::size_t c = 0; c < n_classes_; ++c)
        if (in_pool(pool, c).units > 0)
            return true;
    return false;
}

double Backlog::waiting_s(std::uint32_t pool, const CostModel& cost) const
{
    if (by_pool_.size() == n_classes_)
        return waiting_s(cost);
    double seconds = 0.0;
    for (std::size_t c = 0; c < n_classes_; ++c) {
        const Amount& here = in_pool(pool, c);
        if (here.units == 0 || classes_[c].waiting.weight == 0.0)
            continue;
        // Corrections are known for the class as a whole: exact with one pool, a fair share with several.
        const double share = here.weight / classes_[c].waiting.weight;
        seconds +=
            cost.rate(CostClass{static_cast<std::uint32_t>(c)}) * classes_[c].corrected_waiting * share;
    }
    return seconds;
}

double Backlog::waiting_s(const CostModel& cost) const
{
    double seconds = 0.0;
    for (std::size_t c = 0; c < n_classes_; ++c)
        seconds += cost.rate(CostClass{static_cast<std::uint32_t>(c)}) * classes_[c].corrected_waiting;
    return seconds;
}

StrandId Backlog::slowest(const CostModel& cost) const
{
    StrandId slowest = StrandId::none();
    double most_s = 0.0;
    for (std::size_t s = 0; s < strands_.size(); ++s) {
        const Class& own = classes_[class_of_[s].value()];
        if (own.waiting.units + own.under_way.units == 0) // only rounding is left
            continue;
        const double seconds =
            cost.rate(class_of_[s]) * strands_[s].correction * (strands_[s].waiting + strands_[s].under_way);
        if (slowest.is_none() || seconds > most_s) {
            most_s = seconds;
            slowest = StrandId{static_cast<std::uint32_t>(s)};
        }
    }
    return slowest;
}

void Backlog::remove_waiting(const Address& at, Amount amount)
{
    Class& cost = classes_[at.cost_class.value()];
    Strand& strand = strands_[at.strand.value()];
    by_pool_[at.pool * n_classes_ + at.cost_class.value()].remove(amount);
    cost.waiting.remove(amount);
    strand.waiting = std::max(0.0, strand.waiting - amount.weight);
    const double left = cost.corrected_waiting - strand.correction * amount.weight;
    cost.corrected_waiting = cost.waiting.units == 0 ? 0.0 : std::max(0.0, left);
}

void Backlog::remove_under_way(const Address& at, Amount amount)
{
    Class& cost = classes_[at.cost_class.value()];
    Strand& strand = strands_[at.strand.value()];
    cost.under_way.remove(amount);
    strand.under_way = std::max(0.0, strand.under_way - amount.weight);
    const double left = cost.corrected_under_way - strand.correction * amount.weight;
    cost.corrected_under_way = cost.under_way.units == 0 ? 0.0 : std::max(0.0, left);
}

void Backlog::add_under_way(const Address& at, Amount amount)
{
    Class& cost = classes_[at.cost_class.value()];
    Strand& strand = strands_[at.strand.value()];
    cost.under_way.add(amount);
    cost.corrected_under_way += strand.correction * amount.weight;
    strand.under_way += amount.weight;
}

} // namespace mtc::schedule
