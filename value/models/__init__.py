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

__all__ = [
    "Audience",
    "Effort",
    "Improvement",
    "ImprovementCustomer",
    "ImprovementEdit",
    "ImprovementLink",
    "LinkKind",
    "State",
    "columns_of",
]
