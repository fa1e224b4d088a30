/* The yardstick for sleeping tasks on more ranks than processors: a master and workers with nothing around
 * them. One assignment and one receipt a task, of the sizes that mtc sends, DEPTH tasks under way at each
 * worker; a task sleeps to an absolute deadline, and whoever waits for a message naps between two looks, so
 * that it keeps no processor from others.
 *
 *     mpicc -O2 bare_sleep.c -o bare_sleep
 *     mpirun -n 257 ./bare_sleep TASKS_A_WORKER TASK_MS DEPTH      prints seconds from the first assignment
 * to the last receipt
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

enum { assignment = 1, receipt = 2, leave = 3 };
enum { assignment_bytes = 72, receipt_bytes = 48 };
static const long master_nap_ns = 100 * 1000;
static const long shortest_nap_ns = 50 * 1000;
static const long longest_nap_ns = 5 * 1000 * 1000;

static void nap(long ns)
{
    const struct timespec length = {0, ns};
    nanosleep(&length, NULL);
}

static void sleep_for(double seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    const double end = (double)until.tv_nsec * 1e-9 + seconds;
    until.tv_sec += (time_t)end;
    until.tv_nsec = (long)((end - (double)(time_t)end) * 1e9);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != 0) {
    }
}

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
        int there = 0;
        MPI_Status status;
        MPI_Iprobe(MPI_ANY_SOURCE, receipt, MPI_COMM_WORLD, &there, &status);
        if (!there) {
            nap(master_nap_ns);
            continue;
        }
        MPI_Recv(in, receipt_bytes, MPI_BYTE, status.MPI_SOURCE, receipt, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        ++done;
        if (sent < n_tasks) {
            MPI_Send(out, assignment_bytes, MPI_BYTE, status.MPI_SOURCE, assignment, MPI_COMM_WORLD);
            ++sent;
        }
    }
}

/* The next message from the master; returns its tag. */
static int await(char* in)
{
    long nap_ns = shortest_nap_ns;
    for (;;) {
        int there = 0;
        MPI_Status status;
        MPI_Iprobe(0, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status);
        if (there) {
            MPI_Recv(in, assignment_bytes, MPI_BYTE, 0, status.MPI_TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
            return status.MPI_TAG;
        }
        nap(nap_ns);
        nap_ns = nap_ns * 3 / 2 < longest_nap_ns ? nap_ns * 3 / 2 : longest_nap_ns;
    }
}

static void work(double task_s)
{
    char in[assignment_bytes];
    char out[receipt_bytes] = {0};
    while (await(in) == assignment) {
        sleep_for(task_s);
        MPI_Send(out, receipt_bytes, MPI_BYTE, 0, receipt, MPI_COMM_WORLD);
    }
}

/* A message each way with everybody: what the first one costs is no part of what is measured. */
static void greet(int rank, int n_ranks)
{
    char in[assignment_bytes];
    char out[assignment_bytes] = {0};
    for (int other = 1; other < n_ranks; ++other) {
        if (rank == 0) {
            MPI_Send(out, assignment_bytes, MPI_BYTE, other, assignment, MPI_COMM_WORLD);
            MPI_Recv(in, receipt_bytes, MPI_BYTE, other, receipt, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        } else if (rank == other) {
            MPI_Recv(in, assignment_bytes, MPI_BYTE, 0, assignment, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
            MPI_Send(out, receipt_bytes, MPI_BYTE, 0, receipt, MPI_COMM_WORLD);
        }
    }
    MPI_Barrier(MPI_COMM_WORLD);
}

int main(int argc, char** argv)
{
    int level;
    int rank;
    int n_ranks;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &level);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &n_ranks);
    prctl(PR_SET_TIMERSLACK, 1UL); /* [ns] sleeps end when they should */
    const long tasks_a_worker = argc > 1 ? atol(argv[1]) : 10;
    const double task_s = argc > 2 ? 1e-3 * atof(argv[2]) : 0.1;
    const int depth = argc > 3 ? atoi(argv[3]) : 1;
    greet(rank, n_ranks);
    if (rank == 0) {
        const double begin = MPI_Wtime();
        serve(tasks_a_worker * (n_ranks - 1), depth, n_ranks);
        printf("%.4f\n", MPI_Wtime() - begin);
        fflush(stdout);
        for (int other = 1; other < n_ranks; ++other)
            MPI_Send(NULL, 0, MPI_BYTE, other, leave, MPI_COMM_WORLD);
    } else {
        work(task_s);
    }
    MPI_Finalize();
    return 0;
}
