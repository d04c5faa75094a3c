"""Notes on a real bus: sent, pressed, put away, and whatever can become of the service."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from sensorapp.model.notes import Note, NoteAnswer, NoteButton, NoteKind
from sensorapp.notify.desktop import DesktopNotifier, Patience
from tests.notify.peer import EXPIRED, NotificationService, until
from tests.private_bus import private_bus

HASTY = Patience(answer_s=0.4, settle_s=0.15, retry_s=0.4, leave_s=0.15)
PATIENT = Patience(answer_s=60.0, settle_s=60.0, retry_s=60.0)
BUTTONS = (NoteButton.SNOOZE, NoteButton.PAUSE, NoteButton.WHY)
LEANED = Note("posture", NoteKind.POSTURE, "Leaned", "18° for 15 s.", BUTTONS, unpressed="Press z.")


class Desk:
    """What a notifier said, and the notifier."""

    def __init__(self, patience: Patience = HASTY) -> None:
        self.answers: list[NoteAnswer] = []
        self.told: list[str] = []
        self.notifier = DesktopNotifier(self.answers.append, self.told.append, patience)


async def test_a_note_is_shown_with_its_buttons_and_without_a_sound(
    service: NotificationService,
) -> None:
    desk = Desk()
    async with desk.notifier as notifier:
        notifier.show(LEANED)
        await until(lambda: service.shown)
    (shown,) = service.shown
    assert (shown.app, shown.title, shown.text) == ("sensorapp", "Leaned", "18° for 15 s.")
    assert [label for label in shown.actions if label] == ["Snooze 15 min", "Pause 30 min", "Why?"]
    assert not shown.has_sound
    assert desk.told == []


async def test_technical_notes_have_a_name_of_their_own(service: NotificationService) -> None:
    async with Desk().notifier as notifier:
        notifier.show(Note("lost", NoteKind.SENSOR, "Sensor lost", "Out of reach."))
        notifier.show(Note("back", NoteKind.SENSOR, "Back", "It is back.", is_minor=True))
        await until(lambda: len(service.shown) == 2)
    assert {shown.app for shown in service.shown} == {"sensorapp (sensor)"}
    assert [shown.urgency for shown in service.shown] == [1, 0]


async def test_text_is_no_markup_and_of_one_line(service: NotificationService) -> None:
    bad = Note("bad", NoteKind.SENSOR, "<b>A</b>\x1b[2J", "A & B\n<a href='x'>y</a>\u202e")
    async with Desk().notifier as notifier:
        notifier.show(bad)
        await until(lambda: service.shown)
    assert service.shown[0].title == "‹b›A‹/b›[2J"
    assert service.shown[0].text == "A ＆ B ‹a href='x'›y‹/a›"


@pytest.mark.parametrize(
    ("label", "button"),
    [
        ("Snooze 15 min", NoteButton.SNOOZE),
        ("Pause 30 min", NoteButton.PAUSE),
        ("Why?", NoteButton.WHY),
        ("", None),  # a click on the note itself
    ],
)
async def test_a_press_is_heard_once(
    service: NotificationService, label: str, button: NoteButton | None
) -> None:
    desk = Desk()
    async with desk.notifier as notifier:
        notifier.show(LEANED)
        await until(lambda: service.open)
        service.press(service.shown[0], label)
        await until(lambda: desk.answers)
        notifier.withdraw("posture")
        notifier.show(Note("next", NoteKind.BREAK, "Next", "Later."))
        await until(lambda: len(service.shown) == 2)
    assert desk.answers == [NoteAnswer("posture", button)]
    assert service.closed == [101]  # the other one, at the end


async def test_putting_it_away_is_heard_and_expiring_is_not(service: NotificationService) -> None:
    desk = Desk()
    async with desk.notifier as notifier:
        notifier.show(LEANED)
        await until(lambda: service.open)
        service.dismiss(service.shown[0], EXPIRED)
        notifier.withdraw("posture")  # the library has forgotten it: KeyError in its clear()
        notifier.show(LEANED)
        await until(lambda: service.open)
        service.dismiss(service.shown[1])
        await until(lambda: desk.answers)
    assert desk.answers == [NoteAnswer("posture")]
    assert desk.told == []


async def test_what_is_over_is_taken_away_and_a_newer_one_takes_its_place(
    service: NotificationService,
) -> None:
    newer = Note("posture", NoteKind.POSTURE, "Still", "For 60 s.")
    async with Desk().notifier as notifier:
        notifier.show(LEANED)
        await until(lambda: service.shown)
        notifier.show(newer)
        await until(lambda: len(service.shown) == 2)
        assert [shown.title for shown in service.open] == ["Still"]
        notifier.withdraw("posture")
        await until(lambda: not service.open)
    assert service.closed == [100, 101]


async def test_the_end_takes_all_away(service: NotificationService) -> None:
    async with Desk().notifier as notifier:
        notifier.show(LEANED)
        await until(lambda: service.open)
    await until(lambda: not service.open)


async def test_without_actions_the_text_names_the_keys(bus: Path) -> None:
    service = await NotificationService(bus, ("body",)).begins()
    async with Desk().notifier as notifier:
        notifier.show(LEANED)
        await until(lambda: service.shown)
    service.dies()
    assert service.shown[0].text == "18° for 15 s. Press z."
    assert [label for label in service.shown[0].actions if label] == []


async def test_without_a_bus_it_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'none'}")
    desk = Desk()
    async with desk.notifier as notifier:
        for round_ in range(3):
            notifier.show(LEANED)
            await until(lambda: desk.told)
            await asyncio.sleep(0.05 * round_)
    (told,) = desk.told
    assert told == (
        "Desktop notifications can't be shown: there is no desktop session here. "
        "Alerts are told here."
    )


async def test_without_any_address_it_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    desk = Desk()
    async with desk.notifier as notifier:
        notifier.show(LEANED)
        await until(lambda: desk.told)
    assert "no desktop session" in desk.told[0]


async def test_a_service_that_comes_later_shows_what_is_still_true(bus: Path) -> None:
    desk = Desk()
    service = NotificationService(bus)
    async with desk.notifier as notifier:
        notifier.show(LEANED)
        notifier.show(Note("old", NoteKind.SENSOR, "Old", "News.", fresh_s=0.05))
        notifier.show(Note("over", NoteKind.BREAK, "Over", "By then."))
        await until(lambda: desk.told)
        assert "no notification service is running" in desk.told[0]
        notifier.withdraw("over")
        await asyncio.sleep(0.06)
        await service.begins()
        await until(lambda: len(desk.told) == 2 and service.open)
        assert [shown.title for shown in service.open] == ["Leaned"]
        service.press(service.shown[0], "Why?")
        await until(lambda: desk.answers)
    service.dies()
    assert desk.told[1:] == ["Desktop notifications are shown again."]


async def test_a_service_that_is_restarted_shows_it_again_and_nobody_is_told(bus: Path) -> None:
    desk = Desk(PATIENT)  # it waits longer than this test: a new service is seen, not looked for
    first = await NotificationService(bus).begins()
    async with desk.notifier as notifier:
        notifier.show(LEANED)
        for key in ("seen", "expired"):
            notifier.show(Note(key, NoteKind.BREAK, key, "Text."))
        await until(lambda: len(first.shown) == 3)
        first.dismiss(first.shown[1])
        first.dismiss(first.shown[2], EXPIRED)
        await until(lambda: desk.answers)
        first.dies()
        second = await NotificationService(bus).begins()
        await until(lambda: second.shown)
        second.press(second.shown[0], "Snooze 15 min")
        await until(lambda: len(desk.answers) == 2)
        await asyncio.sleep(0.05)
    second.dies()
    assert [shown.title for shown in second.shown] == ["Leaned"]
    assert desk.answers == [NoteAnswer("seen"), NoteAnswer("posture", NoteButton.SNOOZE)]
    assert desk.told == []


async def test_a_service_that_dies_for_good_is_told_once_and_comes_back(
    service: NotificationService,
) -> None:
    desk = Desk()
    async with desk.notifier as notifier:
        notifier.show(LEANED)
        await until(lambda: service.open)
        service.dies()
        await until(lambda: desk.told)
        await asyncio.sleep(HASTY.retry_s + 0.1)
        assert len(desk.told) == 1
        await service.begins()
        await until(lambda: len(desk.told) == 2 and service.open)
        assert [shown.number for shown in service.open] == [200]


async def test_a_service_that_dies_while_nothing_is_shown_is_no_news(
    service: NotificationService,
) -> None:
    desk = Desk()
    async with desk.notifier as notifier:
        notifier.show(LEANED)
        await until(lambda: service.open)
        notifier.withdraw("posture")
        await until(lambda: not service.open)
        service.dies()
        await asyncio.sleep(HASTY.settle_s + 0.1)
        await service.begins()
        notifier.show(LEANED)
        await until(lambda: service.open)
    assert desk.told == []


async def test_a_service_that_dies_with_the_answer_owed(service: NotificationService) -> None:
    desk = Desk(Patience(answer_s=60.0, settle_s=0.05))
    async with desk.notifier as notifier:
        notifier.show(Note("first", NoteKind.BREAK, "First", "Text."))
        await until(lambda: service.open)
        service.hangs()
        notifier.show(LEANED)
        await asyncio.sleep(0.05)
        service.dies()
        await service.begins()
        await until(lambda: len(service.open) == 2)
    assert {shown.title for shown in service.shown if shown.number >= 200} == {"First", "Leaned"}
    assert desk.told == []


async def test_a_service_that_does_not_answer_holds_up_nothing(
    service: NotificationService,
) -> None:
    desk = Desk()
    service.hangs()
    async with desk.notifier as notifier:
        notifier.show(LEANED)
        await until(lambda: desk.told)
        assert "does not answer" in desk.told[0]
        notifier.show(Note("more", NoteKind.BREAK, "More", "Text."))
        service.hangs(False)
        await until(lambda: len(service.open) == 2)
        await until(lambda: len(desk.told) == 2)
        service.hangs()
        notifier.withdraw("more")
        begun_s = time.monotonic()
    assert time.monotonic() - begun_s < HASTY.leave_s + 0.3
    service.hangs(False)
    assert len(desk.told) == 2


async def test_a_bus_that_ends_is_told_and_ends_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk()
    with ExitStack() as logged_in:
        socket = logged_in.enter_context(private_bus(tmp_path))
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={socket}")
        service = await NotificationService(socket).begins()
        async with desk.notifier as notifier:
            notifier.show(LEANED)
            await until(lambda: service.open)
            logged_in.close()
            await until(lambda: desk.told)
    assert "no desktop session" in desk.told[0]
