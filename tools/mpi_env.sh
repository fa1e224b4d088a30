# Sourced: lets mpirun start any number of ranks here, as any user. Sets nothing that alters results.
#   mpi_env N   prepares the environment for N ranks on this machine

mpi_env() {
    # Hardware threads count as slots: without it mpirun refuses more ranks than physical cores.
    export OMPI_MCA_hwloc_base_use_hwthreads_as_cpus=1
    if [ "$(id -u)" -eq 0 ]; then
        export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    fi
    if [ "$1" -gt "$(nproc)" ]; then
        export OMPI_MCA_rmaps_base_oversubscribe=1
    fi
}
