/* The least that starting a program costs here: processes that do nothing but vfork, exec and wait.
 *     bare_vfork N_PROCESSES N_COMMANDS COMMAND [ARGUMENT]...      prints commands a second of all together */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(int argc, char** argv)
{
    if (argc < 4)
        return 2;
    const int n_processes = atoi(argv[1]);
    const int n_commands = atoi(argv[2]);
    const double began_s = now_s();
    for (int process = 0; process < n_processes; ++process)
        if (fork() == 0) {
            for (int i = process; i < n_commands; i += n_processes) {
                const pid_t child = vfork();
                if (child == 0) {
                    execv(argv[3], argv + 3);
                    _exit(127);
                }
                int status = 0;
                if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
                    _exit(1);
            }
            _exit(0);
        }
    int failed = 0;
    for (int process = 0; process < n_processes; ++process) {
        int status = 0;
        wait(&status);
        failed += status != 0;
    }
    printf("%.0f\n", n_commands / (now_s() - began_s));
    return failed != 0;
}
