"""matrix.py LIST MOUNT OUT - for test-matrix.sh: a file of the mount for each row of ecsfs --list-files.

Writes OUT/files, "mode path" a line, and OUT/missing: the rows of which there is no file.
"""
import glob
import os
import re
import stat
import sys

listing, mount, out = sys.argv[1:]
with open(out + "/files", "w") as files, open(out + "/missing", "w") as missing:
    for row in open(listing):
        kind, mode, path = row.split()[:3]
        if kind != "-" or "/wait/" in path:
            continue
        pattern = mount + re.sub(r"<[^>]*>", "[!.]*", path.replace("/<region>/", "/eu-de/"))
        found = [f for f in sorted(glob.glob(pattern)) if stat.S_ISREG(os.lstat(f).st_mode)]
        # Of several, one with a text.
        found.sort(key=lambda f: os.stat(f).st_size == 0)
        print(mode, found[0], file=files) if found else print(path, file=missing)
