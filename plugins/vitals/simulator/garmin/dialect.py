"""How Garmin's personal API words errors; its error bodies are not documented: a guess."""

from dataclasses import dataclass
from typing import Any

from vitals.simulator.dialect import PROBLEMS, Dialect, TokenGrant

NAMES = {
    400: "BadRequestException",
    401: "UnauthorizedException",
    403: "ForbiddenException",
    404: "NotFoundException",
    410: "GoneException",
    429: "TooManyRequestsException",
}


@dataclass(frozen=True)
class GarminDialect(Dialect):
    """Garmin's."""

    def error_body(self, kind: str, message: str, status: int | None) -> Any:
        """Message and exception name."""
        code = status or PROBLEMS[kind][0]
        return {"message": message, "error": NAMES.get(code, "InternalServerErrorException")}

    def token_answer(self, grant: TokenGrant) -> dict[str, Any]:
        """For the admin endpoint alone: the API key stands in for a refresh token."""
        return {
            "api_key": grant.refresh_token,
            "access_token": grant.access_token,
            "expires_at": grant.expires_at,
            "expires_in": grant.expires_in,
        }


DIALECT = GarminDialect(title="Garmin Connect", scopes={"personal": "Everything"})
