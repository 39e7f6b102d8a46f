"""Words in, exit codes out: a command is parse, library calls, print. The only station that imports click.

Each command has its own module here; this one holds the group and the one place where errors become exit codes.
"""

from __future__ import annotations

import io
import logging
import os
import sys

import click

from translate_news.cli.check import check_command
from translate_news.cli.doctor import doctor_command
from translate_news.cli.glossary import glossary_group
from translate_news.cli.memory import memory_group
from translate_news.cli.models import models_group
from translate_news.cli.render import render_command
from translate_news.cli.segment import segment_command
from translate_news.cli.translate import translate_command
from translate_news.errors import INTERRUPTED_EXIT, TranslateNewsError, Unwritable

__all__ = ["cli", "main"]


class Notices(logging.Handler):
    """What the library has to say while a person waits, on standard error."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one notice as one line."""
        click.echo(f"translate-news: {record.getMessage()}", err=True)


class TranslateByDefault(click.Group):
    """A group whose first word is a file unless it names a command: `translate-news FILE` translates."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `translate` in front where no command is named."""
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h", "--version"):
            args = ["translate", *args]
        return super().parse_args(ctx, args)


@click.group(cls=TranslateByDefault, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@click.version_option(package_name="translate-news", prog_name="translate-news")
@click.pass_context
def cli(context: click.Context) -> None:
    """Translate Dutch news pages into English, structure kept, doubtful sentences named.

    \b
    translate-news page.txt                 English on standard output
    translate-news page.txt -f json -o page.json
    curl … | translate-news -               from standard input
    translate-news archive/ -o english/     a folder, mirrored; go on by the same command
    translate-news render english/ -f json  its pages in another format; needs no model
    translate-news segment page.txt         the page's anatomy; needs no model
    translate-news check nl.txt en.txt      audit any translation; needs no model

    `translate-news FILE` is short for `translate-news translate FILE`; its options: translate-news translate --help
    """
    if context.invoked_subcommand != "models":
        os.environ["HF_HUB_OFFLINE"] = "1"  # only `models` asks a hub; libraries that we load must not
    notices = logging.getLogger("translate_news")
    notices.handlers = [Notices()]
    notices.setLevel(logging.INFO)


for command in (
    translate_command,
    segment_command,
    check_command,
    render_command,
    models_group,
    glossary_group,
    memory_group,
    doctor_command,
):
    cli.add_command(command)


def main() -> None:
    """The installed command: every error of ours becomes one line and its exit code, here and nowhere else."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower().replace("-", "") != "utf8":
            stream.reconfigure(errors="replace")  # a terminal of few letters shows a question mark for the others
    try:
        sys.exit(cli.main(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except TranslateNewsError as error:
        click.echo(f"translate-news: {error}", err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("translate-news: interrupted", err=True)
        sys.exit(INTERRUPTED_EXIT)
    except BrokenPipeError:  # the reader of our output has gone: be quiet, as a filter is
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except OSError as error:  # most have words of their own by now; what is left is standard output, or a file of ours
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        what = error.filename or "the output cannot be written"
        click.echo(f"translate-news: {what}: {error.strerror or error}", err=True)
        sys.exit(Unwritable.exit_code)
