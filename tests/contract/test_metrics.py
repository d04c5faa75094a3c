"""What every metric promises, whoever adds one."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from sensorapp.metrics.base import Better, Metric, find_metrics
from sensorapp.metrics.postures import Postures
from sensorapp.signal.movements import MovementSpan

METRICS = find_metrics()


def test_the_package_is_searched() -> None:
    assert {"sparc", "ldlj", "peak_dps", "range_deg", "over_20_deg", "rests_per_h"} <= set(METRICS)


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS.keys())
class TestEveryMetric:
    def test_it_says_what_it_is(self, metric: Metric[object]) -> None:
        assert metric.key.isidentifier()
        assert metric.key == metric.key.lower()
        assert isinstance(metric.better, Better)
        assert metric.help.endswith(".")
        if metric.unit:
            assert metric.key.rsplit("_", 1)[-1] in {"deg", "dps", "s", "h", "pct"}

    def test_its_examples_have_their_known_answers(self, metric: Metric[object]) -> None:
        for example in metric.examples:
            measured = metric.measure(example.given)
            assert example.source
            if example.answer is None:
                assert measured is None
            else:
                assert measured == pytest.approx(example.answer, abs=example.tolerance)

    def test_its_examples_cover_a_number_and_the_unknown(self, metric: Metric[object]) -> None:
        answers = [example.answer for example in metric.examples]
        assert None in answers
        assert any(answer is not None for answer in answers)

    def test_it_leaves_its_input_as_it_was(self, metric: Metric[object]) -> None:
        for example in metric.examples:
            given = example.given
            assert isinstance(given, MovementSpan | Postures)
            named = {field.name: getattr(given, field.name) for field in fields(given)}
            arrays = [values for values in named.values() if isinstance(values, np.ndarray)]
            before = [np.array(values) for values in arrays]
            first = metric.measure(given)
            assert metric.measure(given) == first
            for array, copy in zip(arrays, before, strict=True):
                np.testing.assert_array_equal(np.array(array), copy)
