/* Master and workers that start programs with posix_spawn and wait for them: what mtc's sweeps of commands are held
 * against. Rank 0 hands out numbers one by one, two under way at each worker.
 *     mpirun -n 3 bare_spawn TASKS PROGRAM [ARGUMENTS...]     prints commands a second */
#include <mpi.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <fcntl.h>
#include <sys/wait.h>

extern char **environ;

static void start_and_wait(char **words)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    pid_t child;
    if (posix_spawn(&child, words[0], &actions, NULL, words, environ) != 0)
        MPI_Abort(MPI_COMM_WORLD, 1);
    int status;
    waitpid(child, &status, 0);
    posix_spawn_file_actions_destroy(&actions);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    int rank, size;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    const int tasks = atoi(argv[1]);
    MPI_Barrier(MPI_COMM_WORLD);
    const double begin = MPI_Wtime();
    if (rank == 0) {
        int next = 0, left = 0;
        for (int depth = 0; depth < 2; ++depth)
            for (int worker = 1; worker < size; ++worker) {
                const int task = next < tasks ? next++ : -1;
                left += task >= 0;
                if (task >= 0)
                    MPI_Send(&task, 1, MPI_INT, worker, 0, MPI_COMM_WORLD);
            }
        while (left > 0) {
            int done;
            MPI_Status status;
            MPI_Recv(&done, 1, MPI_INT, MPI_ANY_SOURCE, 0, MPI_COMM_WORLD, &status);
            --left;
            if (next < tasks) {
                MPI_Send(&next, 1, MPI_INT, status.MPI_SOURCE, 0, MPI_COMM_WORLD);
                ++next;
                ++left;
            }
        }
        const int stop = -1;
        for (int worker = 1; worker < size; ++worker)
            MPI_Send(&stop, 1, MPI_INT, worker, 0, MPI_COMM_WORLD);
        printf("%.0f\n", tasks / (MPI_Wtime() - begin));
    } else {
        while (1) {
            int task;
            MPI_Recv(&task, 1, MPI_INT, 0, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
            if (task < 0)
                break;
            start_and_wait(argv + 2);
            MPI_Send(&task, 1, MPI_INT, 0, 0, MPI_COMM_WORLD);
        }
    }
    MPI_Finalize();
    return 0;
}
