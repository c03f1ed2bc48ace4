"""Commands of the manuals, as tests run them. A command that is expected to end with another status than 0 says so behind it, where
its reader sees it, too:

    picket migrate check --record before.json    # status 1: somebody is missing
"""
import re

MARK = re.compile(r"\s+# status (\d+)\b.*$")


def with_statuses(script):
    """The same script, for `bash -e`, in which a marked command that ends otherwise than it says ends the script."""
    out, command = [], []
    for line in script.split("\n"):
        command.append(line)
        if line.endswith("\\"): continue
        mark = MARK.search(line)
        if mark:
            command[-1] = line[:mark.start()]
            text = "\n".join(command)
            command = ["wanted=%s status=0" % mark.group(1), "{ %s\n} || status=$?" % text,
                       "[ $status = $wanted ] || { echo \"status $status instead of $wanted: \"%s; exit 99; }" % quoted(text.strip())]
        out += command
        command = []
    return "\n".join(out + command)


def quoted(text): return "'" + text.replace("'", "'\\''") + "'"
