"""Tables of the floor that acts."""

from value.models.improvements import (
    Audience,
    Effort,
    Improvement,
    ImprovementCustomer,
    ImprovementEdit,
    ImprovementLink,
    LinkKind,
    State,
    columns_of,
)
from value.models.reviews import Programme, Review
from value.models.worth import (
    Agreed,
    Claim,
    ClaimKind,
    Indicator,
    IndicatorReading,
    Node,
    NodeKind,
    Source,
    ValueEdit,
    ValueMap,
    View,
)

__all__ = [
    "Agreed",
    "Audience",
    "Claim",
    "ClaimKind",
    "Effort",
    "Improvement",
    "ImprovementCustomer",
    "ImprovementEdit",
    "ImprovementLink",
    "Indicator",
    "IndicatorReading",
    "LinkKind",
    "Node",
    "NodeKind",
    "Programme",
    "Review",
    "Source",
    "State",
    "ValueEdit",
    "ValueMap",
    "View",
    "columns_of",
]
