"""list, reconcile and get on users.dataTypes.dataPoints."""

from typing import Any

from vitals.simulator.google_health.batch import Context
from vitals.simulator.google_health.data_types import DataType, data_type_for
from vitals.simulator.google_health.dialect import bad_request
from vitals.simulator.google_health.filters import ANY_TIME, parse_filter
from vitals.simulator.google_health.paging import (
    page_size,
    parameters_digest,
    positions,
    read_page,
)
from vitals.simulator.google_health.requests import (
    WITH_PHONE,
    check_call,
    parameter,
    source_family,
)
from vitals.simulator.provider import Call

UNFILTERED_BY_SOURCE = ("sleep", "food", "food-measurement-unit")


def list_points(call: Call) -> Any:
    """Raw points of every source."""
    data_type = data_type_for(call.path["data_type"], "L")
    if parameter(call, "dataSourceFamily") and data_type.name in UNFILTERED_BY_SOURCE:
        reason = "INVALID_DATA_POINT_DATA_SOURCE_FAMILY"
        raise bad_request("Filtering by data source family is not supported.", reason)
    return page_of(call, data_type, listed=True)


def reconcile(call: Call) -> Any:
    """One stream without duplicates."""
    return page_of(call, data_type_for(call.path["data_type"], "R"), listed=False)


def page_of(call: Call, data_type: DataType, listed: bool) -> Any:
    """Check a listing call and serve its page."""
    call.require(data_type.scope)
    check_call(call, "filter", "pageSize", "pageToken", "dataSourceFamily")
    text, family_text = parameter(call, "filter"), parameter(call, "dataSourceFamily")
    wanted = parse_filter(text, data_type)
    family = source_family(family_text, call)
    size_text = parameter(call, "pageSize")
    size = page_size(data_type, size_text)
    if family == "self-sources":
        return {}
    context = context_of(call, with_phone=listed and family in WITH_PHONE)
    digest = parameters_digest(call.request.url.path, text, family_text, size_text)
    token = parameter(call, "pageToken")
    return read_page(context, data_type, wanted, size, token, digest, listed, call.fault)


def get_point(call: Call) -> Any:
    """One identifiable point by the number that ends its name."""
    data_type = data_type_for(call.path["data_type"], "G")
    call.require(data_type.scope)
    check_call(call)
    identifier = call.path["point"]
    name = f"users/{call.account.google_id}/dataTypes/{data_type.name}/dataPoints/{identifier}"
    context = context_of(call)
    # The civil day is part of every simulated identifier; a person's height has none.
    day = int(identifier) // 100 % 100_000 if identifier.isdigit() else -1
    start = None if data_type.name == "height" else (day, 0)
    for (found_day, _), batch, index in positions(context, data_type, ANY_TIME, start):
        item = batch.build(index, True)
        if item.get("name") == name:
            return item
        if start and found_day < day:
            break
    raise call.dialect.error("not_found", f"Data point {identifier} was not found.")


def context_of(call: Call, with_phone: bool = False) -> Context:
    """What producers may look at in this call."""
    return Context(call.view, call.settings.processing_seconds, with_phone)
