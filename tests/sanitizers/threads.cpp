/* The functions that GCC calls for the kernels' OpenMP pragmas, written with C++ threads.

   ThreadSanitizer does not see how libgomp's threads wait for each other, unless libgomp itself is compiled with it,
   so it would report every parallel region. These functions replace libgomp if the driver is compiled with
   -fopenmp and -fsanitize=thread and linked without -fopenmp. GCC generates the code of the loops itself if their
   schedule is static, as it is in all kernels. */
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace {

struct Team {
    unsigned size;
    std::mutex mutex;
    std::condition_variable all;
    unsigned waiting = 0, barriers = 0;
};

thread_local Team *team = nullptr;
thread_local unsigned number = 0;

}  // namespace

extern "C" {

int omp_get_thread_num() { return (int)number; }
int omp_get_num_threads() { return team ? (int)team->size : 1; }

void GOMP_barrier()
{
    if (!team) return;
    std::unique_lock<std::mutex> lock(team->mutex);
    const unsigned now = team->barriers;
    if (++team->waiting == team->size) {
        team->waiting = 0, team->barriers++;
        team->all.notify_all();
    } else
        team->all.wait(lock, [=] { return team->barriers != now; });
}

void GOMP_parallel(void (*region)(void *), void *data, unsigned size, unsigned)
{
    Team own;
    own.size = size ? size : 1;
    const auto run = [&](unsigned mine) {
        team = &own, number = mine;
        region(data);
        team = nullptr, number = 0;
    };
    std::vector<std::thread> others;
    for (unsigned i = 1; i < own.size; i++) others.emplace_back(run, i);
    run(0);
    for (std::thread &other : others) other.join();
}
}
