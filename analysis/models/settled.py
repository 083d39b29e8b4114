"""Reports of months that are over, as they were made in the night."""

from datetime import date

from sqlmodel import Field, SQLModel


class SettledReport(SQLModel, table=True):
    """What was made on `made_on`, for whoever sees the customers behind `scope`, packed (MessagePack). It holds in
    that `month` and under that `smallest` group."""

    __tablename__ = "settled_report"
    name: str = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    month: int
    smallest: int
    made_on: date
    body: bytes
