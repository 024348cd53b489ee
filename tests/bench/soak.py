"""soak.py ZONE PID OPERATIONS WORKERS SEED - what tests/bench/soak does and prints."""
import collections, errno, multiprocessing, os, random, sys, time

zone, pid, operations, workers, seed = sys.argv[1], *map(int, sys.argv[2:])
servers = os.path.join(zone, "servers")
STEP = 500  # operations between two reports of a worker


def text(path):
    with open(path) as file:
        return file.read()


def put(path, value):
    with open(path, "w") as file:
        file.write(value + "\n")


class Worker:
    """Does one operation after the other, each on a random server."""

    def __init__(self, number):
        self.number, self.random = number, random.Random(seed * 1000 + number)
        self.ids, self.made = [], []

    def one(self):
        return os.path.join(servers, self.random.choice(self.ids))

    def list(self):
        self.ids = [name for name in os.listdir(servers) if name.count("-") == 4] or self.ids

    def stat(self):
        os.stat(os.path.join(self.one(), self.random.choice(("status", "name", "ip", "json", "tags"))))

    def read(self):
        text(os.path.join(self.one(), self.random.choice(("status", "name", "addresses", "json", "flavor", "action"))))

    def walk(self):
        for _, _, files in os.walk(self.one()):
            len(files)

    def missing(self):
        os.path.exists(os.path.join(servers, "none-%d" % self.random.randrange(10**9)))

    def view(self):
        os.listdir(os.path.join(servers, self.random.choice(("by-name", "by-status", "by-ip", "by-flavor"))))

    def console(self):
        text(os.path.join(self.one(), "console.log"))

    def rename(self):
        put(os.path.join(self.one(), "name"), "soak-%d" % self.random.randrange(1000))

    def tag(self):
        path = os.path.join(self.one(), "metadata", "soak%d" % self.random.randrange(4))
        if self.random.random() < 0.5:
            put(path, "x" * self.random.randrange(1, 50))
        else:
            os.unlink(path)

    def act(self):
        put(os.path.join(self.one(), "action"), self.random.choice(("start", "stop", "reboot")))

    def make(self):
        if len(self.made) >= 3:
            os.rmdir(os.path.join(servers, self.made.pop(0)))
            return
        name = "soak%d-%d" % (self.number, self.random.randrange(10**9))
        self.made.append(name)
        os.mkdir(os.path.join(servers, name))

    def refresh(self):
        os.utime(self.one())

    # How often each is done, in a thousand.
    shares = {stat: 420, read: 400, missing: 60, walk: 60, list: 10, view: 20, console: 5, rename: 8, tag: 8, act: 4,
              make: 2, refresh: 3}

    def run(self, n, reports):
        kinds, weights = zip(*self.shares.items())
        while not self.ids:
            self.list()
        done, failed = 0, collections.Counter()
        for kind in self.random.choices(kinds, weights, k=n):
            try:
                kind(self)
            except OSError as e:
                failed[errno.errorcode[e.errno]] += 1
            done += 1
            if done % STEP == 0 or done == n:
                reports.put((done % STEP or STEP, failed))
                failed = collections.Counter()


def proc(key):
    with open("/proc/%d/status" % pid) as file:
        return next(line.split()[1] for line in file if line.startswith(key + ":"))


def state():
    stats = text(os.path.join(zone, "../../.ecsfs/stats"))
    nodes = next(line.split()[1] for line in stats.splitlines() if line.startswith("ecsfs_nodes "))
    return "%8.1f %6d %8s %8s" % (int(proc("VmRSS")) / 1024, len(os.listdir("/proc/%d/fd" % pid)), proc("Threads"), nodes)


reports = multiprocessing.Queue()
each = operations // workers
processes = [multiprocessing.Process(target=Worker(i).run, args=(each, reports)) for i in range(workers)]
print("%11s %6s %8s %6s %8s %8s" % ("operations", "s", "RSS, MB", "files", "threads", "nodes"))
print("%11d %6d %s" % (0, 0, state()), flush=True)
began, done, shown, failed = time.time(), 0, 0, collections.Counter()
for process in processes:
    process.start()
while done < each * workers:
    n, errors = reports.get(timeout=600)
    done += n
    failed += errors
    if done * 10 // (each * workers) > shown:
        shown = done * 10 // (each * workers)
        print("%11d %6d %s" % (done, time.time() - began, state()), flush=True)
for process in processes:
    process.join()
print("failed: " + (", ".join("%s %d" % item for item in failed.most_common()) or "none"))
