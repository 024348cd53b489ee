#!/usr/bin/env python3
"""Random operations on a mount, against a simple model of the cloud, and against the cloud itself.

model.py --seed N --steps N [--keep]: runs a sandbox and a mount of it. $ECSFS and $ECS_SANDBOX are the programs.

The model knows for each server which values each of its properties may have: one after a success, both after a change
whose outcome nobody knows. Somebody else changes the cloud too. Each success is read back at once; at each checkpoint
all that the mount shows is compared with the cloud, and with the model. What fails is shrunk to the operations that it
needs, and printed as commands. Status 0: nothing was wrong.
"""

import argparse
import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

LATE_S = 36  # a change has 30, and a look-up may come first
FAST = "--boot-time 150 --absent-time 30 --start-time 80 --stop-time 80 --reboot-time 80 --delete-time 120 --volume-time 100"
ZONE = "eu-de-01"
NAMES = list("abcdefgh")
KEYS = ["env", "role", "x_y", "k-1"]
VALUES = ["1", "two", "three-3"]
# What a cloud that misbehaves is told by. Never ENOENT, ESTALE or an emptied list.
EXCUSES = {errno.EAGAIN, errno.EHOSTUNREACH, errno.ETIMEDOUT, errno.EIO, errno.EBADMSG}
STORM = ["kind=503 rate=0.10", "kind=429 rate=0.05 retry_after=-1", "kind=reset rate=0.02", "kind=reset-after rate=0.02",
         "kind=truncate rate=0.01"]


class Wrong(Exception):
    """What ecsfs has promised is not so."""


class Server:
    def __init__(self, name, ours):
        self.name = {name}
        self.description = {""}
        self.status = {"ACTIVE"}
        self.locked = {False}
        self.tags = {}      # key: {values}; None: it is not there
        self.metadata = {}
        self.disks = {}     # volume: {True, False}
        self.there = {True}
        self.ours = ours
        self.foreign = False  # changed by somebody else since the last refresh


class Run:
    def __init__(self, steps, log):
        self.steps, self.log = steps, log
        self.dir = tempfile.mkdtemp(prefix="ecsfs-model-")
        self.mount = os.path.join(self.dir, "m")
        self.servers = {}    # id: Server
        self.doubtful = set()  # names that a create may have given
        self.old_names = set()  # that somebody else has taken away, of which the mount need not know yet
        self.storm = False
        self.foreigners = 0
        self.drafts = {}     # name: description

    # The programs.

    def start(self):
        os.mkdir(self.mount)
        home = os.path.join(self.dir, "home")
        os.mkdir(home)
        self.sandbox = subprocess.Popen(
            [os.environ["ECS_SANDBOX"], "--until-eof", "--servers", "6", "--seed", "3", "--quota", "5000", *FAST.split()],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        url = self.sandbox.stdout.readline().strip()
        self.base = url.removesuffix("/v3")
        env = {k: v for k, v in os.environ.items() if not k.startswith("OS_")}
        env.update(HOME=home, XDG_STATE_HOME=home + "/state", XDG_CONFIG_HOME=home, XDG_CONFIG_DIRS=home,
                   G_DEBUG="fatal-warnings", OS_AUTH_URL=url, OS_USERNAME="demo", OS_PASSWORD="sandbox",
                   OS_USER_DOMAIN_NAME="OTC-SANDBOX", OS_PROJECT_NAME="eu-de", OS_REGION_NAME="eu-de")
        self.err = open(os.path.join(self.dir, "mount.err"), "w+")
        self.daemon = subprocess.Popen([os.environ["ECSFS"], "-f", "-o", "allow_delete,ttl=600", self.mount],
                                       env=env, stderr=self.err)
        self.wait(lambda: os.path.exists(self.mount + "/.ecsfs/version"), "the mount", 20)
        self.zone = f"{self.mount}/eu-de/{ZONE}"
        self.dir_servers = self.zone + "/servers"
        ids = dict(line.split(" ", 1) for line in self.control("GET", "ids?region=eu-de").splitlines())
        for key in ("flavor", "image", "vpc", "subnet"):
            self.put(f"template/{key}", ids[key])
        self.project = ids["project"]
        self.log_in()
        for server in self.truth().values():
            seen = self.servers[server["id"]] = Server(server["name"], False)
            seen.status = {server["status"]}
            seen.description = {server["description"] or ""}
            seen.tags = {k: {v} for k, v in tags_of(server).items()}
            seen.metadata = {k: {v} for k, v in server["metadata"].items()}
            seen.disks = {v["id"]: {True} for v in server["os-extended-volumes:volumes_attached"]}
        for i in range(3):
            with open(self.zone + "/volume_template/size_gb", "w") as f:
                f.write("10\n")
            os.mkdir(f"{self.zone}/volumes/disk{i}")
        self.volumes = [self.read(f"volumes/disk{i}/id") for i in range(3)]
        self.wait(lambda: all(self.read(f"volumes/{v}/status") == "available" for v in self.volumes), "volumes", 20)

    def stop(self):
        """Returns: what is wrong with the end."""
        subprocess.run(["fusermount3", "-u", "-z", self.mount], stderr=subprocess.DEVNULL)
        wrong = None
        try:
            if self.daemon.wait(20) != 0:
                wrong = f"the daemon ended with status {self.daemon.returncode}"
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            self.daemon.wait()
            wrong = "the daemon does not end"
        self.sandbox.stdin.close()
        self.sandbox.wait()
        self.err.seek(0)
        bad = [l for l in self.err if any(w in l for w in ("WARNING", "CRITICAL", "Sanitizer", "runtime error"))]
        shutil.rmtree(self.dir, ignore_errors=True)
        return wrong or (bad[0].strip() if bad else None)

    def control(self, method, path, body=None):
        request = urllib.request.Request(f"{self.base}/_sandbox/{path}", body.encode() if body else None, method=method)
        with urllib.request.urlopen(request) as reply:
            return reply.read().decode()

    def log_in(self):
        body = {"auth": {"identity": {"methods": ["password"], "password": {"user": {
            "name": "demo", "password": "sandbox", "domain": {"name": "OTC-SANDBOX"}}}},
            "scope": {"project": {"name": "eu-de"}}}}
        request = urllib.request.Request(self.base + "/v3/auth/tokens", json.dumps(body).encode(),
                                         {"Content-Type": "application/json"}, method="POST")
        with urllib.request.urlopen(request) as reply:
            self.token = reply.headers["X-Subject-Token"]

    def truth(self):
        """The servers of the zone, by id, as the cloud tells them. Not while it misbehaves."""
        path = f"{self.base}/eu-de/ecs/v1/{self.project}/cloudservers/detail?limit=1000&not-tags=__type_baremetal"
        request = urllib.request.Request(path, headers={"X-Auth-Token": self.token})
        with urllib.request.urlopen(request) as reply:
            all = json.load(reply)["servers"]
        return {s["id"]: s for s in all if s["OS-EXT-AZ:availability_zone"] == ZONE}

    # The mount.

    def wait(self, true, what, seconds):
        until = time.monotonic() + seconds
        while not true():
            if time.monotonic() > until:
                raise Wrong(f"{what}: not within {seconds} s")
            time.sleep(0.02)

    def read(self, path):
        with open(f"{self.zone}/{path}") as f:
            return f.read().rstrip("\n")

    def put(self, path, text):
        fd = os.open(f"{self.zone}/{path}", os.O_WRONLY | os.O_TRUNC | os.O_CREAT)
        try:
            os.write(fd, (text + "\n").encode())
        finally:
            os.close(fd)

    def attempt(self, command, change, *args):
        """Returns: None, or the errno."""
        self.log.append(command)
        begin = time.monotonic()
        err = None
        try:
            change(*args)
        except OSError as e:
            err = e.errno
        took = time.monotonic() - begin
        if took > LATE_S:
            raise Wrong(f"{command}: {took:.1f} s")
        if err:
            self.log[-1] += f"  # {errno.errorcode[err]}"
        return err

    def excused(self, err, *allowed):
        """Is the outcome unknown? An errno that is not @allowed is wrong."""
        if err in allowed:
            return False
        if self.storm and err in EXCUSES:
            return True
        raise Wrong(f"{self.log[-1]}: not an errno for this: {os.strerror(err)}")

    def expect(self, path, allowed):
        """What is read there now is one of those."""
        self.log.append(f"cat servers/{path}")
        try:
            text = self.read("servers/" + path)
        except OSError as e:
            if not self.excused(e.errno):
                raise Wrong(f"{self.log[-1]}: {e.strerror}")
            return
        if text not in allowed:
            raise Wrong(f"{path} is {text!r}, not {' or '.join(map(repr, sorted(allowed)))}")

    # The operations. @a and @b: random numbers.

    def pick(self, a):
        """Returns: a server that is there for certain, and for the mount, too; None: there is none."""
        there = [(i, s) for i, s in self.servers.items() if s.there == {True} and not s.foreign]
        return there[a % len(there)] if there else (None, None)

    def gone(self, err, server):
        """What somebody else has deleted may be said not to be there."""
        return err in (errno.ENOENT, errno.ESTALE) and server.there != {True}

    def change(self, command, what, server, member, new, *allowed):
        """@member: a set of what may be so; @allowed: errnos of a refusal."""
        err = self.attempt(command, *what)
        if err is None:
            member.clear()
            member.add(new)
            return True
        if self.excused(err, *allowed):
            member.add(new)
        return False

    def op_create(self, a, b):
        name = NAMES[a % len(NAMES)]
        named = [s for s in self.servers.values() if name in s.name and (s.there != {False} or s.foreign)]
        err = self.attempt(f"mkdir servers/{name}", os.mkdir, f"{self.dir_servers}/{name}")
        if err == errno.EEXIST or err == errno.ENOTUNIQ:
            if not named and name not in self.doubtful | self.old_names:
                raise Wrong(f"mkdir {name}: there is none of that name")
            return
        if err is not None:
            if self.excused(err, *([errno.EBUSY] if named else [])):
                self.doubtful.add(name)
            return
        if any(s.name == {name} and s.there == {True} and not s.foreign for s in named):
            raise Wrong(f"mkdir {name}: a second one")
        try:
            id = self.read(f"servers/{name}/id")
        except OSError as e:
            if not self.excused(e.errno):
                raise Wrong(f"{name} was made, and is not there: {e.strerror}")
            self.doubtful.add(name)
            return
        self.doubtful.discard(name)
        server = self.servers[id] = Server(name, True)
        self.expect(f"{id}/status", {"BUILD", "ACTIVE"})
        self.expect(f"{id}/name", {name})
        server.metadata = None  # the cloud adds some: as it says at the next checkpoint
        server.disks = None

    def op_delete(self, a, b):
        id, server = self.pick(a)
        if id is None or b % 3:  # not too many
            return
        refusals = [errno.EBUSY] + ([errno.EPERM] if True in server.locked else [])
        if self.change(f"rmdir servers/{id}", (os.rmdir, f"{self.dir_servers}/{id}"), server, server.there, False, *refusals):
            self.log.append("ls servers")
            if server.locked == {True}:
                raise Wrong("it was locked, and is deleted")
            if id in self.names():
                raise Wrong(f"{id} was deleted, and is listed")

    def names(self):
        try:
            return os.listdir(self.dir_servers)
        except OSError as e:
            if not self.excused(e.errno):
                raise Wrong(f"ls servers: {e.strerror}")
            return []

    def verb(self, a, verb, after):
        id, server = self.pick(a)
        if id is None:
            return
        refusals = [errno.EBUSY] + ([errno.EPERM] if True in server.locked else [])
        before = set(server.status)
        if self.change(f"echo {verb} >servers/{id}/action", (self.put, f"servers/{id}/action", verb), server, server.status,
                       after, *refusals):
            if server.locked == {True}:
                raise Wrong(f"it was locked, and could {verb}")
            if before == {after} and verb == "stop":
                raise Wrong("what was stopped could be stopped")
            self.expect(f"{id}/status", before | {after, "REBOOT", "HARD_REBOOT"})
            server.status |= {after}

    def op_stop(self, a, b):
        self.verb(a, "stop", "SHUTOFF")

    def op_start(self, a, b):
        self.verb(a, "start", "ACTIVE")

    def op_reboot(self, a, b):
        self.verb(a, "reboot", "ACTIVE")

    def op_lock(self, a, b):
        id, server = self.pick(a)
        if id and self.change(f"echo {str(b % 2 > 0).lower()} >servers/{id}/locked",
                              (self.put, f"servers/{id}/locked", str(b % 2 > 0).lower()), server, server.locked, b % 2 > 0,
                              errno.EBUSY):
            self.expect(f"{id}/locked", {str(b % 2 > 0).lower()})

    def op_rename(self, a, b):
        id, server = self.pick(a)
        name = f"n{b % 1000}"
        if id is None or any(name in s.name for s in self.servers.values()):
            return
        old = set(server.name)
        if self.change(f"echo {name} >servers/{id}/name", (self.put, f"servers/{id}/name", name), server, server.name, name,
                       errno.EBUSY):
            self.expect(f"{id}/name", {name})
            self.expect(f"{name}/id", {id})
            for was in old - {name}:
                if not any(was in s.name for s in self.servers.values()) and was not in self.doubtful | self.old_names and \
                        os.path.exists(f"{self.dir_servers}/{was}"):
                    raise Wrong(f"it was renamed to {name}, and is there as {was} still")

    def op_describe(self, a, b):
        id, server = self.pick(a)
        text = VALUES[b % len(VALUES)]
        if id and self.change(f"echo '{text}' >servers/{id}/description", (self.put, f"servers/{id}/description", text),
                              server, server.description, text, errno.EBUSY):
            self.expect(f"{id}/description", {text})

    def pair(self, kind, a, b):
        id, server = self.pick(a)
        if id is None or getattr(server, kind) is None:
            return
        pairs = getattr(server, kind)
        key, value = KEYS[b % len(KEYS)], VALUES[b // 7 % len(VALUES)]
        values = pairs.setdefault(key, {None})
        path = f"{id}/{kind}/{key}"
        refusals = [errno.EBUSY] + ([errno.EPERM] if kind == "metadata" and True in server.locked else [])
        if b % 5:
            if self.change(f"echo '{value}' >servers/{path}", (self.put, "servers/" + path, value), server, values, value,
                           *refusals):
                self.expect(path, {value})
            return
        if self.change(f"rm servers/{path}", (os.unlink, f"{self.dir_servers}/{path}"), server, values, None, *refusals,
                       *([errno.ENOENT] if None in values else [])):
            if os.path.exists(f"{self.dir_servers}/{path}"):
                raise Wrong(f"{path} was removed, and is there")

    def op_tag(self, a, b):
        self.pair("tags", a, b)

    def op_metadata(self, a, b):
        self.pair("metadata", a, b)

    def op_attach(self, a, b):
        id, server = self.pick(a)
        volume = self.volumes[b % len(self.volumes)]
        if id is None or server.disks is None:
            return
        has = server.disks.setdefault(volume, {False})
        path = f"{self.dir_servers}/{id}/volumes/{volume}"
        # Whether it can be had depends on what the others do with it.
        busy = [errno.EBUSY, errno.EINVAL, errno.ENOENT, errno.EEXIST] + ([errno.EPERM] if True in server.locked else [])
        if b % 2:
            self.change(f"mkdir servers/{id}/volumes/{volume}", (os.mkdir, path), server, has, True, *busy)
        else:
            self.change(f"rmdir servers/{id}/volumes/{volume}", (os.rmdir, path), server, has, False, *busy)

    def op_draft(self, a, b):
        name = "draft-" + NAMES[a % len(NAMES)]
        path = f"{self.zone}/drafts/{name}"
        if name not in self.drafts:
            if self.attempt(f"mkdir drafts/{name}", os.mkdir, path) is None:
                self.drafts[name] = ""
        elif b % 3 == 0:
            text = VALUES[b // 3 % len(VALUES)]
            if self.attempt(f"echo '{text}' >drafts/{name}/description", self.put, f"drafts/{name}/description", text) is None:
                self.drafts[name] = text
                if self.read(f"drafts/{name}/description") != text:
                    raise Wrong(f"{name}: its description is not what was written")
        elif b % 3 == 1:
            err = self.attempt(f"rmdir drafts/{name}", os.rmdir, path)
            if err is None:
                del self.drafts[name]
        else:
            self.send(name)

    def send(self, name):
        """One draft, one server, however often it is tried."""
        new = "from-" + name
        if any(new in s.name and s.there != {False} for s in self.servers.values()):
            return
        for _ in range(20):
            err = self.attempt(f"mv -T drafts/{name} servers/{new}", os.rename, f"{self.zone}/drafts/{name}",
                               f"{self.dir_servers}/{new}")
            if err is None or not self.excused(err, errno.EBUSY, errno.EEXIST):
                break
            self.doubtful.add(new)
        if err is not None:
            return
        description = self.drafts.pop(name)
        try:
            id = self.read(f"servers/{new}/id")
        except OSError as e:
            if not self.excused(e.errno, *([errno.ENOENT] if new in self.doubtful else [])):
                if new not in self.doubtful:
                    raise Wrong(f"{new} was made, and is not there: {e.strerror}")
            self.doubtful.add(new)
            return
        self.doubtful.discard(new)
        server = self.servers[id] = Server(new, True)
        server.description = {description}
        server.metadata = server.disks = None

    def op_foreign(self, a, b):
        """Somebody else, of whom the mount does not know until it asks."""
        kind = b % 4
        id, server = self.pick(a)
        if kind == 0 or id is None:
            self.foreigners += 1
            name = f"foreign{self.foreigners}"
            body = json.dumps({"project": "eu-de", "name": name, "availability_zone": ZONE})
            self.log.append(f"curl -d '{body}' $B/_sandbox/servers")
            new = self.control("POST", "servers", body).strip()
            server = self.servers[new] = Server(name, False)
            server.metadata = server.disks = server.tags = None
        elif kind == 1 and len(self.servers) > 4 and server.metadata is not None:
            self.log.append(f"curl -X DELETE $B/_sandbox/servers/{id}")
            self.control("DELETE", f"servers/{id}")
            server.there = {False}
        elif server.tags is not None:
            value = f"theirs{b % 10}"
            body = json.dumps({"name": value + id[:4], "tags": {"theirs": value}})
            self.log.append(f"curl -X PATCH -d '{body}' $B/_sandbox/servers/{id}")
            self.control("PATCH", f"servers/{id}", body)
            self.old_names |= server.name
            server.name = {value + id[:4]}
            server.tags["theirs"] = {value}
        server.foreign = True

    def op_storm(self, a, b):
        if self.storm:
            self.calm()
            return
        self.storm = True
        for rule in STORM:
            self.log.append(f"curl -d '{rule}' $B/_sandbox/faults")
            self.control("POST", "faults", rule)

    def calm(self):
        self.log.append("curl -X DELETE $B/_sandbox/faults")
        self.control("DELETE", "faults")
        self.storm = False

    def op_look(self, a, b):
        """What the mount knows is shown, whatever the cloud does."""
        known = {i for i, s in self.servers.items() if s.there == {True} and not s.foreign}
        self.log.append("ls servers")
        listed = set(self.names())
        if listed and known - listed:
            raise Wrong(f"not listed: {' '.join(known - listed)}")
        id, server = self.pick(a)
        if id:
            self.expect(f"{id}/id", {id})

    def op_check(self, a, b):
        """All that the mount shows is what the cloud has, and what the model says may be so."""
        if self.storm:
            self.calm()
        self.log.append("echo >.ecsfs/refresh")
        with open(self.mount + "/.ecsfs/refresh", "w") as f:
            f.write("\n")
        self.wait(self.idle, "all is at rest", 30)
        truth = self.truth()
        with open(self.mount + "/.ecsfs/refresh", "w") as f:
            f.write("\n")
        listed = {n for n in os.listdir(self.dir_servers) if n.count("-") == 4 and len(n) == 36}
        if listed != set(truth):
            raise Wrong(f"listed {sorted(listed - set(truth))} too many, {sorted(set(truth) - listed)} are missing")
        for id, it in truth.items():
            self.compare(id, it)
        for id, server in list(self.servers.items()):
            if id not in truth:
                if False not in server.there:
                    raise Wrong(f"{id} is gone from the cloud")
                del self.servers[id]
        names = [s["name"] for s in truth.values()]
        twice = {n for n in names if names.count(n) > 1}
        if twice:
            raise Wrong(f"made twice: {' '.join(twice)}")
        links = set(os.listdir(self.dir_servers + "/by-name"))
        if links != set(names):
            raise Wrong(f"by-name: {sorted(links ^ set(names))}")
        rows = self.read("servers/index.tsv").splitlines()[1:]
        if {row.split("\t")[0] for row in rows} != set(truth):
            raise Wrong("index.tsv has others")
        if set(os.listdir(self.zone + "/drafts")) != set(self.drafts):
            raise Wrong(f"drafts: {sorted(os.listdir(self.zone + '/drafts'))}, not {sorted(self.drafts)}")
        self.doubtful.clear()
        self.old_names.clear()

    def idle(self):
        truth = self.truth()
        return all((id in truth) in s.there for id, s in self.servers.items()) and \
            all(not s.get("OS-EXT-STS:task_state") and s["status"] in ("ACTIVE", "SHUTOFF", "ERROR")
                for s in truth.values()) and \
            all(self.read(f"volumes/{v}/status") in ("available", "in-use") for v in self.volumes)

    def compare(self, id, it):
        server = self.servers.get(id)
        if server is None:
            if it["name"] not in self.doubtful:
                raise Wrong(f"nobody has made {it['name']} {id}")
            server = self.servers[id] = Server(it["name"], True)
            server.metadata = server.disks = server.tags = None
            server.description = {it["description"] or ""}
        if True not in server.there:
            raise Wrong(f"{id} was deleted, and is there")
        pairs = {"tags": tags_of(it), "metadata": it["metadata"]}
        here = {"name": it["name"], "description": it["description"] or "", "status": it["status"],
                "locked": bool(it.get("locked", it.get("is_locked", False)))}
        for member, value in here.items():
            shown = self.read(f"servers/{id}/{member}")
            if shown != (str(value).lower() if member == "locked" else value):
                raise Wrong(f"{id}/{member} is shown as {shown!r}, the cloud has {value!r}")
            if value not in getattr(server, member) and server.status != {"ERROR"}:
                raise Wrong(f"{id}/{member} is {value!r} in the cloud, not {getattr(server, member)}")
            setattr(server, member, {value})
        for kind, there in pairs.items():
            shown = {k: self.read(f"servers/{id}/{kind}/{k}") for k in os.listdir(f"{self.dir_servers}/{id}/{kind}")}
            if shown != there:
                raise Wrong(f"{id}/{kind} is shown as {shown}, the cloud has {there}")
            known = getattr(server, kind) or {}
            for key, values in known.items():
                if there.get(key) not in values:
                    raise Wrong(f"{id}/{kind}/{key} is {there.get(key)!r} in the cloud, not {values}")
            setattr(server, kind, {k: {v} for k, v in there.items()})
        disks = {v["id"] for v in it["os-extended-volumes:volumes_attached"]}
        if set(os.listdir(f"{self.dir_servers}/{id}/volumes")) != disks:
            raise Wrong(f"{id}/volumes is {sorted(os.listdir(f'{self.dir_servers}/{id}/volumes'))}, not {sorted(disks)}")
        for volume, values in (server.disks or {}).items():
            if (volume in disks) not in values:
                raise Wrong(f"{id}: {volume} is attached: {volume in disks}, not {values}")
        server.disks = {v: {True} for v in disks}
        server.there, server.foreign = {True}, False

    def go(self):
        """Returns: None, or what is wrong."""
        wrong = None
        try:
            self.start()
            for name, a, b in self.steps:
                getattr(self, "op_" + name)(a, b)
            self.op_check(0, 0)
        except Wrong as e:
            wrong = str(e)
        except OSError as e:
            wrong = f"{e.filename or ''} {e.strerror or e}"
        return wrong or self.stop() if wrong is None else (self.stop(), wrong)[1]


def tags_of(server):
    return dict(tag.split("=", 1) for tag in server.get("tags") or [] if not tag.startswith("__"))


WEIGHTS = {"create": 8, "delete": 4, "stop": 4, "start": 4, "reboot": 2, "lock": 1, "rename": 5, "describe": 4, "tag": 10,
           "metadata": 6, "attach": 6, "draft": 6, "foreign": 5, "storm": 3, "look": 8, "check": 4}


def steps_of(seed, n):
    dice = random.Random(seed)
    return [(name, dice.randrange(1 << 16), dice.randrange(1 << 16))
            for name in dice.choices(list(WEIGHTS), WEIGHTS.values(), k=n)]


def shrink(steps, seconds):
    """The smallest list of them that still goes wrong, as far as that can be found in that time."""
    until = time.monotonic() + seconds
    size = max(len(steps) // 2, 1)
    while size and time.monotonic() < until:
        at = 0
        while at < len(steps) and time.monotonic() < until:
            fewer = steps[:at] + steps[at + size:]
            if Run(fewer, []).go():
                steps = fewer
            else:
                at += size
        size = 0 if size == 1 else (size + 1) // 2
    return steps


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--shrink", type=int, default=120, help="seconds")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    print(f"seed {args.seed}, {args.steps} steps", flush=True)
    steps, log = steps_of(args.seed, args.steps), []
    wrong = Run(steps, log).go()
    if not wrong:
        return 0
    print(f"wrong: {wrong}")
    print(f"after {len(log)} commands, the last of which are", *log[-12:], "looking for fewer", sep="\n", flush=True)
    steps = shrink(steps, args.shrink) if args.shrink else steps
    for _ in range(5):
        log = []
        again = Run(steps, log).go()
        if again:
            break
    print(f"{len(steps)} steps: {again or 'not every time: ' + wrong}")
    print("cd eu-de/" + ZONE, *log, sep="\n")
    return 1


sys.exit(main())
