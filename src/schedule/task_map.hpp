#pragma once

#include "mtc/types.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace mtc::schedule {

/// A value, a container, for each task under way. Ids are handed out one after the other, so the last bits of
/// those that are under way differ: they lead straight to the value. O(1); takes memory only while there are
/// more of them than ever before.
template <class T>
class TaskMap {
public:
    TaskMap()
        : heads_(64, none)
    {}

    /// The value of a task; null when it has none. Valid until the next add().
    [[nodiscard]] T* find(TaskId task)
    {
        const std::uint32_t at = place(task);
        return at == none ? nullptr : &nodes_[at].value;
    }
    [[nodiscard]] const T* find(TaskId task) const
    {
        const std::uint32_t at = place(task);
        return at == none ? nullptr : &nodes_[at].value;
    }
    /// A value for a task that has none.
    T& add(TaskId task)
    {
        if (n_ == heads_.size())
            grow();
        std::uint32_t at = free_;
        if (at == none) {
            at = static_cast<std::uint32_t>(nodes_.size());
            nodes_.emplace_back();
        } else {
            free_ = nodes_[at].next;
        }
        ++n_;
        nodes_[at].task = task;
        link(at);
        return nodes_[at].value;
    }
    /// Forgets a task that has a value.
    void erase(TaskId task)
    {
        std::uint32_t* link = &head(task);
        while (nodes_[*link].task != task)
            link = &nodes_[*link].next;
        const std::uint32_t at = *link;
        *link = nodes_[at].next;
        Node& node = nodes_[at];
        node.task = TaskId::none();
        if (node.value.capacity() == small_capacity)
            node.value.clear();
        else
            node.value = T{}; // with its memory
        node.next = std::exchange(free_, at);
        --n_;
    }
    [[nodiscard]] std::size_t size() const noexcept { return n_; }
    /// Calls visit(const T&) for every task, in no order.
    template <class Visit>
    void for_each(Visit visit) const
    {
        for (const Node& node : nodes_)
            if (!node.task.is_none())
                visit(node.value);
    }

private:
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    struct Node {
        TaskId task;               // none() when free
        std::uint32_t next = none; // of the same last bits, or free
        T value{};
    };

    [[nodiscard]] std::uint32_t& head(TaskId task) { return heads_[task.value() & (heads_.size() - 1)]; }
    [[nodiscard]] std::uint32_t place(TaskId task) const
    {
        std::uint32_t at = heads_[task.value() & (heads_.size() - 1)];
        while (at != none && nodes_[at].task != task)
            at = nodes_[at].next;
        return at;
    }
    void link(std::uint32_t at) { nodes_[at].next = std::exchange(head(nodes_[at].task), at); }
    void grow()
    {
        heads_.assign(2 * heads_.size(), none);
        for (std::uint32_t at = 0; at < nodes_.size(); ++at) // none is free: all are under way
            link(at);
    }

    static inline const std::size_t small_capacity = T{}.capacity(); ///< without memory of its own
    std::vector<std::uint32_t> heads_; // by the last bits of a task; a power of two
    std::vector<Node> nodes_;
    std::uint32_t free_ = none;
    std::size_t n_ = 0;
};

} // namespace mtc::schedule
