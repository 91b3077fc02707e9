#!/usr/bin/env python3
"""Indexes many videos into one library, on all machines of a Ray cluster. README.md beside this file says how to run it.

    index_on_ray.py VIDEOS... --library DIR [--list FILE] [--address auto] [--pipeline NAME] [-- MORE OPTIONS OF keepframe index]

Each worker runs the installed `keepframe index` on one video at a time, into a library of its own: a shard, which nobody else writes to. At the end
the shards are merged into DIR. Videos whose content DIR has are skipped, and so are those that the shards of a killed run have. So to resume is to
run the same command again.

Prints a line for each video, how far it is to standard error, and at the end the videos that failed. The exit status is that of the first input that
failed, or 3 if a result is partial; docs/errors.md lists them.
"""
from __future__ import annotations

import argparse
import collections
import concurrent.futures
import dataclasses
import fcntl
import hashlib
import json
import logging
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

OK, PARTIAL = 0, 3
USAGE, BAD_MEDIA, NO_INPUT, MISSING_COMPONENT, BUG, OPERATING_SYSTEM, CANNOT_CREATE, CANNOT_WRITE, BUSY = 64, 65, 66, 69, 70, 71, 73, 74, 75

# The machine or its neighbours were at fault: no memory, no space, a lock, or somebody who killed the process.
TRANSIENT = {OPERATING_SYSTEM, CANNOT_WRITE, BUSY} | {128 + number for number in (signal.SIGHUP, signal.SIGINT, signal.SIGKILL, signal.SIGTERM)}
# Wrong options, nothing installed, nowhere to write to: the next video would fail in the same way.
ENDS_RUN = {USAGE, MISSING_COMPONENT, CANNOT_CREATE, CANNOT_WRITE}

# As in Sources/KeepframeDecoding/Containers.swift; a test compares them.
ENDINGS = set(
    "mp4 mov m4v qt 3gp 3gpp 3g2 3gp2 mj2 f4v ismv psp insv mkv mk3d webm avi divx ts m2ts mts m2t tp trp tod mpg mpeg mpe vob evo vro m2p m1v "
    "m2v mpv mp2v flv ogv ogg ogm ogx h264 264 avc h26l hevc h265 265 obu mp4v asf wmv wm dvr-ms wtv rm rmvb mxf gxf dv dif ivf y4m gif apng "
    "nut".split())


def tell(text: object) -> None:
    print(printable(text), flush=True)


def say(text: object) -> None:
    print("index_on_ray:", printable(text), file=sys.stderr, flush=True)


def printable(text: object) -> str:
    """So that names of files cannot command the terminal."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in str(text))


class Failure(Exception):
    """Ends the run, with a message and an exit status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclasses.dataclass(frozen=True)
class Video:
    path: str
    content: str  # what the library knows it by
    size: int


@dataclasses.dataclass(frozen=True)
class Attempt:
    """What one run of `keepframe index` on one video came to: what was added, or what failed."""

    status: int
    message: str
    node: str


@dataclasses.dataclass(frozen=True)
class Ending:
    path: str
    status: int
    message: str
    attempts: int = 1

    @property
    def is_done(self) -> bool:
        return self.status in (OK, PARTIAL)


# --- Which videos


def read_list(file: str | None) -> list[str]:
    if not file:
        return []
    with open(0 if file == "-" else file, encoding="utf-8", errors="surrogateescape") as lines:
        return [line.rstrip("\n") for line in lines if line.strip()]


def find_videos(words: Iterable[str]) -> Iterator[str]:
    """Absolute paths: files as named, and of folders the files with a video's ending in and below them."""
    for word in words:
        path = os.path.abspath(word)
        if not os.path.isdir(path):
            yield path
            continue
        for folder, below, names in os.walk(path):
            below[:] = sorted(name for name in below if not name.startswith(".") and not name.endswith(".keepframe"))
            for name in sorted(names):
                if not name.startswith(".") and "." in name and name.rpartition(".")[2].lower() in ENDINGS:
                    yield os.path.join(folder, name)


def fingerprint(path: str) -> Video:
    """Known by the SHA-256 of its size and of its first and last mebibyte, as docs/library.md says."""
    mebibyte = 1 << 20
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        digest = hashlib.sha256(size.to_bytes(8, "little"))
        digest.update(file.read(mebibyte))
        file.seek(max(size - mebibyte, min(size, mebibyte)))
        digest.update(file.read(mebibyte))
    return Video(path, digest.hexdigest(), size)


def look_at(paths: Sequence[str]) -> tuple[list[Video], list[Ending]]:
    """The videos, and the files that cannot be read. Each path once."""

    def look(path: str) -> Video | Ending:
        try:
            return fingerprint(path)
        except OSError as error:
            status = NO_INPUT if isinstance(error, FileNotFoundError) else BAD_MEDIA
            return Ending(path, status, f"{path}: cannot read ({error.strerror})")

    with concurrent.futures.ThreadPoolExecutor(16) as threads:
        found = list(threads.map(look, dict.fromkeys(paths)))
    return [one for one in found if isinstance(one, Video)], [one for one in found if isinstance(one, Ending)]


def not_yet_known(videos: Iterable[Video], known: Iterable[str]) -> list[Video]:
    """Of each content that is new the first video; the largest first, so that no worker begins a long one last."""
    first: dict[str, Video] = {}
    for video in videos:
        first.setdefault(video.content, video)
    for content in known:
        first.pop(content, None)
    return sorted(first.values(), key=lambda video: -video.size)


# --- What waits, and what became of the rest


class Work:
    """Hands out videos, and decides by exit status which of them are tried again."""

    def __init__(self, videos: Iterable[Video], attempts: int) -> None:
        self.waiting = collections.deque(videos)
        self.attempts_allowed = attempts
        self.attempts: collections.Counter[Video] = collections.Counter()
        self.endings: list[Ending] = []

    def take(self) -> tuple[Video, float]:
        """The next video, and the seconds to wait before: more each time, so that what was full or busy can recover."""
        video = self.waiting.popleft()
        self.attempts[video] += 1
        return video, float(min(60, 2 ** self.attempts[video])) if self.attempts[video] > 1 else 0.0

    def record(self, video: Video, attempt: Attempt) -> Ending | None:
        """None if the video is tried again, after all that wait now."""
        tried = self.attempts[video]
        if attempt.status in TRANSIENT and tried < self.attempts_allowed:
            self.waiting.append(video)
            return None
        ending = Ending(video.path, attempt.status, attempt.message, tried)
        self.endings.append(ending)
        if attempt.status in ENDS_RUN:
            raise Failure(attempt.status, f"ended, because the other videos would fail in the same way (on {attempt.node})")
        return ending


# --- Running keepframe


def last_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1].removeprefix("keepframe: ")


class Worker:
    """Runs on a node of the cluster, with a shard of its own."""

    def __init__(self, keepframe: str, shards: str, options: Sequence[str]) -> None:
        # No worker takes over the shard of another, which may be believed dead and still write.
        self.keepframe, self.node = keepframe, socket.gethostname()
        shard = os.path.join(shards, f"{self.node}-{uuid.uuid4().hex[:12]}")
        # The kernel ends keepframe with the worker, however that ends.
        tied = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
        self.command = [*tied, keepframe, "index", "--library", shard, "--progress", "none", *options]

    def index(self, path: str, delay: float) -> Attempt:
        time.sleep(delay)
        if not shutil.which(self.keepframe):
            return Attempt(MISSING_COMPONENT, f"no program {self.keepframe}; name it by --keepframe", self.node)
        run = subprocess.run([*self.command, path], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="surrogateescape")
        status = run.returncode if run.returncode >= 0 else 128 - run.returncode
        if status not in (OK, PARTIAL):
            return Attempt(status, last_line(run.stderr) or f"{path}: keepframe ended with status {status}", self.node)
        return Attempt(status, last_line(run.stdout) + (", partial" if status == PARTIAL else ""), self.node)


@dataclasses.dataclass(frozen=True)
class Keepframe:
    """The program on this machine."""

    path: str

    def run(self, *words: str, accepts: Sequence[int] = (OK,)) -> subprocess.CompletedProcess[str]:
        if not shutil.which(self.path):
            raise Failure(MISSING_COMPONENT, f"no program {self.path}; name it by --keepframe")
        run = subprocess.run([self.path, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="surrogateescape")
        if run.returncode not in accepts:
            raise Failure(run.returncode if run.returncode > 0 else BUG, last_line(run.stderr) or last_line(run.stdout))
        return run

    def videos(self, library: pathlib.Path) -> list[dict[str, Any]]:
        if not (library / "library.sqlite").exists():
            return []  # no video was added yet
        return [json.loads(line) for line in self.run("library", "list", str(library), "--json").stdout.splitlines()]


# --- On the cluster


def index_all(work: Work, options: argparse.Namespace) -> None:
    """Indexes all that waits. For a worker that is lost with its node, Ray starts another where there is room."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # or Ray reports its use over the Internet
    try:
        import ray
        import ray.exceptions
    except ImportError as error:
        raise Failure(MISSING_COMPONENT, "this Python has no Ray; run: pip install -r Pipelines/ray/requirements.txt") from error

    address = options.address or os.environ.get("RAY_ADDRESS") or "local"
    local: Any = {"include_dashboard": False, "object_store_memory": 100 << 20} if address == "local" else {}
    ray.init(address=address, log_to_driver=False, logging_level=logging.WARNING, **local)
    try:
        Crew(ray, options).do(work)
    finally:
        ray.shutdown()


class Crew:
    """The workers, from the driver's side."""

    def __init__(self, ray: Any, options: argparse.Namespace) -> None:
        self.ray, self.options = ray, options
        self.actor = ray.remote(num_cpus=options.threads, scheduling_strategy="SPREAD")(Worker)
        self.idle: list[Any] = []
        self.running: dict[Any, tuple[Any, Video]] = {}

    def start(self) -> Any:
        """A worker, which waits until a node has room for it."""
        index_options = [*self.options.index_options, "--threads", str(self.options.threads)]
        return self.actor.remote(self.options.keepframe, str(self.options.shards), index_options)

    def do(self, work: Work) -> None:
        room = max(1, int(self.ray.cluster_resources().get("CPU", 0) // self.options.threads))
        self.idle = [self.start() for _ in range(min(self.options.workers or room, len(work.waiting)))]
        total, began, told = len(work.waiting), time.monotonic(), 0.0
        while work.waiting or self.running:
            while work.waiting and self.idle:
                worker, (video, delay) = self.idle.pop(), work.take()
                self.running[worker.index.remote(video.path, delay)] = (worker, video)
            while self.idle:  # nothing waits: their room is for workers that have none yet
                self.ray.kill(self.idle.pop())
            for done in self.ray.wait(list(self.running), timeout=5)[0]:
                self.end(done, work)
            if time.monotonic() - told > self.options.every or not (work.waiting or self.running):
                told = time.monotonic()
                failed, nodes = sum(not ending.is_done for ending in work.endings), sum(node["Alive"] for node in self.ray.nodes())
                say(f"{len(work.endings)} of {total} videos, {failed} failed, {len(self.running)} at work, {nodes} nodes, {told - began:.0f} s")

    def end(self, done: Any, work: Work) -> None:
        worker, video = self.running.pop(done)
        try:
            attempt: Attempt = self.ray.get(done)
        except self.ray.exceptions.RayActorError:
            # Its node is gone or cannot be reached. If it still runs somewhere, its shard is its own, and merging takes each video once.
            attempt = Attempt(OPERATING_SYSTEM, f"{video.path}: the worker was lost", "a lost node")
            self.ray.kill(worker)
            worker = self.start()
        self.idle.insert(0, worker)
        if ending := work.record(video, attempt):
            tell(ending.message)
        else:
            say(f"will try again: {attempt.message} (on {attempt.node})")


# --- The whole run


def merge(keepframe: Keepframe, library: pathlib.Path, shards: pathlib.Path) -> list[Failure]:
    """Merges each shard and removes it. A shard that cannot be merged stays, and the others are merged all the same."""
    failures: list[Failure] = []
    for shard in sorted(path for path in shards.iterdir() if path.is_dir()):
        try:
            if keepframe.videos(shard):
                keepframe.run("library", "merge", str(library), str(shard))
            shutil.rmtree(shard, ignore_errors=True)
        except Failure as failure:
            failures.append(Failure(failure.status, f"a shard cannot be merged and stays: {failure}"))
    return failures


def note_other_paths(keepframe: Keepframe, options: argparse.Namespace, videos: Iterable[Video]) -> None:
    """Tells the library where the content that it knows is now, or is also. That decodes nothing."""
    listed = keepframe.videos(options.library)
    known, paths = {video["content_id"] for video in listed}, {path for video in listed for path in [video["path"], *video["other_paths"]]}
    elsewhere = [video.path for video in videos if video.content in known and video.path not in paths]
    for first in range(0, len(elsewhere), 500):
        batch = elsewhere[first:first + 500]
        said = keepframe.run("index", "--library", str(options.library), "--progress", "none", *options.index_options, *batch, accepts=(OK, PARTIAL))
        for line in said.stdout.splitlines():
            tell(line)


def check_all_there(keepframe: Keepframe, library: pathlib.Path, endings: Iterable[Ending], videos: Iterable[Video]) -> None:
    listed = keepframe.videos(library)
    contents, paths = {video["content_id"] for video in listed}, {video["path"] for video in listed}
    content = {video.path: video.content for video in videos}
    lost = [ending.path for ending in endings if ending.is_done and content[ending.path] not in contents and ending.path not in paths]
    if lost:
        raise Failure(BUG, f"{len(lost)} videos were reported as done and are not there, the first is {lost[0]}; do all nodes share the shards?")


def run(options: argparse.Namespace) -> int:
    keepframe = Keepframe(options.keepframe)
    paths = list(find_videos(options.videos + read_list(options.list)))
    if not paths:
        raise Failure(USAGE, "no videos; name files or folders, or a file with a path on each line by --list")
    shards: pathlib.Path = options.shards
    shards.mkdir(parents=True, exist_ok=True)
    with open(shards / "driver.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Failure(BUSY, f"{shards}: another run works on this library") from error
        videos, unreadable = look_at(paths)
        places = [options.library, *(path for path in shards.iterdir() if path.is_dir())]
        work = Work(not_yet_known(videos, [video["content_id"] for place in places for video in keepframe.videos(place)]), options.attempts)
        say(f"{len(videos)} videos, {len(work.waiting)} to index")
        failures: list[Failure] = []
        try:
            if work.waiting:
                index_all(work, options)
        except Failure as failure:
            failures.append(failure)
        failures += merge(keepframe, options.library, shards)
        note_other_paths(keepframe, options, videos)
        if not any(path.is_dir() for path in shards.iterdir()):
            check_all_there(keepframe, options.library, work.endings, videos)
            shutil.rmtree(shards, ignore_errors=True)
    return summarize(paths, unreadable + work.endings, failures)


def summarize(paths: Sequence[str], endings: Sequence[Ending], failures: Sequence[Failure]) -> int:
    """Prints what failed, in the order of the inputs, and gives the exit status."""
    order = {path: number for number, path in reversed(list(enumerate(paths)))}
    failed = sorted((ending for ending in endings if not ending.is_done), key=lambda ending: order[ending.path])
    if failed:
        say(f"{len(failed)} failed:")
    for ending in failed:
        say(f"  {ending.message} [status {ending.status}" + (f", tried {ending.attempts} times]" if ending.attempts > 1 else "]"))
    for failure in failures:
        say(failure)
    statuses = [failure.status for failure in failures] + [ending.status for ending in failed]
    return statuses[0] if statuses else max((ending.status for ending in endings), default=OK)


def parse(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", nargs="*", help="video files, or folders to search for them")
    parser.add_argument("--library", type=pathlib.Path, required=True, help="where all nodes see it, like the videos and the shards")
    parser.add_argument("--list", help="a file with the path of a video or folder on each line; - reads standard input")
    parser.add_argument("--shards", type=pathlib.Path, help="folder for the shards (default: LIBRARY.shards)")
    parser.add_argument("--keepframe", default="keepframe", help="the program, by this path or name on every node (default: keepframe)")
    parser.add_argument("--pipeline", help="as for keepframe index; other options of it follow after --")
    parser.add_argument("--address", help="of the cluster, or auto (default: RAY_ADDRESS, or this machine alone)")
    parser.add_argument("--threads", type=int, default=1, help="processors for each video (default: 1)")
    parser.add_argument("--workers", type=int, help="videos at once (default: as many as the cluster has room for)")
    parser.add_argument("--attempts", type=int, default=3, help="at a video, for what may pass: no memory, a lock, a lost node (default: 3)")
    parser.add_argument("--every", type=float, default=10, help="seconds between two lines of progress (default: 10)")
    end = list(words).index("--") if "--" in words else len(words)
    options = parser.parse_args(words[:end])
    if min(options.threads, options.attempts, options.workers or 1) < 1:
        parser.error("--threads, --workers and --attempts must be at least 1")
    # Workers run in another folder.
    options.keepframe = os.path.abspath(options.keepframe) if "/" in options.keepframe else options.keepframe
    options.pipeline = os.path.abspath(options.pipeline) if os.path.exists(options.pipeline or "") else options.pipeline
    options.library = pathlib.Path(os.path.abspath(options.library))
    options.shards = pathlib.Path(os.path.abspath(options.shards or f"{options.library}.shards"))
    options.index_options = (["--pipeline", options.pipeline] if options.pipeline else []) + list(words[end + 1:])
    return options


def main() -> int:
    try:
        return run(parse(sys.argv[1:]))
    except Failure as failure:
        say(failure)
        return failure.status
    except OSError as error:
        say(f"{error.filename}: {error.strerror}")
        return NO_INPUT if isinstance(error, FileNotFoundError) else CANNOT_CREATE
    except KeyboardInterrupt:
        say("interrupted; the same command goes on from here")
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main())
