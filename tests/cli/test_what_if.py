"""`sensorapp replay --what-if`: the two outcomes as text and as one object."""

from __future__ import annotations

import json
from datetime import datetime

from tests.cli.running import Here
from tests.replay.shipped import FOLDER

SLOUCH = FOLDER / "slouch.mcap"


def test_the_difference_as_text(here: Here) -> None:
    done = here("replay", SLOUCH, "--what-if", "delay_s=40")
    assert (done.status, done.stderr) == (0, "")
    title, *rows, difference = done.stdout.splitlines()
    assert title.endswith("slouch.mcap: what if alerts.delay_s = 40?")
    assert [" ".join(row.split()) for row in rows] == [
        "as it was what if",
        "slouches counted 1 0",
        "alerts sounded 1 0",
        "time over the limit 37 s 37 s",
        "breaks due 0 0",
    ]
    said = "  only in 'as it was': leaning 24° forward, limit 15°, for 38 s"
    assert difference.endswith(said)
    # the scenario begins at a full hour and minute, wherever this runs
    at = datetime.strptime(difference.removesuffix(said), "%H:%M:%S")  # noqa: DTZ007
    assert (at.minute, at.second) in {(0, second) for second in range(15, 25)} | {
        (minute, second) for minute in (15, 30, 45) for second in range(15, 25)
    }


def test_no_difference_says_so(here: Here) -> None:
    done = here("replay", SLOUCH, "--what-if", "sensitivity=4", "--plain")
    assert done.stdout.splitlines()[-1] == "Every slouch, alert and reminder is in both."


def test_json_is_one_object(here: Here) -> None:
    done = here("replay", SLOUCH, "--what-if", "delay=40", "--what-if", "reminders=0", "--json")
    (line,) = done.stdout.splitlines()
    said = json.loads(line)
    assert said["type"] == "what_if"
    assert said["settings"] == {"alerts.delay_s": 40.0, "breaks.reminders": 0}
    assert said["notice"] is None
    assert set(said["as_it_was"]) == {"slouches", "alerts", "over_s", "breaks_due"}
    (one,) = said["differences"]
    at = datetime.fromisoformat(one.pop("local_time"))
    assert at.tzinfo is not None
    assert one == {
        "event": "slouch",
        "only_in": "as_it_was",
        "t_s": 15.9,
        "flexion_deg": 23.701,
        "threshold_deg": 15.0,
        "length_s": 38.3,
        "silent": None,
    }
