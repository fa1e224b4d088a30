# Spack recipe of mtc. In a checkout, without a repository of one's own:
#     spack repo create ~/spack-mtc mtc && mkdir -p ~/spack-mtc/packages/mtc
#     cp tools/packaging/spack/package.py ~/spack-mtc/packages/mtc/ && spack repo add ~/spack-mtc
#     spack dev-build mtc@0.1.0 ^openmpi        # builds what lies in the current folder
# What it depends on is what tools/setup installs on Debian; tests/system/packaging.sh holds the two together.
from spack.package import *


class Mtc(CMakePackage):
    """Runs one calculation of very many independent and uneven pieces of work on MPI: classical seismic hazard from
    OpenQuake's files, sweeps of commands, imports of CSV files, functions of one's own."""

    license("MIT")

    version("0.1.0")

    variant("postgresql", default=True, description="import_csv can load into PostgreSQL")
    variant("python", default=True, description="h5py, numpy and matplotlib for the tools that read and draw outputs")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("cmake@3.22:", type="build")
    depends_on("ninja", type="build")
    depends_on("pkgconfig", type="build")

    depends_on("mpi@3.1:")
    depends_on("hdf5@1.10: +mpi")
    depends_on("boost@1.74: +program_options +container")
    depends_on("eigen@3.4:")
    depends_on("pugixml")
    depends_on("zlib-api")
    depends_on("libzip")
    depends_on("fmt")
    depends_on("sqlite@3:")
    depends_on("tomlplusplus")
    depends_on("postgresql", when="+postgresql")
    depends_on("doctest", type="test")
    depends_on("python@3.9:", type="run", when="+python")
    depends_on("py-h5py", type="run", when="+python")
    depends_on("py-numpy", type="run", when="+python")
    depends_on("py-matplotlib", type="run", when="+python")

    requires("%gcc@12:", msg="other compilers are not tested")

    generator("ninja")

    def cmake_args(self):
        return [
            self.define("MTC_BUILD_TESTS", self.run_tests),
            self.define("CMAKE_DISABLE_FIND_PACKAGE_PostgreSQL", not self.spec.satisfies("+postgresql")),
        ]

    @run_after("install")
    @on_package_attributes(run_tests=True)
    def check_installed(self):
        """The installed program reads and weighs an input that comes with it."""
        Executable(self.prefix.bin.mtc)("check", join_path(self.stage.source_path, "inputs", "synthetic.ini"))
