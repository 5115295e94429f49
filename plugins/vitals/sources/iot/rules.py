"""What a good sample is: vectorised checks over columns, and the sentence for each refusal."""

from dataclasses import dataclass

import numpy as np

from vitals.sources.iot.columns import Kind
from vitals.sources.iot.instants import Checked, Problem

DAY_MICROS = 86_400_000_000
YEAR_2000_MICROS = 946_684_800_000_000


@dataclass(frozen=True)
class NumberRule:
    """The values that a numeric field of a sample may have, both bounds included."""

    field: str
    low: float
    high: float
    unit: str
    whole: bool = False


@dataclass(frozen=True)
class SampleRules:
    """The fields of a sample: `ts`, one measured value, perhaps an optional number beside it."""

    value: NumberRule
    optional: NumberRule | None = None

    @property
    def numbers(self) -> tuple[NumberRule, ...]:
        """The numeric fields."""
        return (self.value, self.optional) if self.optional else (self.value,)

    @property
    def wanted(self) -> dict[str, Kind]:
        """What to decode, `ts` first."""
        return {"ts": Kind.INSTANT, **{rule.field: Kind.NUMBER for rule in self.numbers}}


HEART_RATES = SampleRules(
    value=NumberRule("bpm", 25, 250, "beats per minute"),
    optional=NumberRule("confidence", -1e6, 1e6, "any scale"),
)
STEPS = SampleRules(value=NumberRule("steps", 0, 1_000, "steps per minute", whole=True))


def check_instants(column: Checked, now_micros: int) -> np.ndarray:
    """Problem codes of instants: as decoded, or before 2000, or more than a day after now."""
    micros, problems = column
    problems = problems.copy()
    good = problems == Problem.NONE
    problems[good & (micros < YEAR_2000_MICROS)] = Problem.BEFORE_2000
    problems[good & (micros > now_micros + DAY_MICROS)] = Problem.FUTURE
    return problems


def check_numbers(column: Checked, rule: NumberRule) -> np.ndarray:
    """Problem codes of numbers: as decoded, or outside the rule."""
    values, problems = column
    problems = problems.copy()
    good = problems == Problem.NONE
    problems[good & (values < rule.low)] = Problem.TOO_LOW
    problems[good & (values > rule.high)] = Problem.TOO_HIGH
    if rule.whole:
        good = problems == Problem.NONE
        problems[good & (values != np.floor(values))] = Problem.NOT_WHOLE
    return problems


_ENCODINGS = "write unix seconds or milliseconds, ISO 8601 or a date"
_INSTANT_REASONS = {
    Problem.MISSING: "ts is missing: a renamed field is not guessed, write it as ts",
    Problem.WRONG_TYPE: f"ts is no instant: {_ENCODINGS}",
    Problem.NOT_FINITE: f"ts is NaN or infinite: {_ENCODINGS}",
    Problem.NOT_ISO: "ts is text that is not ISO 8601: write it like 2026-05-01T12:00:00Z",
    Problem.BEFORE_2000: "ts is before the year 2000: the clock of the device was not set, "
    "or the unit is neither seconds nor milliseconds",
    Problem.FUTURE: "ts is more than a day in the future: correct the clock of the device, "
    "or write seconds or milliseconds",
    Problem.NOT_A_SAMPLE: "the element is not a document: a sample has the form {ts, value}",
}


def instant_reason(problem: Problem) -> str:
    """Why the instant of a sample was refused and what would be right."""
    return _INSTANT_REASONS[problem]


def number_reason(rule: NumberRule, problem: Problem, value: float) -> str:
    """Why a number was refused and what would be right."""
    outside = f"{rule.field} {value:g} is outside {rule.low:g} to {rule.high:g} {rule.unit}"
    sentences = {
        Problem.MISSING: f"{rule.field} is missing: a renamed field is not guessed, write it as "
        f"{rule.field}",
        Problem.WRONG_TYPE: f"{rule.field} is not a number: text and true/false are not converted, "
        "write a number",
        Problem.NOT_FINITE: f"{rule.field} is NaN or infinite: leave the sample out where nothing "
        "was measured",
        Problem.TOO_LOW: f"{outside}: leave the sample out where nothing was measured",
        Problem.TOO_HIGH: f"{outside}: check the sensor or the unit",
        Problem.NOT_WHOLE: f"{rule.field} {value:g} is not a whole number: write what was counted",
        Problem.NOT_A_SAMPLE: _INSTANT_REASONS[Problem.NOT_A_SAMPLE],
    }
    return sentences[problem]
