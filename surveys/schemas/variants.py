from dataclasses import dataclass


@dataclass(frozen=True)
class Variant:
    """A survey, or one version of it; `title` by language."""

    survey: str
    number: int | None
    title: dict[str, str]

    @property
    def key(self) -> str:
        return self.survey if self.number is None else f"{self.survey}:{self.number}"
