#!/bin/bash
# What people have at the prompt: completion by bash, watch(1), fzf(1).
. "$(dirname "$0")/lib.sh"
top=$(cd "$(dirname "$0")/../.." && pwd)

cloud --servers 12
attach -o ttl=2
a=$(make first)
cat "$s/first/status" >"$dir/null"

cat >"$dir/prompt.py" <<'PY'
"""prompt.py COMPLETION DIRECTORY LINE... - what an interactive bash in DIRECTORY makes of each line, in which | is
the cursor and where TAB is pressed; a line each."""
import os, pty, re, select, sys, time

def bash(directory):
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(directory)
        os.environ.update(PS1="$ ", TERM="dumb", INPUTRC="/dev/null", COLUMNS="500", BASH_SILENCE_DEPRECATION_WARNING="1")
        os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
    return fd

def until(fd, pattern):
    """All that comes until the pattern does."""
    seen, end = "", time.time() + 20
    while time.time() < end and not re.search(pattern, seen):
        if select.select([fd], [], [], 0.1)[0]:
            seen += os.read(fd, 65536).decode(errors="replace")
    return seen

completion, directory, *lines = sys.argv[1:]
fd = bash(directory)
# What is completed is printed by a key of our own, for the terminal's editing is hard to read.
os.write(fd, (". " + completion + "; bind 'set bell-style none'; "
    "line() { printf '\\n<%s>\\n' \"$READLINE_LINE\"; }; bind -x '\"\\C-t\":line'; echo rea''dy\n").encode())
until(fd, "ready\r?\n")
for line in lines:
    before, after = (line + "|").split("|")[:2]
    os.write(fd, (before + after + "\x1b[D" * len(after) + "\t\x14").encode())
    print(re.search("<(.*)>", until(fd, "<.*>\r?\n")).group(1))
    os.write(fd, b"\x05\x15")
PY

# at_prompt LINE... - what they become
at_prompt()
{
	python3 "$dir/prompt.py" "$top/contrib/completion/ecsfs" "$z" "$@"
}

is "names" "cat servers/by-name/first" "$(at_prompt 'cat servers/by-name/fir' | sed 's/[ /]$//')"
is "values" "cat servers/first/status " "$(at_prompt 'cat servers/first/stat')"
is "a verb" "echo stop > servers/first/action" "$(at_prompt 'echo st| > servers/first/action')"
is "one that its status does not allow" "echo start > servers/first/action" "$(at_prompt 'echo start| > servers/first/action')"
is "what a verb takes" "echo resize s3.large.4 > servers/first/action" "$(at_prompt 'echo resize s3.large.4| > servers/first/action')"
is "the file" "echo stop > servers/first/action " "$(at_prompt 'echo stop > servers/first/act')"
is "echo to something else" "echo flavors/" "$(at_prompt 'echo flav')"
is "ecsfs: an option" "ecsfs --sandbox " "$(PATH=$(dirname "$ECSFS"):$PATH at_prompt 'ecsfs --san')"
is "ecsfs: options of the mount" "ecsfs -o allow_delete " "$(at_prompt 'ecsfs -o allow')"
mkdir -p "$dir/home/.config/openstack"
printf 'clouds:\n  work:\n    auth: {}\n  other:\n    auth: {}\n' >"$dir/home/.config/openstack/clouds.yaml"
is "ecsfs: a cloud" "ecsfs --cloud work " "$(at_prompt 'ecsfs --cloud w')"
forget_requests
at_prompt 'cat servers/first/s' 'cat servers/by-' >"$dir/null"
lists=$(count cloudservers/detail)
ok "what is completed is looked at once a time to live ($lists)" test "$lists" -le 3
is "and in no other way" "$lists" "$(count)"

if command -v watch >"$dir/null"; then
	TERM=xterm timeout 30 watch -t -g -n 0.2 cat "$s/first/status" >"$dir/watch" 2>&1 &
	watcher=$!
	ok "watch shows it" wait_for 10 grep -q ACTIVE "$dir/watch"
	control PATCH "servers/$a" '{"status":"SHUTOFF"}' >"$dir/null"
	wait $watcher
	is "and ends when it has changed" 0 $?
fi
if command -v fzf >"$dir/null"; then
	is "fzf" first "$(find "$s/by-name/" -type l -printf '%f\n' | fzf -f fst)"
fi
done_testing
