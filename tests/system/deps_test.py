#!/usr/bin/env python3
"""scripts/deps.sh against archives with holes: fake ones on loopback, two made-up libraries, a tree and caches of its own."""
import hashlib, http.server, io, os, pathlib, shutil, subprocess, sys, tarfile, tempfile, threading, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support")]
from edge_process import run_cases

TOP = pathlib.Path(__file__).resolve().parents[2]
kNowhere = "http://127.0.0.1:1/lost.tar.gz"  # nothing listens there


def tarball(files):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo("top/" + name)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
    return data.getvalue()


def sha(data):
    return hashlib.sha256(data).hexdigest()


INIH = tarball({"ini.c": "int ini_parse(void) { return 0; }\n", "ini.h": "int ini_parse(void);\n", "LICENSE.txt": "free\n"})
CJSON = tarball({"cJSON.c": "int cjson(void) { return 0; }\n", "cJSON.h": "int cjson(void);\n", "LICENSE": "free\n"})
BROKEN = tarball({"ini.c": "this is no C\n", "ini.h": "", "LICENSE.txt": "free\n"})
OTHER = tarball({"ini.c": "int evil(void) { return 1; }\n", "ini.h": "", "LICENSE.txt": "free\n"})
kInihPool, kCjsonPool = "libi/libinih/libinih_59.orig.tar.gz", "c/cjson/cjson_1.3+really1.7.orig.tar.gz"


class Archive:
    """A web server of files by path; `silent` takes the connection and never answers."""

    def __init__(self, files, silent=False):
        archive, self.asked = self, []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                archive.asked.append(self.path)
                if silent:
                    return time.sleep(30)
                body = files.get(self.path.replace("%2b", "+"))
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


def pool(**named):
    return {f"/pool/main/{path}": body for path, body in ((kInihPool, named.get("inih")), (kCjsonPool, named.get("cjson"))) if body}


class Tree:
    """A copy of what deps.sh needs, with a lock of its own."""

    def __init__(self, archives, inih=INIH, cjson=CJSON, inih_url=("none", "none"), cjson_url=("none", "none")):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="picket-deps-"))
        (self.dir / "scripts").mkdir()
        (self.dir / "cmake").mkdir()
        shutil.copy(TOP / "scripts/deps.sh", self.dir / "scripts")
        (self.dir / "cmake/deps.lock").write_text(
            f"inih 59 {kInihPool} {sha(inih)} {inih_url[0]} {inih_url[1]}\n"
            f"cjson 1.7 {kCjsonPool} {sha(cjson)} {cjson_url[0]} {cjson_url[1]}\n")
        self.archives = archives

    def run(self):
        env = dict(os.environ, DEPS_ARCHIVES=" ".join(a if isinstance(a, str) else a.url for a in self.archives),
                   DEPS_CACHE=str(self.dir / "cache"), PICKET_DEPS_DIR=str(self.dir / "libraries"))
        begin = time.monotonic()
        done = subprocess.run([self.dir / "scripts/deps.sh", "linux"], env=env, capture_output=True, text=True, timeout=120)
        self.seconds, self.said, self.printed, self.ok = time.monotonic() - begin, done.stderr, done.stdout, done.returncode == 0
        return self

    def sbom(self, name):
        return next((self.dir / "libraries/linux").glob(f"{name}-*/SBOM")).read_text()


def builds_from_one_archive():
    tree = Tree([Archive(pool(inih=INIH, cjson=CJSON))]).run()
    assert tree.ok, tree.said
    assert tree.sbom("inih") == f"inih 59 sha256 {sha(INIH)}\n", tree.sbom("inih")
    assert (next((tree.dir / "libraries/linux").glob("cjson-*")) / "lib/libcjson.a").exists()
    assert len(tree.printed.splitlines()) == 2
    again = Tree([]); again.dir = tree.dir  # what is there touches no network
    assert again.run().ok and again.seconds < 5, again.said


def a_hole_is_filled_by_the_next_archive():
    tree = Tree([Archive(pool(cjson=CJSON)), "http://127.0.0.1:1", Archive(pool(inih=INIH))]).run()
    assert tree.ok, tree.said


def an_archive_that_moved_on_is_said_and_not_used():
    upstream = Archive({"/inih.tar.gz": INIH})
    tree = Tree([Archive(pool(inih=OTHER, cjson=CJSON))], inih_url=("same", upstream.url + "/inih.tar.gz")).run()
    assert tree.ok, tree.said
    assert "is not what cmake/deps.lock pins" in tree.said and kInihPool in tree.said, tree.said
    assert sha(INIH) in tree.sbom("inih")


def upstream_is_asked_only_for_what_no_archive_has():
    upstream = Archive({"/cjson.tar.gz": CJSON})
    tree = Tree([Archive(pool(inih=INIH, cjson=CJSON))], inih_url=("same", kNowhere), cjson_url=("same", upstream.url + "/cjson.tar.gz")).run()
    assert tree.ok and upstream.asked == [], tree.said


def upstream_with_other_content_is_not_used():
    upstream = Archive({"/inih.tar.gz": OTHER})
    tree = Tree([Archive(pool(cjson=CJSON))], inih_url=("same", upstream.url + "/inih.tar.gz")).run()
    assert not tree.ok and "is not what cmake/deps.lock pins" in tree.said, tree.said
    assert not list((tree.dir / "libraries/linux").glob("inih-*")), "built from an archive nobody pinned"


def what_cannot_be_had_is_named_with_its_place_in_seconds():
    archive = Archive(pool(cjson=CJSON))
    tree = Tree([archive], inih_url=("same", kNowhere)).run()
    assert not tree.ok and tree.seconds < 10, (tree.seconds, tree.said)
    place = tree.dir / "cache/inih-59/orig.tar"
    for wanted in ("inih 59 cannot be fetched", archive.url, kNowhere, "libinih_59.orig.tar.gz", sha(INIH), str(place)):
        assert wanted in tree.said, (wanted, tree.said)
    place.write_bytes(INIH)  # the remedy works
    assert tree.run().ok, tree.said


def a_damaged_file_in_the_cache_is_said_and_replaced():
    tree = Tree([Archive(pool(inih=INIH, cjson=CJSON))])
    place = tree.dir / "cache/inih-59/orig.tar"
    place.parent.mkdir(parents=True)
    place.write_bytes(INIH[:50])
    assert tree.run().ok and f"{place} is not what cmake/deps.lock pins" in tree.said, tree.said
    assert place.read_bytes() == INIH


def an_archive_that_never_answers_is_given_up():
    tree = Tree([Archive({}, silent=True), Archive(pool(inih=INIH, cjson=CJSON))]).run()
    assert tree.ok and tree.seconds < 60, (tree.seconds, tree.said)


def a_library_that_does_not_build_is_named_with_its_log():
    tree = Tree([Archive(pool(inih=BROKEN, cjson=CJSON))], inih=BROKEN).run()
    assert not tree.ok, tree.said
    log = tree.dir / "libraries/work/linux/inih.log"
    assert "inih does not build" in tree.said and str(log) in tree.said and log.exists(), tree.said


kTests = [builds_from_one_archive, a_hole_is_filled_by_the_next_archive, an_archive_that_moved_on_is_said_and_not_used,
          upstream_is_asked_only_for_what_no_archive_has, upstream_with_other_content_is_not_used,
          what_cannot_be_had_is_named_with_its_place_in_seconds, a_damaged_file_in_the_cache_is_said_and_replaced,
          an_archive_that_never_answers_is_given_up, a_library_that_does_not_build_is_named_with_its_log]


status = run_cases(kTests)
for left in pathlib.Path(tempfile.gettempdir()).glob("picket-deps-*"):
    shutil.rmtree(left, ignore_errors=True)
sys.exit(status)
