#include "workloads/import_csv/load.hpp"

#include "mtc/error.hpp"

namespace mtc::import_csv {

void require_postgresql(const std::string& where)
{
    throw InputError(text(where,
                          " (this mtc was built without libpq, PostgreSQL's client library). Install it "
                          "(Debian: libpq-dev) and build again?"));
}

std::vector<std::string> check_load(const Load&, std::span<const PlacedColumn>, const std::string& where)
{
    require_postgresql(where);
    return {};
}

LoadState begin_load(const Load& load, std::span<const PlacedColumn>)
{
    require_postgresql(load.database);
    return {};
}

void load_unit(const Load& load, const LoadState&, std::span<const PlacedColumn>, std::uint64_t,
               std::uint64_t, char, const std::function<void(const CopySink&)>&)
{
    require_postgresql(load.database);
}

void end_load(const Load& load, std::span<const PlacedColumn>, std::uint64_t)
{
    require_postgresql(load.database);
}

} // namespace mtc::import_csv
