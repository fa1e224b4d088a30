/* The yardstick for empty tasks: a master and workers with nothing around them. One assignment and one receipt a task,
 * of the sizes that mtc sends, MPI_THREAD_FUNNELED, DEPTH tasks under way at each worker.
 *
 *     mpicc -O2 bare_master_worker.c -o bare_master_worker
 *     mpirun -n 5 ./bare_master_worker TASKS DEPTH      prints tasks a second
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

enum { assignment = 1, receipt = 2, leave = 3 };
enum { assignment_bytes = 72, receipt_bytes = 48 };

static void serve(long n_tasks, int depth, int n_ranks)
{
    char out[assignment_bytes] = {0};
    char in[receipt_bytes];
    long sent = 0;
    long done = 0;
    for (int d = 0; d < depth; ++d)
        for (int rank = 1; rank < n_ranks && sent < n_tasks; ++rank, ++sent)
            MPI_Send(out, assignment_bytes, MPI_BYTE, rank, assignment, MPI_COMM_WORLD);
    while (done < n_tasks) {
        MPI_Status status;
        MPI_Recv(in, receipt_bytes, MPI_BYTE, MPI_ANY_SOURCE, receipt, MPI_COMM_WORLD, &status);
        ++done;
        if (sent < n_tasks) {
            MPI_Send(out, assignment_bytes, MPI_BYTE, status.MPI_SOURCE, assignment, MPI_COMM_WORLD);
            ++sent;
        }
    }
    for (int rank = 1; rank < n_ranks; ++rank)
        MPI_Send(out, 0, MPI_BYTE, rank, leave, MPI_COMM_WORLD);
}

static void work(void)
{
    char in[assignment_bytes];
    char out[receipt_bytes] = {0};
    for (;;) {
        MPI_Status status;
        MPI_Recv(in, assignment_bytes, MPI_BYTE, 0, MPI_ANY_TAG, MPI_COMM_WORLD, &status);
        if (status.MPI_TAG == leave)
            return;
        MPI_Send(out, receipt_bytes, MPI_BYTE, 0, receipt, MPI_COMM_WORLD);
    }
}

int main(int argc, char** argv)
{
    int level;
    int rank;
    int n_ranks;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &level);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &n_ranks);
    const long n_tasks = argc > 1 ? atol(argv[1]) : 100000;
    const int depth = argc > 2 ? atoi(argv[2]) : 2;
    MPI_Barrier(MPI_COMM_WORLD);
    const double begin = MPI_Wtime();
    if (rank == 0) {
        serve(n_tasks, depth, n_ranks);
        printf("%.0f\n", (double)n_tasks / (MPI_Wtime() - begin));
    } else {
        work();
    }
    MPI_Finalize();
    return 0;
}
