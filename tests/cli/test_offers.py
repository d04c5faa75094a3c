"""An offer of a new baseline as a JSON line and as a sentence."""

from __future__ import annotations

import io

import pytest

from sensorapp.cli.json_lines import as_fields
from sensorapp.cli.plain import PlainLines
from sensorapp.model.inputs import Tick
from sensorapp.model.posture import BaselineOffer, OfferKind
from sensorapp.session.offers import why_offered
from tests.cli.schema import wrong

NS = 1_000_000_000


@pytest.mark.parametrize("kind", OfferKind)
def test_every_kind_is_a_line_of_the_table_and_a_sentence(kind: OfferKind) -> None:
    why = why_offered(kind, -7.3, 2.0)
    output = BaselineOffer("clip", 601 * NS, kind, -7.3, 2.0, why)
    fields = as_fields(output)
    assert wrong(fields) == []
    out = io.StringIO()
    PlainLines(out).accept(Tick(0), (output,))
    assert out.getvalue() == f"  601.0 s  Offer: {why}\n"
    assert why.endswith(".")


@pytest.mark.parametrize(
    ("angles_deg", "where"),
    [
        ((7.0, 2.0), "7° forward"),
        ((-7.0, 2.0), "7° back"),
        ((2.0, 7.0), "7° to the right"),
        ((2.0, -7.0), "7° to the left"),
    ],
)
def test_the_larger_angle_is_told(angles_deg: tuple[float, float], where: str) -> None:
    assert where in why_offered(OfferKind.SHIFTED, *angles_deg)
