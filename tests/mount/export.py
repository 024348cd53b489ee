"""Check a file of export/ against servers.json: export.py WHAT EXPORT [PROGRAM'S OUTPUT]

Prints what is wrong, a line each; nothing: all is well. WHAT is the format, or the program whose
output is the third argument.
"""

import csv
import html.parser
import io
import ipaddress
import json
import re
import shlex
import sys
from collections import defaultdict
from pathlib import Path

what, export = sys.argv[1], Path(sys.argv[2])
output = Path(sys.argv[3]).read_bytes().decode() if len(sys.argv) > 3 else ""
servers = json.loads((export / "servers.json").read_bytes().decode())
by_id = {server["id"]: server for server in servers}
region = export.parent.parent / "export" / "servers.json"  # of a zone's
neighbours = json.loads(region.read_bytes().decode()) if region.exists() else servers


def text(name):
    return (export / name).read_bytes().decode()


def wrong(*words):
    print(*words)


def same(subject, expected, actual):
    if expected != actual:
        wrong(f"{subject}: expected {expected!r}, got {actual!r}")


def shown(value):
    """As ecsfs shows a value: control characters are blanks."""
    return re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", value)


def addresses(server, kind):
    return [a["addr"] for addrs in (server.get("addresses") or {}).values() for a in addrs
            if a["OS-EXT-IPS:type"] == kind]


def login(server):
    return (addresses(server, "floating") + addresses(server, "fixed") + [""])[0]


def flavor(server):
    """Its name; Nova tells no id any more since 2.47."""
    return server["flavor"].get("original_name") or server["flavor"]["id"]


def tags(server):
    return dict(tag.partition("=")[::2] for tag in server.get("tags") or [])


def word(value):
    return re.sub("[^A-Za-z0-9]", "_", shown(value))


reachable = [s for s in servers if login(s)]


def ssh_hosts():
    """name → server, from the config itself."""
    hosts = {}
    for line in text("ssh_config").split("\n"):
        if line.startswith("Host "):
            name, server_id = line.split()[1:]
            if name in hosts:
                wrong("twice:", name)
            hosts[name] = by_id[server_id]
        elif line and not re.fullmatch(r"#.*|\t(# |HostName [0-9a-f.:]+$|User [a-z]+$).*", line):
            wrong("a line that should not be there:", line)
    return hosts


def check_names():
    """A server has its own name if it is a host's name and nobody else's."""
    hosts = ssh_hosts()
    same("servers", sorted(s["id"] for s in reachable), sorted(s["id"] for s in hosts.values()))
    lower = defaultdict(int)
    for server in neighbours:
        lower[server["name"].lower()] += 1
    for name, server in hosts.items():
        plain = re.fullmatch("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", server["name"])
        special = re.fullmatch(r"localhost.*|all|ungrouped|[0-9.]+|(az|tag|flavor|status)_.*|.*\.public",
                               server["name"], re.I)
        if plain and not special and lower[server["name"].lower()] == 1 and \
                len(server["name"]) <= 200 and \
                server["name"] not in {neighbour["id"] for neighbour in neighbours}:
            same("name", server["name"], name)
        elif not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*-" + server["id"][:8], name):
            wrong("not told apart:", name, server)


def check_hosts():
    names = {server["id"]: name for name, server in ssh_hosts().items()}
    expected = sorted((addr, names[s["id"]] + suffix) for s in reachable
                      for kind, suffix in (("fixed", ""), ("floating", ".public"))
                      for addr in addresses(s, kind))
    actual = []
    for line in text("hosts").splitlines():
        if not line.startswith("#"):
            addr, name = line.split("\t")
            ipaddress.ip_address(addr)
            actual.append((addr, name))
    same("lines", expected, sorted(actual))


def check_ssh():
    """@output: of `ssh -G NAME` for each NAME, behind a line `= NAME`."""
    hosts = ssh_hosts()
    seen = set()
    for part in output.split("= ")[1:]:
        name, _, rest = part.partition("\n")
        settings = dict(line.partition(" ")[::2] for line in rest.splitlines())
        seen.add(name)
        same(name, login(hosts[name]), settings["hostname"])
        image = hosts[name]["metadata"].get("image_name", "")
        if image.startswith("Standard_") and "Windows" not in image:
            same(name, "ubuntu" if "Ubuntu" in image else "linux", settings["user"])
        if "proxycommand" in settings or "localcommand" in settings:
            wrong("a command:", name)
    same("hosts", set(hosts), seen)


def parse_inventory():
    """As ansible-inventory --list tells it, by our own reading of the file."""
    listed = {"_meta": {"hostvars": {}}}
    group = None
    for line in text("ansible.ini").split("\n"):
        words = shlex.split(line, comments=True)
        if not words:
            continue
        if line.startswith("["):
            group = re.fullmatch(r"\[([A-Za-z0-9_]+)\]", line).group(1)
            if group in listed:
                wrong("twice:", group)
            listed[group] = {"hosts": []}
        elif group:
            listed[group]["hosts"].append(line)
        else:
            listed["_meta"]["hostvars"][words[0]] = {
                key: json.loads(value) for key, value in (w.split("=", 1) for w in words[1:])}
    return listed


def check_ansible(listed):
    hosts = ssh_hosts()
    variables = listed["_meta"]["hostvars"]
    same("hosts", set(hosts), set(variables))
    groups = defaultdict(set)
    for name, server in hosts.items():
        same(name, login(server), variables[name]["ansible_host"])
        same(name, server["id"], variables[name]["ecs_id"])
        if "{" in json.dumps(list(variables[name].values())):
            wrong("a template:", variables[name])
        groups["az_" + word(server["OS-EXT-AZ:availability_zone"])].add(name)
        groups["status_" + word(server["status"])].add(name)
        groups["flavor_" + word(flavor(server))].add(name)
        for key, value in tags(server).items():
            groups["tag_" + word(key) + ("_" + word(value) if value else "")].add(name)
    actual = {name: set(group["hosts"]) for name, group in listed.items()
              if name not in ("_meta", "all", "ungrouped")}
    same("groups", dict(groups), actual)


def check_prometheus():
    ids = []
    for group in json.loads(text("prometheus.json")):
        same("members", {"targets", "labels"}, set(group))
        (target,), labels = group["targets"], group["labels"]
        server = by_id[labels["id"]]
        ids.append(labels["id"])
        same("target", addresses(server, "fixed")[0] + ":9100", target)
        for key, value in labels.items():
            if not re.fullmatch("[a-z][A-Za-z0-9_]*", key) or key.startswith("__"):
                wrong("a label:", key)
        same("name", shown(server["name"]), labels["name"])
        same("labels", [server["OS-EXT-AZ:availability_zone"], server["status"],
                        flavor(server)],
             [labels["az"], labels["status"], labels["flavor"]])
        pairs = tags(server)
        same("tags", sorted("tag_" + word(key) for key in pairs),
             sorted(key for key in labels if key.startswith("tag_")))
        same("all tags", shown("".join(f",{key}={pairs[key]}" for key in sorted(pairs)) +
                               ("," if pairs else "")), labels["tags"])
    same("servers", sorted(s["id"] for s in reachable), sorted(ids))


def check_csv():
    data = text("servers.csv")
    if not data.endswith("\r\n") or re.search("[^\r]\n|\r[^\n]", data):
        wrong("lines do not end in CRLF")
    rows = list(csv.DictReader(io.StringIO(data, newline=""), strict=True))
    same("ids", sorted(by_id), sorted(row["id"] for row in rows))
    for row in rows:
        server = by_id[row["id"]]
        name = shown(server["name"])
        same("name", "'" + name if name.lstrip()[:1] in tuple("=+-@") else name, row["name"])
        same("columns", [server["status"], (addresses(server, "fixed") + [""])[0],
                         (addresses(server, "floating") + [""])[0], flavor(server)],
             [row["status"], row["ip"], row["public_ip"], row["flavor"]])
        pairs = tags(server)
        same("tags", shown(";".join(f"{key}={pairs[key]}" for key in sorted(pairs))), row["tags"])
        if None in row or None in row.values():
            wrong("columns:", row)


class Page(html.parser.HTMLParser):
    allowed = set("""html head meta title style body header h1 h2 p div button b span label meter details
                  summary input table thead tbody tr th td small br script""".split())

    def __init__(self, data):
        super().__init__()
        self.names, self.states, self.title, self.path, self.scripts = [], [], "", [], 0
        self.feed(data)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag not in self.allowed:
            wrong("an element:", tag)
        for key, value in attrs.items():
            if key.startswith("on") or key in ("style", "src", "href"):
                wrong("an attribute:", key, value)
        self.scripts += tag == "script"
        self.path.append((tag, attrs.get("class")))
        if (tag, attrs.get("class")) == ("td", "name"):
            self.names.append("")
        if tag == "tr" and "data-state" in attrs:
            self.states.append(attrs["data-state"])
        if tag in ("meta", "input", "br"):
            self.path.pop()

    def handle_endtag(self, tag):
        while self.path and self.path.pop()[0] != tag:
            wrong("not closed:", tag)

    def handle_data(self, data):
        if self.path and self.path[-1] == ("td", "name"):
            self.names[-1] += data
        if self.path and self.path[-1][0] == "title":
            self.title += data


def check_page(data):
    page = Page(data)
    same("names", sorted(shown(s["name"]) for s in servers), sorted(page.names))
    same("states", sorted(s["status"] for s in servers), sorted(page.states))
    same("scripts", 1, page.scripts)
    if page.title not in ("eu-de", "eu-de/eu-de-01"):
        wrong("title:", page.title)


def check_dot():
    """@output: of dot -Tdot_json."""
    graph = json.loads(output)
    labels = {node["name"]: node["label"] for node in graph["objects"]}
    for server in servers:
        label = labels.pop("server " + server["id"])
        shows = "\\n".join(
            shown(line).replace("&", "&amp;").replace("\\", "\\\\")
            for line in (server["name"], server["status"] + ", " + flavor(server)) if line)
        same("label", shows, label)
    same("other nodes", set(), {name.split()[0] for name in labels} -
         {"cluster", "subnet", "disk", "eip"})
    tails = defaultdict(set)
    names = [node["name"] for node in graph["objects"]]
    for edge in graph["edges"]:
        pair = [names[edge["tail"]], names[edge["head"]]]
        for a, b in (pair, pair[::-1]):
            if a.startswith("server "):
                tails[a[7:]].add(b.split()[0])
    for server in servers:
        kinds = {"subnet"} if addresses(server, "fixed") else set()
        kinds |= {"eip"} if addresses(server, "floating") else set()
        kinds |= {"disk"} if server["os-extended-volumes:volumes_attached"] else set()
        same("edges of " + server["name"], kinds, tails[server["id"]])


checks = {
    "json": lambda: same("ids", sorted(output.split()), sorted(by_id)),
    "names": check_names,
    "hosts": check_hosts,
    "ssh": check_ssh,
    "ansible": lambda: check_ansible(parse_inventory()),
    "ansible-inventory": lambda: check_ansible(json.loads(output)),
    "prometheus": check_prometheus,
    "csv": check_csv,
    "html": lambda: check_page(text("dashboard.html")),
    "dom": lambda: check_page(output),
    "dot": check_dot,
}
checks[what]()
