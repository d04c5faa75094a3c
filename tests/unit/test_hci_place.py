"""Where an adapter may be offered: on this computer alone."""

from __future__ import annotations

import pytest

from sensorapp.model.errors import SensorAppError
from sensorapp.virtual.hci_place import HciPlace, Side


@pytest.mark.parametrize(
    ("text", "address", "port"),
    [
        ("unix-client:/tmp/clip.hci", "/tmp/clip.hci", None),
        ("tcp-client:127.0.0.1:9000", "127.0.0.1", 9000),
        ("tcp-client:localhost:1", "localhost", 1),
        ("tcp-client:[::1]:65535", "::1", 65535),
    ],
)
def test_a_place_on_this_computer(text: str, address: str, port: int | None) -> None:
    place = HciPlace.parse(text, Side.CLIENT)
    assert (place.address, place.port, place.text) == (address, port, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "usb:0",
        "unix-client:",
        "unix-server:/tmp/clip.hci",
        "tcp-client:127.0.0.1",
        "tcp-client:127.0.0.1:0",
        "tcp-client:127.0.0.1:65536",
        "tcp-client:127.0.0.1:x",
        "tcp-client:_:9000",
        "tcp-client:0.0.0.0:9000",
        "tcp-client:192.168.1.2:9000",
        "tcp-client:example.com:9000",
    ],
)
def test_anything_else_is_refused_with_a_next_step(text: str) -> None:
    with pytest.raises(SensorAppError) as caught:
        HciPlace.parse(text, Side.CLIENT)
    assert "127.0.0.1" in caught.value.next_step
