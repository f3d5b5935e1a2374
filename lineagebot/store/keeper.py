"""The keeper: a small process of its own that owns one Postgres server for as long as anybody uses it.

Run as a file by `embedded.start` (python -I -S keeper.py PLAN), with nothing but the standard library, so that it stays
small and outlives whoever began it. Three lock files in the state directory carry the whole protocol, because the
kernel gives a flock back whatever becomes of its holder:

    keeper.lock   held by the keeper while it lives
    users.lock    shared by every user; the keeper that gets it alone knows that nobody is left
    start.lock    held by whoever joins, and by the keeper while it stops: nobody joins a server that is going
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import sys
import time

#: Seconds between two looks at the users; and at a server that is coming up.
LOOK = 0.25
LOOK_STARTING = 0.01
#: Seconds that a server may take to stop before it is asked less kindly.
PATIENCE = 30.0
#: A server that dies this often within a minute is not started again.
DEATHS_A_MINUTE = 5
PR_SET_PDEATHSIG = 1
CAUGHT = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)


class Failed(Exception):
    """The server cannot be had; the starter reads it in keeper.json."""


class Keeper:
    def __init__(self, plan: dict) -> None:  # type: ignore[type-arg]  # JSON from embedded.start, one reader
        self.state = plan["state"]
        self.data = plan["data"]
        self.run = plan["run"]
        self.binaries = plan["binaries"]
        self.account = plan["account"]
        self.mark = plan["mark"]
        self.superuser = plan["superuser"]
        self.options = plan["options"]
        self.pid = 0
        self.postmaster = 0
        self.ready = False
        self.told_to_stop = False
        self.deaths: list[float] = []
        self.bell = -1
        self.keeper_lock = -1

    def claim(self) -> bool:
        """Become the one keeper of this state directory. Somebody who only looks holds the lock for a moment."""
        self.keeper_lock = open_lock(self.path("keeper.lock"))
        deadline = time.monotonic() + 1
        while not try_lock(self.keeper_lock):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    def keep(self) -> None:
        """Start the server and stay until nobody uses it."""
        self.pid = os.getpid()
        self.listen()
        try:
            self.say("starting")
            if not os.path.exists(self.data):
                self.make_data()
            self.begin()
            while not (self.told_to_stop or self.disowned() or self.nobody_left()):
                self.wait(LOOK if self.ready else LOOK_STARTING)
                self.look_after()
        except Failed as failure:
            self.say("failed", str(failure))
        except OSError as exc:  # a full disk, an account that may not be taken
            os.write(2, f"{exc}\n".encode())
            self.say("failed", "its keeper")
        finally:
            self.stop()

    # The users

    def nobody_left(self) -> bool:
        """True, with start.lock and users.lock in hand, where no user is there and none is joining."""
        start, users = open_lock(self.path("start.lock")), open_lock(self.path("users.lock"))
        if try_lock(start) and try_lock(users):
            return True  # both stay ours until this process is gone
        os.close(start)
        os.close(users)
        return False

    def disowned(self) -> bool:
        """True where the state directory was removed under us: nobody can find this server any more."""
        return not is_at(self.keeper_lock, self.path("keeper.lock"))

    # The server

    def make_data(self) -> None:
        """initdb beside the place and rename: a half-done one never looks like a whole one."""
        home = os.path.dirname(self.data)
        for name in os.listdir(home):
            if name.startswith("data.new-"):
                shutil.rmtree(os.path.join(home, name), ignore_errors=True)
        new = f"{self.data}.new-{self.pid}"
        os.mkdir(new, 0o700)
        if self.account:
            os.chown(new, *self.account)
        # C.UTF-8 of Postgres' own: the same order and case on every system, whatever its libc brings.
        locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
        command = ("initdb", "-D", new, "-U", self.superuser, "-A", "trust", *locale, "--no-sync")
        _, status = os.waitpid(self.spawn(command, signal.SIGKILL), 0)
        if status:
            shutil.rmtree(new, ignore_errors=True)
            raise Failed("initdb")
        os.rename(new, self.data)
        # The files reach the disk while the server is already up; until then nothing is in them that could be lost.
        self.spawn(("initdb", "-D", self.data, "--sync-only"), signal.SIGKILL)

    def begin(self) -> None:
        """Start the postmaster as our own child, so that it is reaped whatever PID 1 is."""
        self.ready = False
        end_processes(self.mark)
        forget_the_dead(os.path.join(self.data, "postmaster.pid"))
        forget_the_dead(os.path.join(self.run, ".s.PGSQL.5432.lock"))
        settings = [argument for option in self.options for argument in ("-c", option)]
        where = ("-D", self.data, "-k", self.run, "-c", f"cluster_name={self.mark}")
        # PR_SET_PDEATHSIG comes when the *thread* that forked is gone. This process has one thread, and it stays.
        self.postmaster = self.spawn(("postgres", *where, *settings), signal.SIGINT)

    def look_after(self) -> None:
        """Reap; start again what died; say so when it is ready."""
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            if pid == self.postmaster:
                self.postmaster = 0
        if not self.postmaster:
            self.mourn()
        elif not self.ready and status_of(os.path.join(self.data, "postmaster.pid")) == (self.postmaster, "ready"):
            self.ready = True
            self.say("ready")

    def mourn(self) -> None:
        now = time.monotonic()
        self.deaths = [at for at in self.deaths if now - at < 60] + [now]
        never_came_up = not self.ready and len(self.deaths) == 1
        if never_came_up or len(self.deaths) > DEATHS_A_MINUTE:
            raise Failed("postgres")
        self.say("starting")
        self.begin()

    def stop(self) -> None:
        """Fast shutdown, then less kindly; ends with no process of the server left."""
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if not self.postmaster:
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.postmaster, number)
            deadline = time.monotonic() + PATIENCE
            while self.postmaster and time.monotonic() < deadline:
                self.wait(LOOK)
                if os.waitpid(self.postmaster, os.WNOHANG)[0]:
                    self.postmaster = 0
        end_processes(self.mark)

    def spawn(self, command: tuple[str, ...], death: int) -> int:
        """Fork and exec one of the binaries as the server's account; it gets `death` when this process dies."""
        # Held back until the child has no Python handler any more: one that ran there would swallow our own SIGINT.
        signal.pthread_sigmask(signal.SIG_BLOCK, CAUGHT)
        pid = os.fork()
        if pid:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, CAUGHT)
            return pid
        try:
            import ctypes  # here, and before the account changes: it may not read our Python's files

            libc = ctypes.CDLL(None)
            os.dup2(0, 1)  # initdb's chatter; what matters goes to stderr
            signal.set_wakeup_fd(-1)
            for number in (*CAUGHT, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, CAUGHT)
            if self.account:
                os.setgroups([])
                os.setgid(self.account[1])
                os.setuid(self.account[0])
            if hasattr(libc, "prctl"):  # after the change of account, which would clear it
                libc.prctl(PR_SET_PDEATHSIG, int(death))
            if os.getppid() == self.pid:  # else we died before the signal was arranged
                binary = os.path.join(self.binaries, command[0])
                os.execve(binary, (binary, *command[1:]), environment())  # noqa: S606 - no shell, a path of our own
        except OSError as exc:
            os.write(2, f"{command[0]} cannot be run: {exc}\n".encode())
        os._exit(127)

    # Signals, and the word for those who wait

    def listen(self) -> None:
        self.bell, ring = os.pipe()
        os.set_blocking(self.bell, False)
        os.set_blocking(ring, False)
        signal.set_wakeup_fd(ring, warn_on_full_buffer=False)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.hear)

    def hear(self, *_: object) -> None:
        self.told_to_stop = True

    def wait(self, seconds: float) -> None:
        """Until `seconds` are over or a signal arrives, whichever is first."""
        select.select([self.bell], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            os.read(self.bell, 512)

    def say(self, phase: str, step: str = "") -> None:
        word = {
            "phase": phase,
            "step": step,
            "keeper": self.pid,
            "postmaster": self.postmaster,
            "data": self.data,
            "run": self.run,
        }
        new = self.path(f".keeper.json.{self.pid}")
        try:
            with open(new, "w", encoding="utf-8") as file:
                json.dump(word, file)
            os.rename(new, self.path("keeper.json"))
        except OSError as exc:  # the disk is full or the directory gone; the starter's own deadline tells the person
            os.write(2, f"keeper.json cannot be written: {exc}\n".encode())

    def path(self, name: str) -> str:
        return os.path.join(self.state, name)


def open_lock(path: str) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_at(lock: int, path: str) -> bool:
    """True where the open file is the one that the name leads to today."""
    try:
        there, held = os.stat(path), os.fstat(lock)
    except FileNotFoundError:
        return False
    return (there.st_dev, there.st_ino) == (held.st_dev, held.st_ino)


def environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def status_of(pid_file: str) -> tuple[int, str]:
    """The postmaster's pid and word (starting, ready, stopping) as it wrote them; (0, "") where there is no file."""
    try:
        with open(pid_file, encoding="utf-8", errors="replace") as file:
            lines = file.read().split("\n")
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""
    except (OSError, ValueError):
        return 0, ""


def end_processes(mark: str) -> None:
    """End what a crash left behind: a postmaster whose keeper was killed, backends whose postmaster was killed.

    A backend in the middle of a long statement outlives its postmaster, and no new one starts beside it.
    """
    for number, patience in ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        left = processes(mark)
        postmasters = [pid for pid, title in left if not title.startswith("postgres: ")]
        # A live postmaster ends its own children. Those without one would take SIGINT for "cancel the statement".
        for pid in postmasters or [pid for pid, _ in left]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number if postmasters or number == signal.SIGKILL else signal.SIGQUIT)
        deadline = time.monotonic() + patience
        while left and time.monotonic() < deadline:
            time.sleep(0.02)
            left = processes(mark)
        if not left:
            return


def processes(mark: str) -> list[tuple[int, str]]:
    """The live processes of the server with this mark, by their titles; none where the system has no /proc."""
    found = []
    for name in os.listdir("/proc") if os.path.isdir("/proc") else ():
        if name.isdigit():
            title = title_of(int(name))
            if title.startswith(f"postgres: {mark}: ") or f"cluster_name={mark}" in title.split("\0"):
                found.append((int(name), title))
    return found


def title_of(pid: int) -> str:
    """Its command line, "" for the dead and for zombies, which have none."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


def forget_the_dead(pid_file: str) -> None:
    """Remove the lock file of a postmaster that is gone, a zombie, or whose number is another program's by now.

    Postgres only asks whether the number exists, and would not start where PID 1 does not reap.
    """
    pid, _ = status_of(pid_file)
    if pid and os.path.isdir("/proc/self") and "postgres" not in title_of(pid):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(pid_file)


def main() -> None:
    os.umask(0o077)
    os.chdir("/")
    keeper = Keeper(json.loads(sys.argv[1]))
    if keeper.claim() and os.fork() == 0:  # the starter waits for the parent, and the child is nobody's
        try:
            keeper.keep()
        finally:
            os.close(keeper.keeper_lock)  # before start.lock goes with the process: a starter looks in that order
            os._exit(0)


if __name__ == "__main__":
    main()
