"""What the driver decides without a cluster. Needs neither Ray nor a built keepframe."""
import contextlib
import fcntl
import hashlib
import io
import os
import pathlib
import re
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import index_on_ray as driver
from index_on_ray import Attempt, Ending, Failure, Video, Work

FILM, LECTURE = Video("/v/film.mp4", "a", 10), Video("/v/lecture.mp4", "b", 20)

# Stands in for keepframe: a library is a file that has a line for each video, its content and its paths.
PROGRAM = f"#!{sys.executable} -IS\n" + """
import hashlib, json, os, pathlib, sys
words = sys.argv[1:]
def lines(library):
    file = pathlib.Path(library, "library.sqlite")
    return file.read_text().splitlines() if file.exists() else []
def write(library, found):
    pathlib.Path(library).mkdir(exist_ok=True)
    pathlib.Path(library, "library.sqlite").write_text("".join(line + "\\n" for line in found))
if words[:2] == ["library", "list"]:
    for line in lines(words[2]):
        content, *paths = line.split("\\t")
        print(json.dumps({"content_id": content, "path": paths[0], "other_paths": paths[1:]}))
elif words[:2] == ["library", "merge"]:
    if os.path.exists(words[3] + "/damaged"):
        print("keepframe: it is damaged", file=sys.stderr)
        sys.exit(65)
    write(words[2], lines(words[2]) + [line for line in lines(words[3]) if line not in lines(words[2])])
else:
    library, path = words[2], words[-1]
    known = dict(line.split("\\t", 1) for line in lines(library))
    for path in [word for word in words[3:] if word.startswith("/")]:
        data = open(path, "rb").read()
        content = hashlib.sha256(len(data).to_bytes(8, "little") + data).hexdigest()
        known[content] = known[content] + "\\t" + path if content in known else path
        print(path + ": added")
    write(library, [content + "\\t" + paths for content, paths in known.items()])
"""


class Files(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def write(self, name, content=b"x"):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return str(file)


class WhichVideos(Files):
    def test_known_by_size_and_both_ends(self):
        mebibyte = 1 << 20
        for size in (0, 5, mebibyte, mebibyte + 7, 2 * mebibyte, 2 * mebibyte + 7, 3 * mebibyte + 1):
            content = bytes(number % 251 for number in range(4096)) * (size // 4096 + 1)
            content = content[:size]
            ends = content if size <= 2 * mebibyte else content[:mebibyte] + content[-mebibyte:]
            expected = hashlib.sha256(size.to_bytes(8, "little") + ends).hexdigest()
            self.assertEqual(driver.fingerprint(self.write("film.mp4", content)).content, expected, size)

    def test_folders_give_what_keepframe_would_find(self):
        wanted = sorted(self.write(name) for name in ("b/film.MP4", "a.mkv", "b/c/d.dvr-ms"))
        for name in ("notes.txt", ".hidden.mp4", ".git/film.mp4", "film.keepframe/film.mp4", "mp4"):
            self.write(name)
        self.assertEqual(sorted(driver.find_videos([str(self.folder)])), wanted)
        self.assertEqual(list(driver.find_videos(["notes.txt"])), [os.path.abspath("notes.txt")])

    def test_endings_are_those_of_the_program(self):
        text = (HERE / "../../../Sources/KeepframeDecoding/Containers.swift").read_text()
        lists = re.findall(r'Kind\(\s*"\w+", \[([^\]]*)\]', text)
        self.assertEqual(driver.ENDINGS, {ending for words in lists for ending in re.findall(r'"([^"]+)"', words)})

    def test_unreadable_files_fail_before_the_cluster_sees_them(self):
        film = self.write("film.mp4")
        videos, failed = driver.look_at([film, str(self.folder / "none.mp4"), film])
        self.assertEqual([video.path for video in videos], [film])
        self.assertEqual([ending.status for ending in failed], [driver.NO_INPUT])

    def test_each_new_content_once_and_the_largest_first(self):
        copy, large = Video("/v/copy.mp4", "a", 10), Video("/v/large.mp4", "c", 90)
        self.assertEqual(driver.not_yet_known([FILM, copy, LECTURE, large], ["b"]), [large, FILM])


class WhatIsTriedAgain(unittest.TestCase):
    def attempt(self, work, status):
        video, delay = work.take()
        return work.record(video, Attempt(status, f"{video.path}: {status}", "node")), delay

    def test_permanent_failures_are_not_tried_again(self):
        for status in (driver.BAD_MEDIA, driver.NO_INPUT, driver.BUG, 128 + 11):
            work = Work([FILM, LECTURE], attempts=3)
            ending, _ = self.attempt(work, status)
            self.assertEqual((ending.status, ending.attempts, list(work.waiting)), (status, 1, [LECTURE]))

    def test_what_may_pass_is_tried_again_later_and_not_for_ever(self):
        for status in (driver.OPERATING_SYSTEM, driver.BUSY, 128 + 9, 128 + 15):
            work = Work([FILM], attempts=3)
            (first, none), (second, little), (third, more) = (self.attempt(work, status) for _ in range(3))
            self.assertEqual((first, second, none), (None, None, 0))
            self.assertLess(little, more)
            self.assertEqual((third.status, third.attempts, list(work.waiting)), (status, 3, []))

    def test_a_failure_that_passed_is_none(self):
        work = Work([FILM, LECTURE], attempts=3)
        statuses = [driver.BUSY, driver.OK, driver.PARTIAL]
        for status in statuses:
            self.attempt(work, status)
        self.assertEqual([(ending.path, ending.is_done) for ending in work.endings], [(LECTURE.path, True), (FILM.path, True)])

    def test_what_all_would_meet_ends_the_run(self):
        for status, tries in ((driver.USAGE, 1), (driver.MISSING_COMPONENT, 1), (driver.CANNOT_CREATE, 1), (driver.CANNOT_WRITE, 3)):
            work = Work([FILM], attempts=3)
            for _ in range(tries - 1):
                self.assertEqual(self.attempt(work, status)[0], None)
            with self.assertRaises(Failure) as caught:
                self.attempt(work, status)
            self.assertEqual((caught.exception.status, len(work.endings)), (status, 1))

    def test_every_exit_status_of_the_program_is_known(self):
        text = (HERE / "../../../Sources/KeepframeCLI/Support/ExitStatus.swift").read_text()
        cases = {int(number) for number in re.findall(r"case \w+ = (\d+)", text)}
        ours = {driver.OK, driver.PARTIAL, driver.USAGE, driver.BAD_MEDIA, driver.NO_INPUT, driver.MISSING_COMPONENT, driver.BUG,
                driver.OPERATING_SYSTEM, driver.CANNOT_CREATE, driver.CANNOT_WRITE, driver.BUSY}
        self.assertEqual(cases, ours)


class TheWholeRun(Files):
    """With a worker in place of a cluster, and PROGRAM in place of keepframe."""

    def setUp(self):
        super().setUp()
        self.program = self.write("keepframe", PROGRAM.encode())
        os.chmod(self.program, 0o755)
        self.addCleanup(setattr, driver, "index_all", driver.index_all)
        self.indexed = []

        def index_all(work, options):
            while work.waiting:
                video, _ = work.take()
                self.indexed.append(pathlib.Path(video.path).name)
                work.record(video, driver.Worker(options.keepframe, str(options.shards), options.index_options).index(video.path, 0))

        driver.index_all = index_all

    def run_driver(self, *words):
        self.indexed.clear()
        self.output, self.errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(self.output), contextlib.redirect_stderr(self.errors):
            try:
                return driver.run(driver.parse([*words, "--library", f"{self.folder}/library", "--keepframe", self.program]))
            except Failure as failure:
                return failure.status

    def listed(self):
        """The paths of each video."""
        return sorted(line.split("\t")[1:] for line in (self.folder / "library/library.sqlite").read_text().splitlines())

    def shard(self, name, video):
        self.write(f"library.shards/{name}/library.sqlite", f"{driver.fingerprint(video).content}\t{video}\n".encode())

    def test_skips_what_the_library_has(self):
        film, lecture = self.write("film.mp4", b"film"), self.write("lecture.mp4", b"lecture")
        self.assertEqual(self.run_driver(film), 0)
        self.assertEqual(self.run_driver(film, lecture), 0)
        self.assertEqual(self.indexed, ["lecture.mp4"])
        self.assertEqual(self.listed(), [[film], [lecture]])
        self.assertFalse((self.folder / "library.shards").exists())

    def test_takes_over_the_shards_of_a_killed_run(self):
        film, lecture = self.write("film.mp4", b"film"), self.write("lecture.mp4", b"lecture")
        self.shard("old", film)
        self.write("library.shards/begun/indexing/x", b"")
        self.assertEqual(self.run_driver(film, lecture), 0)
        self.assertEqual((self.indexed, len(self.listed())), (["lecture.mp4"], 2))

    def test_indexes_a_copy_once_and_notes_both_paths(self):
        film, copy = self.write("film.mp4", b"film"), self.write("later/copy.mp4", b"film")
        self.assertEqual(self.run_driver(film, copy), 0)
        self.assertEqual((self.indexed, self.listed()), (["film.mp4"], [[film, copy]]))

    def test_keeps_a_shard_that_cannot_be_merged(self):
        film, lecture = self.write("film.mp4", b"film"), self.write("lecture.mp4", b"lecture")
        self.shard("old", film)
        self.write("library.shards/old/damaged")
        self.assertEqual(self.run_driver(film, lecture), driver.BAD_MEDIA)
        self.assertEqual((self.indexed, self.listed()), (["lecture.mp4"], [[lecture]]))
        self.assertTrue((self.folder / "library.shards/old").exists())
        self.assertIn("it is damaged", self.errors.getvalue())

    def test_two_runs_do_not_share_a_library(self):
        film = self.write("film.mp4", b"film")
        self.write("library.shards/driver.lock", b"")
        with open(self.folder / "library.shards/driver.lock") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            self.assertEqual(self.run_driver(film), driver.BUSY)

    def test_sums_up_failures_in_the_order_of_the_inputs(self):
        film = self.write("film.mp4", b"film")
        none, listed = str(self.folder / "none.mp4"), self.write("list", f"{self.folder}/gone.mp4\n{film}\n".encode())
        self.assertEqual(self.run_driver(none, "--list", listed), driver.NO_INPUT)
        errors = self.errors.getvalue()
        self.assertIn("2 failed:", errors)
        self.assertLess(errors.index("none.mp4"), errors.index("gone.mp4"))
        self.assertEqual(len(self.listed()), 1)

    def test_partial_results_are_done_and_said(self):
        endings = [Ending("/a", driver.OK, ""), Ending("/b", driver.PARTIAL, "")]
        with contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(driver.summarize(["/a", "/b"], endings, []), driver.PARTIAL)
            self.assertEqual(driver.summarize(["/a", "/b"], [*endings, Ending("/c", driver.BUG, "")][1:2], []), driver.PARTIAL)

    def test_names_cannot_command_the_terminal(self):
        self.assertEqual(driver.printable("a\x1b[2J\n\udcff"), "a\\x1b[2J\\n\\udcff")

    def test_options_after_two_dashes_are_for_keepframe(self):
        options = driver.parse(["a.mp4", "--library", "l", "--pipeline", "film", "--", "--effort", "fast"])
        self.assertEqual((options.videos, options.index_options), (["a.mp4"], ["--pipeline", "film", "--effort", "fast"]))

    def test_a_program_that_is_not_there_is_a_missing_component(self):
        self.assertEqual(driver.Worker("/none/keepframe", str(self.folder), []).index("/v/film.mp4", 0).status, driver.MISSING_COMPONENT)


if __name__ == "__main__":
    unittest.main()
