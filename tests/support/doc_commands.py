"""Commands of the manuals, as tests run them. A command that may end with another status than 0 says with which behind it, where its
reader sees it, too:

    picket migrate check --record before.json                     # status 1: somebody is missing
    picket migrate run --from http://old:8080 --users users.json  # status 0 or 1: what could not be carried is named
"""
import re

MARK = re.compile(r"\s+# status (\d+(?: or \d+)*)\b.*$")


def with_statuses(script):
    """The same script, for `bash -e`, in which a marked command that ends otherwise than it says ends the script and what it has started."""
    out, command = [], []
    for line in script.split("\n"):
        command.append(line)
        if line.endswith("\\"): continue
        mark = MARK.search(line)
        if mark:
            command[-1] = line[:mark.start()]
            text = "\n".join(command)
            command = ["status=0", "{ %s\n} || status=$?" % text,
                       "case $status in %s) ;; *) echo \"status $status instead of %s: \"%s; jobs -p | xargs -r kill; exit 99 ;; esac"
                       % (mark.group(1).replace(" or ", "|"), mark.group(1), quoted(text.strip()))]
        out += command
        command = []
    return "\n".join(out + command)


def quoted(text): return "'" + text.replace("'", "'\\''") + "'"
