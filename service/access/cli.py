"""``rapporteur keys``: who has a key, and for what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from service.access.keys import Key, Role, issue, read_keys, write_keys

__all__ = ["app"]

app = typer.Typer(
    help="API keys: who may read, ingest or administer. A running service takes changes at once.",
    no_args_is_help=True,
)

FileOption = Annotated[
    Path,
    typer.Option(
        "--keys", metavar="FILE", envvar="RAPPORTEUR_KEYS", help="The file of keys; or RAPPORTEUR_KEYS."
    ),
]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Whose key it is, or what for.")],
    keys: FileOption,
    role: Annotated[Role, typer.Option(help="What it is good for.")] = Role.READ,
    days: Annotated[int | None, typer.Option(min=1, max=36_500, help="Days until it ends.")] = None,
) -> None:
    """Make a key and print it: this is the only time that it is shown.

    To rotate one: add its successor, hand it out, then remove the old one.

    Example: `rapporteur keys add "reading room" --keys keys.json --days 90`
    """
    now = datetime.now(UTC).replace(microsecond=0)
    key, stored = issue(name, role, now, None if days is None else now + timedelta(days=days))
    write_keys(keys, (*_known(keys), stored))
    print(key)


@app.command("list")
def show(keys: FileOption) -> None:
    """Id, role, end and name of every key."""
    for key in read_keys(keys):
        print(f"{key.id}  {key.role.value:<6}  {_end(key):<20}  {key.name}")


@app.command()
def remove(
    identity: Annotated[str, typer.Argument(metavar="ID", help='The id of a key, as "keys list" shows it.')],
    keys: FileOption,
) -> None:
    """Remove a key: it stops counting at once."""
    known = read_keys(keys)
    left = tuple(key for key in known if key.id != identity)
    if len(left) == len(known):
        raise typer.BadParameter(
            f'expected the id of a key in {keys}, got {identity!r}: "rapporteur keys list" lists them'
        )
    write_keys(keys, left)


def _known(path: Path) -> tuple[Key, ...]:
    try:
        return read_keys(path)
    except FileNotFoundError:
        return ()


def _end(key: Key) -> str:
    return "never ends" if key.expires is None else f"{key.expires:%Y-%m-%dT%H:%M:%SZ}"
