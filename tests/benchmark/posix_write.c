/* One process writes what it has in memory as plainly as can be: space reserved, pieces of 64 MB, then brought to the
 * disk.
 *     posix_write FILE BYTES      prints the seconds of writing and of bringing it to the disk
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
    const size_t piece = (size_t)64 << 20;
    const size_t n_bytes = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
    char* const bytes = malloc(n_bytes + 1);
    const int file = n_bytes > 0 ? open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
    if (file < 0 || bytes == NULL)
        return 1;
    for (size_t i = 0; i < n_bytes; ++i)
        bytes[i] = (char)(i * 31 % 256);
    const double begin = now_s();
    if (posix_fallocate(file, 0, (off_t)n_bytes) != 0)
        return 1;
    for (size_t done = 0; done < n_bytes;) {
        const size_t n = n_bytes - done < piece ? n_bytes - done : piece;
        const ssize_t written = pwrite(file, bytes + done, n, (off_t)done);
        if (written <= 0)
            return 1;
        done += (size_t)written;
    }
    const double written_s = now_s();
    if (fsync(file) != 0 || close(file) != 0)
        return 1;
    printf("%.3f %.3f\n", written_s - begin, now_s() - written_s);
    return 0;
}
