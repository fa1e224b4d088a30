#include "output/broadcast.hpp"

#include "mtc/flat.hpp"

#include <span>

namespace mtc::output {

namespace {

ModelBytes broadcast_bytes(const mpi::Communicator& comm, ModelBytes bytes)
{
    std::uint64_t n = bytes.size();
    comm.broadcast(std::as_writable_bytes(std::span{&n, 1}), 0);
    bytes.resize(n);
    comm.broadcast(bytes, 0);
    return bytes;
}

} // namespace

std::vector<std::string> broadcast(const mpi::Communicator& comm, std::vector<std::string> texts)
{
    FlatWriter writer;
    writer.add_texts("texts", texts);
    const ModelBytes bytes = broadcast_bytes(comm, writer.finish());
    return FlatReader{bytes}.texts("texts");
}

Dataset broadcast(const mpi::Communicator& comm, const Dataset& dataset)
{
    std::vector<std::string> names;
    std::vector<std::uint32_t> elements;
    std::vector<std::uint32_t> extents;
    for (const Field& field : dataset.fields) {
        names.push_back(field.name);
        names.push_back(field.meaning);
        elements.push_back(static_cast<std::uint32_t>(field.element));
        extents.push_back(field.extent);
    }
    FlatWriter writer;
    writer.add_text("path", dataset.path);
    writer.add_texts("names", names);
    writer.add("elements", elements);
    writer.add("extents", extents);
    writer.add_one("n_rows", dataset.n_rows);
    writer.add("inner", dataset.inner);
    writer.add("outer", dataset.outer);
    writer.add_texts("axes", dataset.axes);
    const ModelBytes bytes = broadcast_bytes(comm, writer.finish());

    const FlatReader reader{bytes};
    const auto inner = reader.get<std::uint64_t>("inner");
    const auto outer = reader.get<std::uint64_t>("outer");
    Dataset result{std::string{reader.text("path")},
                   {},
                   reader.get_one<std::uint64_t>("n_rows"),
                   {inner.begin(), inner.end()},
                   reader.texts("axes"),
                   {outer.begin(), outer.end()}};
    names = reader.texts("names");
    for (std::size_t i = 0; 2 * i < names.size(); ++i)
        result.fields.push_back({names[2 * i], static_cast<Element>(reader.get<std::uint32_t>("elements")[i]),
                                 reader.get<std::uint32_t>("extents")[i], names[2 * i + 1]});
    return result;
}

} // namespace mtc::output
