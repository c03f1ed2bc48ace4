#!/usr/bin/env python3
"""plugins-sdk: its examples as programs, its shell library, its headers under strict compilers, its package files."""
import json, os, shutil, subprocess, sys, tempfile, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from edge_process import run_cases

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SDK = ROOT + "/plugins-sdk"
BIN = os.path.dirname(os.path.abspath(os.environ.get("PICKET", ROOT + "/build/dev/bin/picket")))
os.environ["PICKET_PLUGIN_SH"] = SDK + "/shell/picket-plugin.sh"
cases = []


def case(story):
    cases.append(story)
    return story


def run(argv, stdin=""):
    done = subprocess.run(argv, input=stdin.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    return done.returncode, done.stdout.decode()


def expect(argv, status, text, stdin=""):
    got = run(argv, stdin)
    assert got == (status, text) or (got[0] == status and callable(text) and text(got[1])), "%s: %r" % (" ".join(argv), got)


@case
def a_check_in_c():
    place = tempfile.mkdtemp()
    for i in range(3): open("%s/%d.msg" % (place, i), "w").close()
    open(place + "/other", "w").close()
    check = BIN + "/sdk_check_queue"
    expect([check, "-p", place, "-s", ".msg", "-w", "5", "-c", "10"], 0, "QUEUE OK: 3 files wait in %s | files=3;5;10;0\n" % place)
    expect([check, "--path=" + place, "--suffix", ".msg", "-w2"], 1, "QUEUE WARNING: 3 files wait in %s | files=3;2;;0\n" % place)
    expect([check, "-p", place, "-c", "@3:4"], 2, lambda t: "CRITICAL: 4 files" in t)
    expect([check, "-vp", place, "-s", "other"], 0, lambda t: "\nother | files=1" in t)
    expect([check, "-p", place + "/none"], 3, lambda t: "No such file" in t)
    expect([check, "-w", "x"], 3, lambda t: "is no range" in t)
    expect([check, "--wrong"], 3, "QUEUE UNKNOWN: there is no option --wrong; see --help\n")
    expect([check, "-w"], 3, "QUEUE UNKNOWN: -w: a value is missing\n")
    expect([check, "--help"], 3, lambda t: "--suffix TEXT" in t and "Examples:" in t)
    expect([check, "-V"], 3, "QUEUE 1.0\n")
    shutil.rmtree(place)


@case
def a_timeout_answers_when_something_hangs():
    place = tempfile.mkdtemp()
    os.mkfifo(place + "/pipe")
    expect([BIN + "/sdk_check_words", "-f", place + "/pipe", "-t", "1"], 3, "WORDS UNKNOWN: no result within 1 s\n")
    shutil.rmtree(place)


@case
def a_check_in_cpp():
    with tempfile.NamedTemporaryFile("w") as f:
        f.write("one two  three\n")
        f.flush()
        expect([BIN + "/sdk_check_words", "-f", f.name, "-w", "5:"], 1, "WORDS WARNING: 3 words in %s | words=3;5:;;0\n" % f.name)
    expect([BIN + "/sdk_check_words"], 3, lambda t: "say which" in t)


EVENT = {"check": {"metadata": {"name": "disk"}, "status": 2, "output": "full | 99%\nmore", "history": [{"status": 0}, {"status": 2}], "id": 1234567890123456789},
         "entity": {"metadata": {"name": "web1"}}}


@case
def a_handler():
    with tempfile.NamedTemporaryFile("r") as f:
        handler = [BIN + "/sdk_handler_file", "-f", f.name]
        expect(handler, 0, "", json.dumps(EVENT))
        fine = json.loads(json.dumps(EVENT))
        fine["check"].update(status=0, history=[{"status": 2}, {"status": 0}])
        expect(handler, 0, "", json.dumps(fine))
        fine["check"]["history"] = [{"status": 0}, {"status": 0}]
        expect(handler, 0, "", json.dumps(fine))
        assert f.read() == "CRITICAL web1/disk: full | 99%\nRESOLVED web1/disk: full | 99%\n"
        expect(handler, 3, lambda t: "no JSON" in t, "{broken")
        expect(handler, 3, lambda t: "there is no event" in t, "")


@case
def a_mutator():
    status, text = run([BIN + "/sdk_mutator_annotate", "-k", "who", "-x", 'me "x"'], json.dumps(EVENT))
    assert status == 0, text
    changed = json.loads(text)
    assert changed["check"]["metadata"]["annotations"] == {"who": 'me "x"'}, text
    del changed["check"]["metadata"]["annotations"]
    assert changed == EVENT and "1234567890123456789" in text


@case
def metrics():
    status, text = run([BIN + "/sdk_metrics_self"])
    assert status == 0 and text.startswith('self_cpu_seconds{program="metrics_self"} 0'), text


@case
def a_check_in_sh_and_one_in_python():
    with tempfile.NamedTemporaryFile("w") as f:
        json.dump({"a": {"b c": [1, 7.5]}}, f)
        f.flush()
        os.utime(f.name, (time.time() - 630, time.time() - 630))
        age = ["sh", SDK + "/examples/check_age.sh"]
        expect(age + ["-w", "5", "-c", "20", f.name], 1, "AGE WARNING: %s is 10 minutes old | age=10;5;20;0\n" % f.name)
        for text, status in [("10", 0), ("9", 1), ("11:", 1), ("~:9", 1), ("@10:12", 1), ("@11:12", 0), ("0:10", 0), ("5:9", 1)]: expect(age + ["-w", text, f.name], status, lambda t: True)
        for text in ["x", "@", "5:1", "1:2:3", ""]: expect(age + ["-w", text, f.name], 3, lambda t: "is no range" in t)
        expect(age + [f.name + "none"], 3, lambda t: "is not there" in t)
        expect(age + ["--warning=9", "--timeout=5", f.name], 1, lambda t: "age=10;9" in t)
        expect(age + ["--warning="], 3, lambda t: "is no range" in t)
        expect(age + ["-V"], 3, "AGE 1.0\n")
        expect(age + ["--what"], 3, lambda t: "there is no option" in t)
        number = ["python3", SDK + "/examples/check_json.py", "-f", f.name, "-k", "a.b c.1"]
        expect(number + ["-w", "5", "-c", "10"], 1, "JSON WARNING: a.b c.1 is 7.5 | 'a.b c.1'=7.5;5;10\n")
        expect(number + ["-w", "9:1"], 3, lambda t: "starts behind" in t)
        expect(["python3", SDK + "/examples/check_json.py", "-f", f.name, "-k", "a.z"], 3, lambda t: "UNKNOWN" in t)
    for hangs in ["sleep 3333.%d & wait", "sleep 3333.%d", "x=$(sleep 3333.%d)", "trap '' PIPE; (sleep 3333.%d) 2>&-; true", "true | (sleep 3333.%d; true) | cat"]:
        expect(["sh", "-c", '. "$PICKET_PLUGIN_SH"; pk_init X x; pk_args -t 1; ' + hangs % os.getpid()], 3, lambda t: "X UNKNOWN: no result within 1 s\n" in t and (t[0] == "X" or "PIPE" in hangs))
    expect(["sh", "-c", '. "$PICKET_PLUGIN_SH"; pk_init X x; pk_args -t 3333.%d' % os.getpid()], 3, lambda t: "write seconds" in t)
    expect(["sh", "-c", '. "$PICKET_PLUGIN_SH"; pk_init X x; pk_args -t 3333%d; pk_exit ok fine' % os.getpid()], 0, "X OK: fine\n")
    left = [line for line in run(["ps", "-A", "-o", "args="])[1].splitlines() if line.startswith("sleep 3333") and line.endswith(str(os.getpid()))]
    assert not left, left  # neither what hung nor the watchdog's own
    expect(["sh", "-c", '. "$PICKET_PLUGIN_SH"; pk_init X x; pk_args -v; pk_detail "a|b"; pk_perf "my label" 1 s; pk_exit ok "fine"'], 0, "X OK: fine\na/b | 'my label'=1s\n")


@case
def headers_under_strict_compilers():
    for compiler, language, standard in [("gcc", "c", "c99"), ("clang", "c", "c99"), ("g++", "c++", "c++11"), ("g++", "c++", "c++20"), ("clang++", "c++", "c++17"),
                                         ("x86_64-w64-mingw32-gcc", "c", "c99")]:
        if not shutil.which(compiler): print("  %s is not installed" % compiler); continue
        header = "plugin.hpp" if language == "c++" else "plugin.h"
        code = "#include <picket/%s>\n#include <picket/plugin.h>\nint main(void) { return pk_worst(PK_OK, PK_OK); }\n" % header
        expect([compiler, "-x", language, "-std=" + standard, "-Wall", "-Wextra", "-pedantic", "-Werror", "-Wshadow", "-I", SDK + "/include", "-c", "-o", "/dev/null", "-"], 0, "", code)


def installed(place):
    """The SDK installed below `place`, configured for another prefix, as packages do it."""
    built, prefix = place + "/built", place + "/an installation"
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    for argv in [["-S", SDK, "-B", built] + generator, ["--build", built], ["--install", built, "--component", "dev", "--prefix", prefix]]:
        status, text = run(["cmake"] + argv)
        assert status == 0, text
    return prefix


@case
def what_is_installed_builds_the_examples():
    if not shutil.which("cmake"): return print("  cmake is not installed")
    place = tempfile.mkdtemp()
    try:
        prefix = installed(place)
        files = sorted(os.path.relpath(os.path.join(at, f), prefix) for at, _, names in os.walk(prefix) for f in names)
        docs, source = "share/doc/picket-dev/", sorted(os.listdir(SDK + "/examples"))
        assert files == sorted(["include/picket/plugin.h", "include/picket/plugin.hpp", "share/cmake/PicketPlugin/PicketPluginConfig.cmake", "share/cmake/PicketPlugin/PicketPluginConfigVersion.cmake",
                                "share/pkgconfig/picket-plugin.pc", "share/picket/picket-plugin.sh", docs + "README.md"] + [docs + "examples/" + f for f in source]), files
        examples, programs = prefix + "/" + docs + "examples", [f.split(".")[0] for f in source if f.endswith((".c", ".cc"))]
        status, text = run(["cmake", "-S", examples, "-B", place + "/found", "-DCMAKE_PREFIX_PATH=" + prefix, "-DCMAKE_COMPILE_WARNING_AS_ERROR=ON"])
        assert status == 0, text
        status, text = run(["cmake", "--build", place + "/found"])
        assert status == 0, text
        for p in programs: expect([place + "/found/" + p, "-V"], 3, lambda t: True)
        if not shutil.which("pkg-config") or not shutil.which("make"): return print("  pkg-config or make is not installed")
        os.environ["PKG_CONFIG_PATH"] = prefix + "/share/pkgconfig"
        for cc, cxx in [("gcc", "g++"), ("clang", "clang++")]:
            if not shutil.which(cc): print("  %s is not installed" % cc); continue
            os.mkdir(place + "/" + cc)
            status, text = run(["make", "-C", examples, "DIR=" + place + "/" + cc, "CC=" + cc, "CXX=" + cxx, "CPPFLAGS=-Werror -Wshadow -Wconversion"])
            assert status == 0, text
            for p in programs: expect([place + "/" + cc + "/" + p, "-V"], 3, lambda t: True)
        assert run(["pkg-config", "--modversion", "picket-plugin"]) == (0, "1.0.0\n")
        library = run(["pkg-config", "--variable=shell_library", "picket-plugin"])[1].strip()
        expect(["env", "PICKET_PLUGIN_SH=" + library, "sh", examples + "/check_age.sh", "-w", "99999999", examples + "/check_age.sh"], 0, lambda t: "AGE OK" in t)
        expect(["python3", examples + "/check_json.py", "-h"], 3, lambda t: "usage" in t.lower())
        expect(["python3", examples + "/check_json.py", "-V"], 3, "JSON 1.0\n")
    finally: shutil.rmtree(place)


sys.exit(run_cases(cases))
