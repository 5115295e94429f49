"""Whether the long forms of some tests run: VITALS_FULL_TESTS=1 asks for them.

They try the same thing with more people, more events or more orders of arrival.
"""

import os

import pytest

IS_FULL = os.environ.get("VITALS_FULL_TESTS") == "1"

in_full = pytest.mark.skipif(not IS_FULL, reason="VITALS_FULL_TESTS=1 runs it")
