"""Where those who were asked read what came of it. The floor above knows what stands there."""

import hmac

from core.ids import keyed_hash, keyed_hashes
from surveys.schemas import SurveyDefinition

MARK = 20
PURPOSE = "results"


def results_address(survey: SurveyDefinition) -> str:
    """An address that nobody guesses; "" where the survey does not name whose people it asks."""
    return f"/asked/of/{survey.key}.{keyed_hash(PURPOSE, survey.key)[:MARK]}" if survey.customer else ""


def is_results_of(address: str) -> str:
    """The key of the survey behind it; "" where the address is not right."""
    key, _dot, mark = address.rpartition(".")
    good = any(hmac.compare_digest(mark.encode(), one[:MARK].encode()) for one in keyed_hashes(PURPOSE, key))
    return key if good else ""
