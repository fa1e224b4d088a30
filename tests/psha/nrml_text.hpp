#pragma once

#include <string>
#include <vector>

/// \file
/// Small NRML texts. A source begins on a line of its own, each of its parts too, so that lines can be
/// counted.
namespace mtc::test {

inline std::string nrml(const std::string& content, const std::string& version = "0.5")
{
    return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
           "<nrml xmlns=\"http://openquake.org/xmlns/nrml/" +
           version + "\" xmlns:gml=\"http://www.opengis.net/gml\">\n" + content + "</nrml>\n";
}

/// The parts of a source that tests vary.
struct SourceText {
    std::string kind = "pointSource";
    std::string attributes = "id=\"1\" name=\"one\"";
    std::string geometry = "<pointGeometry><gml:Point><gml:pos>10 45</gml:pos></gml:Point>"
                           "<upperSeismoDepth>0</upperSeismoDepth><lowerSeismoDepth>20</lowerSeismoDepth>"
                           "</pointGeometry>";
    std::string relation = "WC1994";
    std::string aspect = "1.5";
    std::string mfd =
        "<arbitraryMFD><occurRates>0.1 0.01</occurRates><magnitudes>5 6</magnitudes></arbitraryMFD>";
    std::string planes = "<nodalPlane probability=\"1\" strike=\"0\" dip=\"90\" rake=\"0\"/>";
    std::string depths = "<hypoDepth probability=\"1\" depth=\"10\"/>";

    /// Lines: 0 the source, 1 geometry, 2 relation, 3 aspect, 4 mfd, 5 planes, 6 depths.
    [[nodiscard]] std::string xml() const
    {
        return "<" + kind + " " + attributes + ">\n" + geometry + "\n<magScaleRel>" + relation +
               "</magScaleRel>\n<ruptAspectRatio>" + aspect + "</ruptAspectRatio>\n" + mfd +
               "\n<nodalPlaneDist>" + planes + "</nodalPlaneDist>\n<hypoDepthDist>" + depths +
               "</hypoDepthDist>\n</" + kind + ">\n";
    }
};

inline SourceText area_text(const std::string& corners = "10 45 10.5 45 10.5 45.5 10 45.5",
                            const std::string& attributes = "")
{
    SourceText area;
    area.kind = "areaSource";
    area.geometry =
        "<areaGeometry " + attributes + "><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>" +
        corners +
        "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"
        "<upperSeismoDepth>0</upperSeismoDepth><lowerSeismoDepth>20</lowerSeismoDepth></areaGeometry>";
    return area;
}

/// Lines: 1 and 2 are the head, 3 the model, 4 the group, 5 the first source.
inline std::string source_model_xml(const std::string& sources,
                                    const std::string& trt = "Active Shallow Crust",
                                    const std::string& group_attributes = "")
{
    return nrml("<sourceModel name=\"test\">\n<sourceGroup name=\"g\" tectonicRegion=\"" + trt + "\" " +
                group_attributes + ">\n" + sources + "</sourceGroup>\n</sourceModel>\n");
}

struct BranchText {
    std::string id;
    std::string model;
    std::string weight;
};

/// Lines: 0 the set, then one for each branch.
inline std::string branch_set_xml(const std::string& attributes, const std::vector<BranchText>& branches)
{
    std::string xml = "<logicTreeBranchSet branchSetID=\"bs\" " + attributes + ">\n";
    for (const BranchText& branch : branches)
        xml += "<logicTreeBranch branchID=\"" + branch.id + "\"><uncertaintyModel>" + branch.model +
               "</uncertaintyModel><uncertaintyWeight>" + branch.weight +
               "</uncertaintyWeight></logicTreeBranch>\n";
    return xml + "</logicTreeBranchSet>\n";
}

/// Lines: 3 the tree, 4 the first set.
inline std::string logic_tree_xml(const std::string& sets)
{
    return nrml("<logicTree logicTreeID=\"lt\">\n" + sets + "</logicTree>\n", "0.4");
}

inline std::string source_tree_xml(const std::vector<BranchText>& branches)
{
    return logic_tree_xml(branch_set_xml("uncertaintyType=\"sourceModel\"", branches));
}

inline std::string gsim_set_xml(const std::string& trt, const std::vector<BranchText>& branches)
{
    return branch_set_xml("uncertaintyType=\"gmpeModel\" applyToTectonicRegionType=\"" + trt + "\"",
                          branches);
}

} // namespace mtc::test
