#include "commands/jobscript/fill.hpp"

#include "workloads/command/command_line.hpp"

#include "mtc/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mtc::commands {
namespace {

constexpr std::uint64_t to_save_s = 120; ///< between the signal and the end, as in jobscripts/sge.sh

/// A script that is changed line by line. Each change insists on finding its place: a template that moved on
/// without it would be submitted with somebody else's numbers.
class Script {
public:
    explicit Script(std::string_view name)
        : name_{name}
        , text_{jobscript_template(name)}
    {}

    /// The value behind `key` in a directive, for the batch system to read from now on; a comment behind it
    /// keeps its column.
    void ask(std::string_view key, std::string_view value) { set(key, value, true); }
    /// The same, but a directive that is a comment stays one.
    void suggest(std::string_view key, std::string_view value) { set(key, value, false); }

    /// All places. \return whether there was any
    bool replace(std::string_view old_text, std::string_view new_text)
    {
        bool found = false;
        for (std::size_t at = text_.find(old_text); at != std::string::npos;
             at = text_.find(old_text, at + new_text.size())) {
            text_.replace(at, old_text.size(), new_text);
            found = true;
        }
        return found;
    }
    void must_replace(std::string_view old_text, std::string_view new_text)
    {
        if (!replace(old_text, new_text))
            lacks(old_text);
    }
    /// All from `first` to the end of the next `last`.
    void replace_block(std::string_view first, std::string_view last, std::string_view new_text)
    {
        const std::size_t begin = text_.find(first);
        const std::size_t end = begin == std::string::npos ? begin : text_.find(last, begin);
        if (end == std::string::npos)
            lacks(first);
        text_.replace(begin, end + last.size() - begin, new_text);
    }
    void insert_after_line(std::string_view begin_of_line, std::string_view lines)
    {
        const std::size_t begin = text_.find(text("\n", begin_of_line));
        if (begin == std::string::npos)
            lacks(begin_of_line);
        text_.insert(text_.find('\n', begin + 1) + 1, lines);
    }
    [[nodiscard]] std::string take() && { return std::move(text_); }

private:
    [[noreturn]] void lacks(std::string_view what) const
    {
        throw Error(text("jobscripts/", name_, ": '", what, "' is not in it, so it cannot be filled in"));
    }

    static bool is_directive(std::string_view line)
    {
        line.remove_prefix(std::min(line.find_first_not_of('#'), line.size()));
        return line.starts_with("SBATCH ") || line.starts_with("PBS ") || line.starts_with("$ ");
    }

    void set(std::string_view key, std::string_view value, bool effective)
    {
        std::size_t end = 0;
        for (std::size_t begin = 0; (end = text_.find('\n', begin)) != std::string::npos; begin = end + 1) {
            const std::string line = text_.substr(begin, end - begin);
            const std::size_t at = is_directive(line) ? line.find(text(" ", key)) : std::string::npos;
            if (at == std::string::npos)
                continue;
            const std::size_t from = at + 1 + key.size();
            const std::size_t to = std::min(line.find(' ', from), line.size());
            const std::size_t comment = std::min(line.find_first_not_of(' ', to), line.size());
            std::string changed = line.substr(0, from) + std::string{value};
            if (effective && changed.starts_with("##"))
                changed.erase(0, 1);
            if (comment < line.size()) {
                changed.resize(std::max(changed.size() + 1, comment), ' ');
                changed += line.substr(comment);
            }
            text_.replace(begin, line.size(), changed);
            return;
        }
        lacks(key);
    }

    std::string_view name_;
    std::string text_;
};

/// `--set 'a=b' --set 'c=d'`
std::string settings_text(const JobRequest& request)
{
    std::string words;
    for (const auto& [key, value] : request.settings)
        words += text(words.empty() ? "" : " ", "--set ", command::quoted(text(key, "=", value)));
    return words;
}

/// The scripts that take input and options as their own words.
void fill_words(Script& script, const JobRequest& request)
{
    const std::string settings = settings_text(request);
    script.replace_block(
        "if [ $# -eq 0 ]; then\n", "\nfi\n",
        text("set -- ", command::quoted(request.input), settings.empty() ? "" : " ", settings, " \"$@\"\n"));
    script.replace(" job.ini [options of mtc run]", " [more options of mtc run]");
}

/// Those of PBS and Torque, which take them as variables.
void fill_variables(Script& script, const JobRequest& request)
{
    script.replace_block("input=${INPUT:?", "}",
                         text("input=${INPUT:-", command::quoted(request.input), "}"));
    if (const std::string settings = settings_text(request); !settings.empty())
        script.insert_after_line("read -r -a options <<<",
                                 text("options=(", settings, " \"${options[@]}\")\n"));
    script.replace("-v INPUT=job.ini,OPTIONS", "-v OPTIONS");
    script.must_replace("qsub -v INPUT=job.ini ", "qsub ");
}

void fill_slurm(Script& script, const JobRequest& request)
{
    fill_words(script, request);
    script.ask("--job-name=", request.job_name);
    script.ask("--nodes=", std::to_string(request.n_nodes));
    script.ask("--ntasks-per-node=", std::to_string(request.ranks_per_node));
    script.ask("--mem-per-cpu=", fmt::format("{}M", request.memory_per_rank_mb));
    script.ask("--time=", clock_text(request.walltime_s));
    if (!request.partition.empty())
        script.ask("--partition=", request.partition);
    if (!request.account.empty())
        script.ask("--account=", request.account);
}

/// What PBS and Torque call alike.
void fill_qsub(Script& script, const JobRequest& request)
{
    fill_variables(script, request);
    script.ask("-l walltime=", clock_text(request.walltime_s));
    script.ask("-N ", request.job_name);
    if (!request.partition.empty())
        script.ask("-q ", request.partition);
    if (!request.account.empty())
        script.ask("-A ", request.account);
}

void fill_pbs(Script& script, const JobRequest& request)
{
    fill_qsub(script, request);
    const int ranks = request.ranks_per_node;
    script.ask("-l select=", fmt::format("{}:ncpus={}:mpiprocs={}:mem={}mb", request.n_nodes, ranks, ranks,
                                         request.memory_per_rank_mb * static_cast<std::uint64_t>(ranks)));
    script.must_replace("# Two chunks of 32 cores, a rank on each core,",
                        "# Chunks, cores and memory of each, a rank on each core,");
    if (request.goes_on)
        script.must_replace("script=jobscripts/pbs-requeue.sh",
                            text("script=", command::quoted(request.script_name)));
    else
        script.replace_block("# The same with memory", "mem=64gb\n", "");
}

void fill_torque(Script& script, const JobRequest& request)
{
    fill_qsub(script, request);
    script.ask("-l nodes=", fmt::format("{}:ppn={}", request.n_nodes, request.ranks_per_node));
    script.ask("-l pmem=", fmt::format("{}mb", request.memory_per_rank_mb));
    script.must_replace("# Two machines, 32 cores on each, a rank on each core:",
                        "# Machines, and cores on each, a rank on each core:");
}

void fill_sge(Script& script, const JobRequest& request)
{
    fill_words(script, request);
    const int n_ranks = request.n_nodes * request.ranks_per_node;
    script.ask("-N ", request.job_name);
    script.ask("-pe openmpi ", std::to_string(n_ranks));
    script.must_replace("# 64 ranks,", fmt::format("# {} ranks,", n_ranks));
    // Where a centre has set no such limit a job that asks for it waits for ever.
    script.suggest("-l h_vmem=", fmt::format("{}M", request.memory_per_rank_mb));
    script.ask("-l s_rt=", clock_text(std::max(request.walltime_s, 2 * to_save_s) - to_save_s));
    script.ask("-l h_rt=", clock_text(request.walltime_s));
    if (!request.partition.empty())
        script.ask("-q ", request.partition);
    if (!request.account.empty())
        script.ask("-P ", request.account);
}

} // namespace

std::string clock_text(std::uint64_t seconds)
{
    return fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

bool can_go_on(BatchSystem system)
{
    return system != BatchSystem::torque;
}

std::string_view template_name(BatchSystem system, bool goes_on)
{
    switch (system) {
    case BatchSystem::slurm:
        return goes_on ? "slurm-requeue.sh" : "slurm.sh";
    case BatchSystem::pbs:
        return goes_on ? "pbs-requeue.sh" : "pbs.sh";
    case BatchSystem::torque:
        return "torque.sh";
    case BatchSystem::sge:
        break;
    }
    return "sge.sh"; // goes on by itself, always
}

std::string filled(const JobRequest& request)
{
    const std::string_view name = template_name(request.system, request.goes_on);
    Script script{name};
    switch (request.system) {
    case BatchSystem::slurm:
        fill_slurm(script, request);
        break;
    case BatchSystem::pbs:
        fill_pbs(script, request);
        break;
    case BatchSystem::torque:
        fill_torque(script, request);
        break;
    case BatchSystem::sge:
        fill_sge(script, request);
        break;
    }
    script.must_replace("mtc=${MTC:-build/mtc}", text("mtc=${MTC:-", command::quoted(request.program), "}"));
    script.must_replace(text("jobscripts/", name), request.script_name);
    script.must_replace("From the project's folder", "From the folder in which it was made");
    script.must_replace("README.md beside this file says", "jobscripts/README.md of mtc says");
    std::string reasons;
    for (const std::string& reason : request.reasons)
        reasons += text("# ", reason, "\n");
    script.must_replace("#!/usr/bin/env bash\n", text("#!/usr/bin/env bash\n", reasons, "#\n"));
    return std::move(script).take();
}

} // namespace mtc::commands
