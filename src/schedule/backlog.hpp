#pragma once

#include "schedule/cost_model.hpp"
#include "schedule/ledger.hpp"
#include "schedule/piece.hpp"

#include "mtc/types.hpp"

#include <span>
#include <vector>

namespace mtc::schedule {

/// Where a parcel belongs.
struct Address {
    std::uint32_t pool = 0; ///< the queue it waits in
    CostClass cost_class;
    StrandId strand;
};

/// What is left of a stage, in seconds. Weights are kept by pool and class, with the correction of their
/// strand in them, so that a changed rate costs nothing and a changed correction O(1).
class Backlog {
public:
    /// \param class_of  [n_strand] class of each strand; strands of one class stand together
    Backlog(std::size_t n_pools, std::size_t n_classes, std::span<const CostClass> class_of);

    void add(const Address& at, Amount amount);       ///< begins to wait
    void start(const Address& at, Amount amount);     ///< waiting -> under way
    void give_back(const Address& at, Amount amount); ///< under way -> waiting
    void finish(const Address& at, Amount amount);    ///< under way -> done or failed
    void skip(const Address& at, Amount amount);      ///< waiting -> done
    /// Seconds expected of this strand's weight, over those of its class.
    void correct(StrandId strand, double correction);

    [[nodiscard]] bool waits(std::uint32_t pool) const;
    /// [s] of what waits in one pool. O(classes)
    [[nodiscard]] double waiting_s(std::uint32_t pool, const CostModel& cost) const;
    /// [s] of what waits in all pools. O(classes)
    [[nodiscard]] double waiting_s(const CostModel& cost) const;
    /// The strand with the most seconds left; none() when nothing is. O(strands)
    [[nodiscard]] StrandId slowest(const CostModel& cost) const;

private:
    struct Strand {
        double waiting = 0.0;   // weight
        double under_way = 0.0; // weight
        double correction = 1.0;
    };
    struct Class {
        Amount waiting;
        Amount under_way;
        double corrected_waiting = 0.0;   // sum of correction x weight
        double corrected_under_way = 0.0; // sum of correction x weight
    };

    void remove_waiting(const Address& at, Amount amount);
    void remove_under_way(const Address& at, Amount amount);
    void add_under_way(const Address& at, Amount amount);
    [[nodiscard]] const Amount& in_pool(std::uint32_t pool, std::size_t cost_class) const
    {
        return by_pool_[pool * n_classes_ + cost_class];
    }

    std::size_t n_classes_;
    std::vector<Strand> strands_;
    std::vector<CostClass> class_of_;
    std::vector<Class> classes_;
    std::vector<Amount> by_pool_; // [n_pools, n_classes] waiting
};

} // namespace mtc::schedule
