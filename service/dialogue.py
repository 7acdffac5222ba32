"""Questions typed one after another in a terminal, with a history that lasts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from rich.console import Console
from rich.text import Text

from service.chat.conversation import Turn, standalone

__all__ = ["Dialogue"]

_WELCOME = (
    "Ask in English or Chinese; \u2191 brings earlier questions back, Ctrl-D leaves.\n"
    "请用中文或英文提问；\u2191 找回以前的问题，Ctrl-D 退出。"
)
_LEAVING = frozenset({"exit", "quit", ":q", "退出"})
_REMEMBERED = 12
"""Turns that a follow-up question may lean on."""


class Dialogue:
    """Reads questions until the asker leaves. "And where?" is completed from the questions before it."""

    def __init__(self, console: Console, ask: Callable[[str], str], history: Path) -> None:
        """``ask`` shows the answer to a question and returns its text, empty where there is none; it raises
        ValueError where the question can't be asked. Questions are kept in the file ``history``, readable
        to the asker alone; where that can't be written, for as long as the dialogue lasts.
        """
        self._console = console
        self._ask = ask
        self._history = history

    def run(self) -> None:
        prompt: PromptSession[str] = PromptSession(
            history=self._kept(), auto_suggest=AutoSuggestFromHistory(), enable_history_search=True
        )
        self._console.print(Text(_WELCOME, style="dim"))
        turns: list[Turn] = []
        while True:
            self._console.print()
            try:
                typed = prompt.prompt("> ").strip()
            except KeyboardInterrupt:  # Ctrl-C takes back what was being typed
                continue
            except EOFError:
                return
            if typed.lower() in _LEAVING:
                return
            if typed:
                turns = [*turns, *self._turn(turns, typed)][-_REMEMBERED:]

    def _turn(self, before: list[Turn], typed: str) -> list[Turn]:
        question = standalone([*before, Turn("user", typed)])
        if " ".join(typed.split()).startswith(question):
            question = typed  # as it is, not cut to the length that may be asked
        else:
            self._console.print(Text(f"\u2192 {question}", style="dim"))
        try:
            answered = self._ask(question)
        except ValueError as error:
            self._console.print(Text(str(error), style="yellow"))
            return []
        return [Turn("user", typed), Turn("assistant", answered)]

    def _kept(self) -> History:
        try:
            self._history.parent.mkdir(parents=True, exist_ok=True)
            self._history.touch(mode=0o600)
            with self._history.open("ab"):
                pass
        except OSError as error:
            self._console.print(
                Text(f"questions are not kept: {self._history}: {error.strerror}", style="yellow")
            )
            return InMemoryHistory()
        return FileHistory(str(self._history))
