#include "perf/recorder.hpp"

#include "perf/clock.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>

#include <sched.h>
#include <unistd.h>

namespace mtc::perf {
namespace {

std::string processor_list()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return "unknown";
    std::string list;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (!CPU_ISSET(cpu, &set))
            continue;
        int last = cpu;
        while (last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, &set))
            ++last;
        list +=
            (list.empty() ? "" : ",") + std::to_string(cpu) + (last > cpu ? "-" + std::to_string(last) : "");
        cpu = last;
    }
    return list;
}

std::string processor_model()
{
    std::ifstream info{"/proc/cpuinfo"};
    for (std::string line; std::getline(info, line);)
        if (line.starts_with("model name"))
            return line.substr(std::min(line.size(), line.find(':') + 2));
    return "unknown";
}

} // namespace

void Recorder::set_mark(double now_s)
{
    mark_ = {now_s, rank_.busy_s, elsewhere_s()};
}

void Recorder::begin_idle(double now_s)
{
    set_mark(now_s);
}

void Recorder::end_idle(double now_s)
{
    rank_.waiting_s += std::max(0.0, now_s - mark_.at_s - (elsewhere_s() - mark_.elsewhere_s));
    set_mark(now_s);
}

void Recorder::add_task(const TaskRow& row)
{
    tasks_.add(row);
    rank_.n_tasks += 1;
    rank_.n_units += row.n_units;
    const double units_s = rank_.busy_s - mark_.busy_s;
    rank_.scheduling_s += std::max(0.0, row.duration_s - units_s - (elsewhere_s() - mark_.elsewhere_s));
    set_mark(row.start_s + row.duration_s);
}

void Recorder::add_units(StageId stage, SourceId source, std::uint64_t n_units, double seconds)
{
    SourceRow& row = sources_.row(stage, source);
    row.n_units += n_units;
    row.seconds += seconds;
}

void Recorder::add_weight(StageId stage, SourceId source, double weight)
{
    sources_.row(stage, source).weight += weight;
}

void Recorder::add_operation(const std::string& name, double seconds, double memory_mb)
{
    OperationRow& row = operations_[name];
    row.seconds += seconds;
    row.max_s = row.seconds; // the writer takes the largest over ranks
    row.counts += 1;
    row.memory_mb = std::max(row.memory_mb, memory_mb);
}

std::size_t unit_bin(double seconds) noexcept
{
    if (!(seconds > UnitHistogram::first_s))
        return 0;
    const double bin = UnitHistogram::bins_per_decade * std::log10(seconds / UnitHistogram::first_s);
    return std::min(static_cast<std::size_t>(bin), UnitHistogram::n_bins - 1);
}

void Recorder::add_unit_time(StageId stage, CostClass cost_class, double seconds, std::uint64_t n_units)
{
    if (last_units_ == nullptr || last_units_->stage != stage.value() ||
        last_units_->cost_class != cost_class.value()) {
        last_units_ = &units_[{stage.value(), cost_class.value()}];
        last_units_->stage = stage.value();
        last_units_->cost_class = cost_class.value();
    }
    UnitHistogram& histogram = *last_units_;
    const double all_s = seconds * static_cast<double>(n_units);
    rank_.busy_s += all_s;
    histogram.n_units += n_units;
    histogram.counts[unit_bin(seconds)] += n_units;
    histogram.seconds += all_s;
    histogram.max_s = std::max(histogram.max_s, seconds);
}

double unit_bin_begin_s(std::size_t i) noexcept
{
    return UnitHistogram::first_s * std::pow(10.0, static_cast<double>(i) / UnitHistogram::bins_per_decade);
}

void Recorder::add_messages(std::string_view kind, std::uint64_t n_messages, std::uint64_t n_bytes)
{
    auto row = transfer_.find(kind);
    if (row == transfer_.end())
        row = transfer_.emplace(kind, TransferRow{std::string{kind}}).first;
    row->second.n_messages += n_messages;
    row->second.n_bytes += n_bytes;
    row->second.max_bytes = row->second.n_bytes;
}

void Recorder::add_event(std::string kind, std::string text)
{
    if (events_.size() == max_events) {
        ++n_events_left_out_;
        return;
    }
    if (text.size() > max_event_bytes) {
        std::size_t end = max_event_bytes;
        while (end > 0 &&
               (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) // within a UTF-8 character
            --end;
        text.resize(end);
    }
    events_.push_back({now_s(), rank_.rank, std::move(kind), std::move(text), 0});
}

Tables Recorder::tables() const
{
    Tables tables;
    for (const auto& [key, histogram] : units_)
        tables.units.push_back(histogram);
    for (const auto& [kind, row] : transfer_)
        tables.transfer.push_back(row);
    tables.events = events_;
    tables.n_events_left_out = n_events_left_out_;
    tables.tasks = tasks_.rows();
    tables.sources = sources_.rows();
    for (const auto& [name, row] : operations_) {
        tables.operations.push_back(row);
        tables.operations.back().operation = name;
    }
    tables.rank = rank_;
    tables.life = life_;
    for (EventRow& event : tables.events)
        event.life = life_;
    return tables;
}

Recorder::Scope::Scope(Recorder& recorder, std::string_view name)
    : recorder_{recorder}
    , begin_s_{now_s()}
    , begin_mb_{resident_mb()}
{
    const std::vector<std::string>& open = recorder.open_scopes_;
    recorder.open_scopes_.push_back(open.empty() ? std::string{name} : open.back() + "/" + std::string{name});
}

Recorder::Scope::~Scope()
{
    recorder_.add_operation(recorder_.open_scopes_.back(), seconds(),
                            std::max(0.0, resident_mb() - begin_mb_));
    recorder_.open_scopes_.pop_back();
}

double Recorder::Scope::seconds() const
{
    return now_s() - begin_s_;
}

void describe_host(RankRow& row)
{
    char host[256] = {};
    gethostname(host, sizeof host - 1);
    row.host = host;
    row.cpu_model = processor_model();
    row.binding = processor_list();
}

} // namespace mtc::perf
