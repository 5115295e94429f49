"""media: the Accept header -> the form of an answer."""

from vitals.api.problems import Problem

JSON = "application/json"
CSV = "text/csv"
ARROW = "application/vnd.apache.arrow.stream"
PARQUET = "application/vnd.apache.parquet"
FORMS = (JSON, CSV, ARROW, PARQUET)


def chosen(accept: str | None) -> str:
    """The form that the header likes best; of equals the first of `FORMS`.

    Raises:
        Problem: 406, none of ours is acceptable.
    """
    if not accept or accept in ("*/*", JSON):
        return JSON
    wishes = [_wish(part) for part in accept.split(",")]
    liked = {form: _quality(form, wishes) for form in FORMS}
    best = max(FORMS, key=lambda form: liked[form])
    if not liked[best]:
        raise Problem(406, f"Accept may name {', '.join(FORMS)}")
    return best


def _wish(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip() for piece in part.lower().split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return name, float(value)
            except ValueError:
                return name, 0.0
    return name, 1.0


def _quality(form: str, wishes: list[tuple[str, float]]) -> float:
    """What the most specific range that covers the form says."""
    for name in (form, f"{form.partition('/')[0]}/*", "*/*"):
        said = [quality for wish, quality in wishes if wish == name]
        if said:
            return max(said)
    return 0.0
