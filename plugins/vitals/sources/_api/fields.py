"""fields: types of fields that mean the same at every provider, for pydantic to check.

What a provider has limits of its own for, such as heart rates, stands in its `shapes`.
"""

from typing import Annotated

from pydantic import ConfigDict, Field, with_config

# On a TypedDict: fields that it does not name are let through.
further_fields = with_config(ConfigDict(extra="allow"))

Count = Annotated[int, Field(ge=0)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Real = Annotated[float, Field(allow_inf_nan=False)]
Percent = Annotated[float, Field(ge=0, le=100)]
