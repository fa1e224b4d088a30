#include "commands/report/report.hpp"

#include "commands/report/report_parts.hpp"
#include "output/reader.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <ostream>

namespace mtc::commands {

ExitStatus report(const ReportArguments& arguments, std::ostream& out)
{
    const output::Reader reader{arguments.file};
    constexpr ReportLimits limits;
    const std::string data = fmt::format("{{\"facts\":{},\n\"results\":{},\n\"disagg\":{},\n\"run\":{}}}",
                                         report_facts(reader, limits), report_results(reader, limits),
                                         report_disagg(reader, limits), report_run(reader, limits));

    std::error_code error;
    std::filesystem::create_directories(arguments.folder, error);
    if (error)
        throw IoError{text(arguments.folder.string(), ": cannot create the folder (", error.message(), ")")};
    const std::filesystem::path path = arguments.folder / (arguments.file.stem().string() + ".html");
    const std::size_t place = report_page.find(report_data_place);
    std::ofstream page{path, std::ios::binary};
    page << report_page.substr(0, place) << data << report_page.substr(place + report_data_place.size());
    page.close();
    if (!page)
        throw IoError{text(path.string(), ": cannot write the file (", std::strerror(errno), ")")};
    out << path.string() << '\n';
    return ExitStatus::complete;
}

} // namespace mtc::commands
