"""reads.py HOW FILE... - read each file in an unusual way; print them all."""
import ctypes
import mmap
import os
import shutil
import sys


def small(path):
    fd = os.open(path, os.O_RDONLY)
    while data := os.read(fd, 7):
        sys.stdout.buffer.write(data)


def backwards(path):
    fd = os.open(path, os.O_RDONLY)
    parts, end = [], os.fstat(fd).st_size
    while end > 0:
        start = max(end - 100, 0)
        parts.insert(0, os.pread(fd, end - start, start))
        end = start
    sys.stdout.buffer.write(b"".join(parts))


def mapped(path):
    with open(path, "rb") as f:
        if os.fstat(f.fileno()).st_size > 0:
            sys.stdout.buffer.write(mmap.mmap(f.fileno(), 0, mmap.MAP_PRIVATE, mmap.PROT_READ)[:])


def copied(path):
    with open(path, "rb") as f:
        sys.stdout.flush()
        shutil.copyfileobj(f, sys.stdout.buffer)


def sent(path):
    sys.stdout.flush()
    fd = os.open(path, os.O_RDONLY)
    while os.sendfile(1, fd, None, 1 << 20) > 0:
        pass


def spliced(path):
    libc = ctypes.CDLL(None, use_errno=True)
    fd = os.open(path, os.O_RDONLY)
    r, w = os.pipe()
    while (n := libc.splice(fd, None, w, None, 4096, 0)) > 0:
        sys.stdout.buffer.write(os.read(r, n))
    if n < 0:
        sys.exit("splice: " + os.strerror(ctypes.get_errno()))


for name in sys.argv[2:]:
    globals()[sys.argv[1]](name)
    sys.stdout.flush()
