"""Questions are worked on one after the other, and nobody's who has left."""

from __future__ import annotations

import threading

import anyio

from service.turns import in_turn


def test_no_two_are_worked_on_at_once_and_all_get_their_result() -> None:
    running = threading.Semaphore(1)
    found: dict[int, int] = {}

    def work(number: int) -> int:
        assert running.acquire(blocking=False), "two at once"
        threading.Event().wait(0.002)
        running.release()
        return number * number

    async def ask(number: int) -> None:
        found[number] = await in_turn(lambda: work(number))

    async def all_at_once() -> None:
        async with anyio.create_task_group() as group:
            for number in range(20):
                group.start_soon(ask, number)

    anyio.run(all_at_once)
    assert found == {number: number * number for number in range(20)}


def test_who_leaves_while_waiting_is_not_worked_for() -> None:
    worked: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    def first() -> None:
        begun.set()
        go_on.wait()
        worked.append("first")

    async def leave() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(in_turn, first)
            await anyio.to_thread.run_sync(begun.wait)
            with anyio.move_on_after(0.01) as impatient:
                await in_turn(lambda: worked.append("second"))
            assert impatient.cancelled_caught
            go_on.set()
        await in_turn(lambda: worked.append("third"))

    anyio.run(leave)
    assert worked == ["first", "third"]


def test_an_error_is_the_askers_and_the_next_has_its_turn() -> None:
    def fail() -> None:
        raise LookupError("nothing there")

    async def ask() -> tuple[str, int]:
        try:
            await in_turn(fail)
        except LookupError as error:
            return str(error), await in_turn(lambda: 7)
        raise AssertionError("expected a LookupError")

    assert anyio.run(ask) == ("nothing there", 7)
