"""The command line: the same words as in Slack, and what only a terminal needs."""

from __future__ import annotations

import getpass
import io
import signal
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from lineagebot import __version__
from lineagebot.errors import BadRequest, LineagebotError
from lineagebot.sql.dialects import NAMES

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from lineagebot.config import Settings
    from lineagebot.policy.rules import Windows
    from lineagebot.serve import Role
    from lineagebot.sync.runner import Progress

#: Heavy rooms are imported where they are used: `lineagebot --help` answers at once.

cli = typer.Typer(
    name="lineagebot",
    help="Who reads this table, what breaks if it changes, and who just dropped it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

#: A comment in front of a statement is no option of ours.
SQL_MAY_BEGIN_WITH_DASHES = {"ignore_unknown_options": True}

ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="lineagebot.toml to read; default: the one here.")
]


def main() -> None:
    """The entry point: whatever goes wrong is a sentence on stderr and exit code 1; 130 where it was interrupted."""
    try:
        # Typer hands back the code of an Exit instead of raising it.
        sys.exit(cli(standalone_mode=False) or 0)
    except LineagebotError as exc:
        _stop(str(exc))
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except BrokenPipeError:
        # `lineagebot ... | head` closed the pipe: not our trouble.
        sys.stderr.close()
    except typer.TyperException as exc:
        _stop(exc.format_message(), code=2)


@cli.command()
def demo(
    once: Annotated[
        bool, typer.Option("--once", help="No browser: play three conversations and one alert here.")
    ] = False,
    seed: Annotated[int | None, typer.Option(help="Another company: other names, another accident.")] = None,
    sql: Annotated[list[str] | None, typer.Option("--sql", help="Run this statement instead of the accident.")] = None,
    login: Annotated[str | None, typer.Option("--as", help="Who runs --sql; default: the accident's person.")] = None,
    port: Annotated[int, typer.Option(help="Port of the page; 0: any free one.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the log.")] = False,
) -> None:
    """Found a sample company on a real Postgres and talk to the bot about it; no Slack needed."""
    from lineagebot import logs
    from lineagebot.terminal import demo as play

    logs.set_up("INFO" if verbose else "ERROR")
    if once:
        raise typer.Exit(play.once(seed=seed, statements=tuple(sql or ()), login=login, verbose=verbose))
    play.serve(seed=seed, statements=tuple(sql or ()), login=login, port=port, open_browser=browser)


@cli.command()
def serve(
    role: Annotated[list[str] | None, typer.Option(help="chat, sync, watch or web; default: all.")] = None,
    config_file: ConfigOption = None,
) -> None:
    """Run the bot: read the sources, watch, and answer on Slack, until stopped."""
    from lineagebot import serve as running
    from lineagebot.app import App

    settings = _settings(config_file)
    roles = _roles(role)
    with App.open(settings) as app:
        started = running.start(app, roles)
        running.wait_until_stopped(started, (signal.SIGTERM, signal.SIGINT))


@cli.command()
def sync(
    source: Annotated[str | None, typer.Argument(help="Only this source.")] = None,
    from_start: Annotated[bool, typer.Option("--from-start", help="Read the kept log anew; no count changes.")] = False,
    config_file: ConfigOption = None,
) -> None:
    """Read the sources once: what stands there, then the log to its end."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from lineagebot.app import App
    from lineagebot.sync.runner import inventory_once, sync_once

    failed = False
    with App.open(_settings(config_file)) as app:
        chosen = [s for s in app.sources if source in (None, s.name)]
        if not chosen:
            _stop(f"there is no source {source!r}; configured: {_listed(s.name for s in app.sources)}")
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.completed:,}"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=Console(stderr=True)) as bars:
            for one in chosen:
                bar = bars.add_task(f"{one.name}: what stands there", total=None)
                first = inventory_once(one, app.store, now=_now(), workshop=app.workshop)
                bars.update(bar, description=f"{one.name}: statements")
                advance = partial(_advance, bars, bar)
                report = sync_once(
                    one, app.store, now=_now(), workshop=app.workshop, progress=advance, from_start=from_start
                )
                said = f"done, {report.not_understood} not understood"
                for trouble in filter(None, (first.trouble, report.trouble)):
                    failed, said = True, "in trouble"
                    bars.console.print(trouble)
                bars.update(bar, description=f"{one.name}: {said}", completed=report.statements)
    if failed:
        raise typer.Exit(1)


@cli.command()
def sources(
    as_json: Annotated[bool, typer.Option("--json", help="Every kind of system with its state, for programs.")] = False,
    config_file: ConfigOption = None,
) -> None:
    """List the sources: how fresh each is, what of it was not matched, and what else could be connected."""
    from lineagebot.app import App
    from lineagebot.terminal import sources as listing

    if not as_json:
        _ask("status", config_file)
    with App.open(_settings(config_file)) as app:
        if as_json:
            print(listing.as_json(app))
        else:
            for line in listing.lines(app):
                print(line)


@cli.command()
def ask(
    line: Annotated[list[str], typer.Argument(help='What you would type in Slack: "/lineage marts.revenue".')],
    config_file: ConfigOption = None,
) -> None:
    """Answer here what you would ask in Slack."""
    _ask(" ".join(line), config_file)


@cli.command(context_settings=SQL_MAY_BEGIN_WITH_DASHES)
def check(
    statement: Annotated[str, typer.Argument(help="SQL, or - to read it from standard input.")],
    config_file: ConfigOption = None,
) -> None:
    """Say what a statement would break, for whom, and how to do it safely. It is never run."""
    text = sys.stdin.read() if statement == "-" else statement
    _ask(f"check {text}", config_file)


@cli.command("sql", context_settings=SQL_MAY_BEGIN_WITH_DASHES)
def sql_command(
    text: Annotated[str | None, typer.Argument(help="SQL, a file of it, or - to read it from standard input.")] = None,
    dialect: Annotated[
        str, typer.Option("--dialect", "-d", help=f"One of {', '.join(NAMES)}; ansi takes some of each.")
    ] = "postgres",
    schema: Annotated[
        Path | None,
        typer.Option(
            "--schema",
            "-s",
            help='Known tables as JSON or YAML, {"marts.revenue": {"day": "date"}}, or dbt\'s manifest or catalog.',
        ),
    ] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read cases from standard input, one JSON object a line.")
    ] = False,
) -> None:
    """Show what a statement does, what it reads, and where each column comes from. It is never run."""
    if jsonl:
        from lineagebot.sql import jsonl as batch

        for answer in batch.answers(sys.stdin.buffer):
            print(answer, flush=True)
        return
    from lineagebot.terminal import sql as showing

    try:
        drawn = showing.shown(text, dialect, schema)
    except BadRequest as exc:
        _stop(str(exc), code=2)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that cannot draw a letter draws a question mark
    print(drawn)


@cli.command()
def replay(
    file: Annotated[Path | None, typer.Argument(help="With --jsonl: a log file, plain or packed with gzip.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only statements from then on.")] = None,
    explain: Annotated[bool, typer.Option(help="Also say why the rest was quiet.")] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read scenarios from standard input, one JSON object a line.")
    ] = False,
    dialect: Annotated[str, typer.Option(help="With a file: bigquery, snowflake, redshift ...")] = "postgres",
    rules: Annotated[
        Path | None, typer.Option(help="A TOML file whose [watch] part is tried in place of the configured one.")
    ] = None,
    config_file: ConfigOption = None,
) -> None:
    """Fold the journal anew and print what would have been said: the very fold that `serve` runs."""
    tried = _windows(rules) if rules is not None else None
    if jsonl:
        _replay_jsonl(file, dialect, tried, explain=explain)
        return
    if file is not None:
        _stop("a file is replayed as JSON lines: add --jsonl", code=2)
    from lineagebot.app import App
    from lineagebot.serve import windows_of
    from lineagebot.terminal import replay as replaying

    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=UTC)
    with App.open(_settings(config_file)) as app:
        windows = tried or windows_of(app.settings.watch)
        for line in replaying.lines(app, since=since, explain=explain, windows=windows):
            print(line)


@cli.command("export")
def export_command(
    output: Annotated[Path | None, typer.Option("--output", "-o")] = None, config_file: ConfigOption = None
) -> None:
    """Write owners, tags, subscriptions and manual edges as YAML: the only data that cannot be rebuilt."""
    from lineagebot.app import App
    from lineagebot.store import portable

    with App.open(_settings(config_file)) as app, app.store.begin() as tx:
        text = portable.dump(tx)
    if output:
        output.write_text(text, encoding="utf-8")
        typer.echo(f"wrote {output}", err=True)
    else:
        print(text, end="")


@cli.command("import")
def import_command(file: Annotated[Path, typer.Argument()], config_file: ConfigOption = None) -> None:
    """Read back what `export` wrote; what is there already stays."""
    from lineagebot.app import App
    from lineagebot.store import portable

    try:
        text = file.read_text(encoding="utf-8")
    except OSError as exc:
        _stop(f"{file} cannot be read: {exc.strerror}")
    with App.open(_settings(config_file)) as app, app.store.begin() as tx:
        loaded = portable.load(tx, text)
    typer.echo(str(loaded))


@cli.command()
def doctor(config_file: ConfigOption = None) -> None:
    """Check every source and Slack: reachable, permitted, fresh; each failure with its remedy."""
    from lineagebot.terminal import doctor as examining

    healthy = True
    for line in examining.lines(_settings(config_file)):
        healthy = healthy and line.ok is not False
        print(line)
    if not healthy:
        raise typer.Exit(1)


@cli.command()
def manifest(
    url: Annotated[str | None, typer.Option(help="Public https address, for HTTP instead of Socket Mode.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o")] = None,
) -> None:
    """Write Slack's app manifest."""
    from lineagebot.slack import manifest as writing

    text = writing.manifest_yaml(url=url)
    if output:
        output.write_text(text, encoding="utf-8")
        typer.echo(f"wrote {output}", err=True)
    else:
        print(text, end="")


@cli.command()
def migrate(config_file: ConfigOption = None) -> None:
    """Bring the store's schema up to date (`serve` does so by itself)."""
    from lineagebot.app import reach_store
    from lineagebot.store.migrate import migrate as bring_up_to_date

    url, server = reach_store(_settings(config_file))
    before, after = bring_up_to_date(url)
    if server:
        server.close()
    typer.echo(
        f"the store is at {after}" if before == after else f"the store went from {before or 'nothing'} to {after}"
    )


@cli.command()
def version() -> None:
    """Print the version."""
    print(f"lineagebot {__version__}")


def _windows(rules: Path) -> Windows:
    from lineagebot.config import load_rules
    from lineagebot.serve import windows_of

    return windows_of(load_rules(rules))


def _replay_jsonl(file: Path | None, dialect: str, tried: Windows | None, *, explain: bool) -> None:
    from lineagebot.policy.rules import Windows
    from lineagebot.terminal import replay_jsonl, replay_log

    windows = tried or Windows()
    if file is not None:
        try:
            for line in replay_log.alerts(file, dialect, windows):
                print(line, flush=True)
        except OSError as exc:
            _stop(f"{file} cannot be read: {exc.strerror}")
        return
    tally = replay_jsonl.Tally()
    for line in replay_jsonl.answers(sys.stdin, windows, tally, explain=explain):
        print(line, flush=True)
    typer.echo(str(tally), err=True)


def _advance(bars: Bars, bar: TaskID, report: Progress) -> None:
    bars.update(bar, completed=report.statements)


def _ask(line: str, config_file: Path | None) -> None:
    from lineagebot import config, logs
    from lineagebot.app import App
    from lineagebot.commands.request import TERMINAL, Asker, Request
    from lineagebot.plain import render

    line = line.removeprefix("/lineage").strip()
    logs.set_up("ERROR")
    with App.open(config.load(config_file)) as app:
        asker = Asker(workspace=TERMINAL, user=getpass.getuser(), is_admin=True)
        print(render(app.answer(Request(line=line, asker=asker, now=_now()))))


def _settings(path: Path | None) -> Settings:
    from lineagebot import config, logs

    settings = config.load(path)
    logs.set_up(settings.log_level)
    return settings


def _roles(names: list[str] | None) -> frozenset[Role]:
    from lineagebot.serve import ALL, Role

    if not names:
        return ALL
    try:
        return frozenset(Role(name) for name in names)
    except ValueError as exc:
        _stop(f"{exc}; roles are {_listed(Role)}", code=2)


def _listed(names: Iterable[object]) -> str:
    return ", ".join(str(name) for name in names) or "none"


def _now() -> datetime:
    return datetime.now(UTC)


def _stop(sentence: str, *, code: int = 1) -> NoReturn:
    typer.echo(f"lineagebot: {sentence}", err=True)
    sys.exit(code)
