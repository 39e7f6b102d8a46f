"""Folders through the `translate` command: its options, progress, and the table at the end."""

from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

import click

from translate_news.batch import (
    Journal,
    Past,
    Plan,
    Reading,
    RemoteJournal,
    Report,
    Selection,
    carry_out,
    newest,
    open_journal,
    watch,
)
from translate_news.batch.cluster import Cluster, carry_out_on, signature_on
from translate_news.batch.inputs import MIB, is_remote
from translate_news.cli.headlines import renderer
from translate_news.cli.quality import showing, shown_name
from translate_news.cli.report import write_manifest
from translate_news.document import Page, Translation
from translate_news.errors import FINDINGS_EXIT, INTERRUPTED_EXIT, SOME_FAILED_EXIT, Unreadable, UsageError
from translate_news.memory import Memory

LINE_EVERY = 30.0  # seconds between two lines of a log

Opened = tuple[Callable[[Sequence[Page]], list[Translation]], dict[str, str]]


def _split_glob(file: str) -> tuple[str, str | None]:
    """`archive/2026/*.txt`, when no shell has expanded it: the folder, and the glob below it."""
    parts = file.split("/")
    first = next((number for number, part in enumerate(parts) if re.search(r"[*?\[]", part)), None)
    if first is None or Path(file).exists():
        return file, None
    return "/".join(parts[:first]) or ".", "/".join(parts[first:])


@dataclass(frozen=True, slots=True)
class Work:
    """What a folder run needs of the command: how to open the engine (late), and the memory that stands before it."""

    open: Callable[[], Opened]
    open_on: Callable[[], Opened]  # the same for an actor of a cluster, picklable
    memory: Memory | None = None


def folder_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that only a folder run knows."""
    for option in reversed(
        [
            click.option(
                "--include", multiple=True, metavar="GLOB", help="Only these files of a folder. [default: pages]"
            ),
            click.option("--exclude", multiple=True, metavar="GLOB", help="Not these files and folders."),
            click.option("--hidden", is_flag=True, help="Hidden files and folders too."),
            click.option(
                "--max-size",
                type=click.IntRange(1),
                default=16,
                show_default=True,
                help="Largest page of a folder, in MiB.",
            ),
            click.option(
                "--on-error",
                type=click.Choice(["skip", "stop"]),
                default="skip",
                show_default=True,
                help="What to do when a page fails.",
            ),
            click.option("--watch", is_flag=True, help="Keep going, and take files as they appear."),
            click.option(
                "--every",
                type=click.FloatRange(0.1),
                default=5.0,
                show_default=True,
                help="Seconds between two looks of --watch.",
            ),
            click.option(
                "--cluster",
                metavar="ADDRESS",
                help="On many machines with Ray: local, auto or ray://HOST:PORT. [extra: cluster]",
            ),
            click.option("--force", is_flag=True, help="Make anew what was made under other settings."),
        ]
    ):
        command = option(command)
    return command


def is_folder_run(files: Sequence[str], output: Path | str | None, cluster: str | None) -> bool:
    """Whether the words ask for a folder: an input or the output is one or lies elsewhere, or a cluster is to do it."""
    return (
        bool(cluster)
        or is_remote(output)
        or any(Path(file).is_dir() or is_remote(file) for file in files)
        or (len(files) > 1 and isinstance(output, Path) and output.is_dir())
    )


def refuse_folder_options(rest: dict[str, Any]) -> None:
    """Refuse options that only a folder run knows.

    Raises:
        UsageError: names the first of them.
    """
    for name in ("include", "exclude", "hidden", "watch", "force"):
        if rest[name]:
            raise UsageError(
                f"--{name} is for folders; name a folder, and one for its English: translate-news FOLDER -o OUT"
            )


def plan_of(files: Sequence[str], output: Path | str | None, form: str, rest: dict[str, Any]) -> Plan:
    """The plan that the options ask for.

    Raises:
        UsageError: no output folder, or one that cannot be.
    """
    if output is None:
        raise UsageError(f"{files[0]}: is a folder; name a folder for its English: translate-news {files[0]} -o OUT")
    if isinstance(output, Path) and output.exists() and not output.is_dir():
        raise UsageError(f"-o {output}: is a file; a folder's English goes into a folder")
    if "-" in files:
        raise UsageError("- (standard input) cannot be translated into a folder together with others; give it alone")
    for file in files:
        if file == output or (
            isinstance(output, Path) and Path(file).is_dir() and Path(file).resolve() == output.resolve()
        ):
            raise UsageError(f"-o {output}: is the input itself; choose another folder")
    if rest["cluster"] and (rest["watch"] or rest["memory_path"]):
        raise UsageError("--cluster goes with neither --watch nor --memory: a memory is a file on one machine")
    if rest["cluster"] and rest["device"].startswith("cuda:"):
        raise UsageError("--cluster gives each actor a GPU, whichever is free: take --device cuda")
    inputs: list[Path | str] = []
    include = list(rest["include"])
    for file in files:
        folder, glob = _split_glob(file)
        inputs.append(folder if is_remote(folder) else Path(folder))
        include += [glob] if glob else []
    selection = Selection(tuple(include), rest["exclude"], rest["hidden"], rest["max_size"] * MIB)
    reading = Reading(rest["as_of"], rest["furniture"])
    plan = Plan(tuple(inputs), output, form, selection, reading, rest["force"], rest["on_error"] == "stop")
    doubts = {"mark": rest["mark"], "sort": rest["sort"]}
    mark = (".headlines" if rest["headlines_only"] else "") + shown_name(**doubts)
    return replace(plan, write=showing(renderer(form, rest), **doubts), mark=mark) if mark else plan


def translate_folder(plan: Plan, work: Work, rest: dict[str, Any], strict: bool, quiet: bool) -> None:
    """Run a plan with progress, say what came of it, and exit with its code."""
    walk = plan.walk()  # refuses before a model is opened
    with open_journal(plan.out) as journal, _halting() as halted:
        screen = Screen(quiet, halted)
        if screen.bar_wanted and not rest["watch"]:
            screen.total = sum(1 for _ in walk)
        report = _carried_out(plan, work, rest, screen, journal)
        screen.close()
        if rest["report"] and report.pages:
            _write_report(rest["report"], report, journal)
        if not report.pages and not report.interrupted:
            raise Unreadable(
                f"{', '.join(map(str, plan.inputs))}: holds no page; choose files with --include GLOB, or --hidden"
            )
        if journal.damaged:
            click.echo(
                f"translate-news: {journal.path}: {journal.damaged} damaged lines; their pages were done again",
                err=True,
            )
        if not quiet:
            click.echo(closing_table(report, plan, journal.path, work.memory), err=True)
    if report.interrupted:
        click.echo("translate-news: interrupted; run the same command again to go on", err=True)
        sys.exit(INTERRUPTED_EXIT)
    if report.failed:
        sys.exit(SOME_FAILED_EXIT)
    if strict and report.findings:
        sys.exit(FINDINGS_EXIT)


def _write_report(path: Path, report: Report, journal: Journal | RemoteJournal) -> None:
    """The manifest of the folder as it is now, and what this run had to do for it."""
    made = journal.index.signatures()
    counts = {name: getattr(report, name) for name in ("done", "skipped", "restored", "words", "interrupted")}
    run = counts | {"failed": dict(report.failed), "made_otherwise": sum(count for _, count in made[1:])}
    pages = newest(journal.index, journal.read, "the journal")
    write_manifest(path, pages, made[0][0] if made else {}, report.seconds, {"run": run})


def _carried_out(
    plan: Plan, work: Work, rest: dict[str, Any], screen: Screen, journal: Journal | RemoteJournal
) -> Report:
    """Carry out the plan where and how the options say."""
    if rest["cluster"]:
        cluster = Cluster(rest["cluster"], float(rest["device"].startswith("cuda")))
        past = Past(journal, signature_on(cluster, work.open_on))
        return carry_out_on(cluster, plan, work.open_on, past, screen)
    translate, signature = work.open()
    outdated = work.memory.outdates if work.memory and work.memory.stats().corrections else None
    past = Past(journal, signature, outdated)
    if rest["watch"]:
        return watch(plan, translate, past, screen, rest["every"])
    return carry_out(plan, translate, past, screen)


@contextmanager
def _halting() -> Iterator[Callable[[], bool]]:
    """While inside, the first Ctrl-C or SIGTERM asks for an end after the window at hand; a second one ends at once."""
    asked: list[int] = []

    def ask(number: int, _: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        click.echo("\ntranslate-news: finishing the pages at hand; again to stop at once", err=True)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Screen:
    """How a run looks: a bar on a terminal, a line now and then in a log, and each failure when it happens."""

    def __init__(self, quiet: bool, halted: Callable[[], bool]) -> None:
        self.halted = halted
        self.bar_wanted = sys.stderr.isatty() and not quiet
        self.total: int | None = None
        self._quiet = quiet
        self._last = time.monotonic()
        self._bar: Any = None

    def failed(self, name: str, reason: str) -> None:
        """See `Listener`."""
        if self._bar:
            click.echo("\r\033[K", nl=False, err=True)
        click.echo(f"failed: {name}: {reason}", err=True)

    def advanced(self, report: Report) -> None:
        """See `Listener`."""
        if self.bar_wanted:
            if self._bar is None:
                self._bar = click.progressbar(
                    length=max(self.total or 0, 1), label="files", show_pos=True, file=sys.stderr, item_show_func=str
                )
            self._bar.update(report.pages - self._bar.pos, f"{_rate(report.sentences, report)} sentences/s")
        elif not self._quiet and time.monotonic() - self._last >= LINE_EVERY:
            self._last = time.monotonic()
            click.echo(
                f"translate-news: {report.pages:,} files, {_rate(report.sentences, report)} sentences/s, "
                f"{report.failed.total():,} failed",
                err=True,
            )

    def close(self) -> None:
        """End the bar's line."""
        if self._bar:
            self._bar.render_finish()


def _rate(count: int, report: Report) -> str:
    return f"{count / report.seconds:,.0f}" if report.seconds else "-"


def closing_table(report: Report, plan: Plan, journal: object, memory: Memory | None = None) -> str:
    """What a run did, a line a fact."""
    reasons = ", ".join(f"{count:,} {kind}" for kind, count in report.failed.most_common())
    others = ", ".join(f"{count:,} {suffix}" for suffix, count in report.others.most_common(5))
    rows = [
        ("done", f"{report.done:,}", ""),
        ("skipped", f"{report.skipped:,}", "done before") if report.skipped else None,
        ("restored", f"{report.restored:,}", "written again from the journal") if report.restored else None,
        ("failed", f"{report.failed.total():,}", reasons),
        ("left out", f"{report.others.total():,}", f"no pages: {others}") if report.others else None,
        ("findings", f"{report.findings:,}", f"in {report.sentences:,} sentences"),
        ("memory", f"{memory.remembered:,}", "sentences were known") if memory else None,
        ("words/s", _rate(report.words, report), f"{report.words:,} words in {report.seconds:.1f} s"),
    ]
    lines = [f"  {name:<9}{figure:>9}  {note}".rstrip() for name, figure, note in filter(None, rows)]
    return "\n".join([f"translate-news: {plan.out}", *lines, f"  journal    {journal}"])
